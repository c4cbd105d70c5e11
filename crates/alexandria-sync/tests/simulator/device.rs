//! One device: its disk, the engine while it runs, and what the engine wants done.

use std::collections::VecDeque;

use alexandria_domain::{Clock, DeviceId, Entity, Field, Hlc, Membership, Op, OpId, PublicationId, Value};
use alexandria_sync::Engine;
use alexandria_sync::exchange::{Reply, Request, RequestError, RequestId};
use alexandria_sync::io::{Input, Output};
use alexandria_sync::payload::WireOp;
use alexandria_sync::server_clock::ServerClock;
use alexandria_sync::snapshot_limits::SnapshotLimits;
use alexandria_sync::status::Status;

use crate::crypto::Keys;
use crate::disk::{Bug, Disk};

/// Small, so that a plan sees several snapshots.
const SNAPSHOTS: SnapshotLimits = SnapshotLimits { records: 6, bytes: 200_000 };

/// An answer on its way.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) request: RequestId,
    pub(crate) server_ms: Option<u64>,
    pub(crate) result: Result<Reply, RequestError>,
}

/// What a clock shows that nobody sets.
pub(crate) const fn monotonic_ms(now_ms: u64) -> u64 {
    now_ms - 1_799_999_000_000
}

/// What the reader changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edit {
    pub(crate) id: OpId,
    pub(crate) field: u8,
    pub(crate) text: u64,
}

/// A device.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) disk: Disk,
    /// A copy of the disk, and when it was made.
    pub(crate) backup: Option<(u64, Disk)>,
    pub(crate) keys: Keys,
    pub(crate) engine: Engine<Keys>,
    /// What the engine wants done, in order.
    pub(crate) outputs: VecDeque<Output>,
    pub(crate) requests: VecDeque<(RequestId, Request)>,
    pub(crate) answers: VecDeque<Answer>,
    pub(crate) wake_at: Option<u64>,
    pub(crate) status: Option<Status>,
    /// How far its wall clock is ahead, in milliseconds.
    pub(crate) skew_ms: i64,
    pub(crate) offset_ms: Option<i64>,
    pub(crate) clock: Clock,
    pub(crate) is_offline: bool,
    pub(crate) is_disk_full: bool,
    pub(crate) is_revoked: bool,
    pub(crate) steps: u64,
}

impl Device {
    pub(crate) fn new(id: DeviceId, mut disk: Disk, keys: Keys, seed: [u8; 32]) -> Self {
        let engine = Engine::load(disk.load(), keys.clone(), seed).with_snapshot_limits(SNAPSHOTS);
        Self {
            id,
            disk,
            backup: None,
            keys,
            engine,
            outputs: VecDeque::new(),
            requests: VecDeque::new(),
            answers: VecDeque::new(),
            wake_at: None,
            status: None,
            skew_ms: 0,
            offset_ms: None,
            clock: Clock::default(),
            is_offline: false,
            is_disk_full: false,
            is_revoked: false,
            steps: 0,
        }
    }

    /// What its wall clock shows.
    pub(crate) const fn wall_ms(&self, now_ms: u64) -> u64 {
        now_ms.saturating_add_signed(self.skew_ms)
    }

    pub(crate) fn step(&mut self, now_ms: u64, input: Input) {
        self.steps += 1;
        let outputs = self.engine.step(monotonic_ms(now_ms), input);
        self.outputs.extend(outputs);
    }

    /// The process dies and starts again. With `inside`, it dies inside the next transaction.
    pub(crate) fn crash(&mut self, now_ms: u64, seed: [u8; 32], inside: bool) {
        if inside {
            while self.outputs.front().is_some_and(|output| !matches!(output, Output::Persist(_))) {
                self.run(now_ms, seed);
            }
            if let Some(Output::Persist(transaction)) = self.outputs.front() {
                self.disk.crash_inside(transaction);
            }
        }
        self.load(now_ms, seed);
    }

    /// The engine is loaded from the disk.
    pub(crate) fn load(&mut self, now_ms: u64, seed: [u8; 32]) {
        self.outputs.clear();
        self.requests.clear();
        self.answers.clear();
        self.wake_at = None;
        self.offset_ms = None;
        self.clock = self.clock_after(Hlc::from_u64(u64::MAX));
        self.engine = Engine::load(self.disk.load(), self.keys.clone(), seed).with_snapshot_limits(SNAPSHOTS);
        self.step(now_ms, Input::Start);
    }

    fn clock_after(&self, limit: Hlc) -> Clock {
        let mut clock = Clock::default();
        clock.observe(self.disk.newest_stamp(limit));
        clock
    }

    /// The reader changes something. Returns the op, unless the clock refuses to date it or the disk is full.
    pub(crate) fn edit(&mut self, now_ms: u64, edit: Edit) -> Option<WireOp> {
        if self.is_disk_full {
            return None;
        }
        let (wall, mono) = (self.wall_ms(now_ms), monotonic_ms(now_ms));
        let mut server = ServerClock::default();
        if let Some(offset) = self.offset_ms {
            server.measure(mono, mono, mono.saturating_add_signed(offset));
        }
        let stamp = server.stamp(&mut self.clock, mono, wall).ok()?;
        let op = op(edit, self.id, stamp);
        let replaced = self.disk.write(op.clone());
        let input = Input::LocalOps {
            ops: vec![op.clone()],
            replaced: replaced.into_iter().collect(),
            may_wait: edit.field % 4 == 1,
        };
        self.step(now_ms, input);
        Some(op)
    }

    /// Carries out the next output. `false` if there is none.
    pub(crate) fn run(&mut self, now_ms: u64, seed: [u8; 32]) -> bool {
        let front = if self.disk.bug == Some(Bug::SendFirst) {
            self.outputs.iter().position(|output| matches!(output, Output::Send(..))).unwrap_or(0)
        } else {
            0
        };
        let Some(output) = self.outputs.remove(front) else { return false };
        match output {
            Output::Persist(_) if self.is_disk_full => {
                self.outputs.clear();
                self.step(now_ms, Input::StorageFailed);
            }
            Output::Persist(transaction) => self.disk.commit(&transaction),
            Output::Send(id, request) => self.requests.push_back((id, request)),
            Output::Cancel(id) => {
                self.requests.retain(|(request, _)| *request != id);
                self.answers.retain(|answer| answer.request != id);
            }
            Output::WakeAt(at) => self.wake_at = Some(at),
            Output::Observe(stamp) => self.clock.observe(stamp),
            Output::ServerOffset(offset) => self.offset_ms = Some(offset),
            Output::Restamp { ops, after } => self.restamp(now_ms, &ops, after),
            Output::CollectOps => {
                let rows = self.disk.rows.values().filter(|row| !row.in_outbox);
                let ops = rows.map(|row| row.op.clone()).collect();
                self.step(now_ms, Input::Collected(ops));
            }
            Output::Reload => self.load(now_ms, seed),
            Output::Status(status) => self.status = Some(status),
            Output::Notice(_) => {}
        }
        true
    }

    /// Gives ops new stamps, in the order of the old ones.
    fn restamp(&mut self, now_ms: u64, ids: &[OpId], after: Hlc) {
        let Some(offset) = self.offset_ms else { return };
        let server_ms = monotonic_ms(now_ms).saturating_add_signed(offset);
        self.clock = self.clock_after(Hlc::from_millis(server_ms + 5 * 60 * 1000));
        self.clock.observe(after);
        let mut rows: Vec<_> = self.disk.rows.values_mut().filter(|row| ids.contains(&row.op.id)).collect();
        rows.sort_by_key(|row| row.op.stamp);
        let mut ops = Vec::new();
        for row in rows {
            let Ok(stamp) = self.clock.tick(server_ms) else { continue };
            row.op = restamped(&row.op, stamp);
            ops.push(row.op.clone());
        }
        self.step(now_ms, Input::LocalOps { ops, replaced: Vec::new(), may_wait: false });
    }
}

const UNKNOWN_FIELD: u8 = 7;

fn op(edit: Edit, device: DeviceId, stamp: Hlc) -> WireOp {
    let book = PublicationId::from_bytes([edit.field / 4; 16]);
    let (entity, field, value) = match edit.field {
        0 | 4 => (Entity::Publication(book), Field::Title, Value::Text(format!("title {}", edit.text))),
        1 | 5 => (Entity::Publication(book), Field::Position(device), Value::Text(format!("place {}", edit.text))),
        2 => (Entity::Settings, Field::Setting("theme".into()), Value::Text(format!("{}", edit.text))),
        3 => {
            let membership = if edit.text.is_multiple_of(2) { Membership::Shelf } else { Membership::Bin };
            (Entity::Publication(book), Field::Membership, Value::Membership(membership))
        }
        UNKNOWN_FIELD => return unknown(edit.id, device, stamp, edit.text),
        _ => (Entity::Settings, Field::Setting("long".into()), Value::Text("x".repeat(50_000))),
    };
    let owner = entity.owner();
    WireOp::of(&Op { id: edit.id, owner, entity, field, value, stamp, device }).unwrap()
}

/// An op of a later version.
fn unknown(id: OpId, device: DeviceId, stamp: Hlc, text: u64) -> WireOp {
    let entry = |key: u64, value: ciborium::Value| (ciborium::Value::from(key), value);
    let map = ciborium::Value::Map(vec![
        entry(0, ciborium::Value::Bytes(id.as_bytes().to_vec())),
        entry(1, ciborium::Value::Bytes(device.as_bytes().to_vec())),
        entry(2, ciborium::Value::from(stamp.to_u64())),
        entry(4, ciborium::Value::Array(vec![ciborium::Value::from(99)])),
        entry(42, ciborium::Value::from(text)),
    ]);
    let mut bytes = Vec::new();
    ciborium::into_writer(&map, &mut bytes).unwrap();
    WireOp::decode(&bytes).unwrap()
}

fn restamped(op: &WireOp, stamp: Hlc) -> WireOp {
    match &op.content {
        alexandria_sync::payload::Content::Op(known) => WireOp::of(&Op { stamp, ..known.clone() }).unwrap(),
        _ => unknown(op.id, op.author, stamp, stamp.to_u64()),
    }
}
