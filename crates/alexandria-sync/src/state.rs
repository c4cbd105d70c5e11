//! The engine's state: what is stored, and what a restart forgets.

use std::collections::{BTreeMap, BTreeSet};

use alexandria_domain::{DeviceId, OpId};

use crate::alarm::Alarm;
use crate::backoff::Backoff;
use crate::entropy::Entropy;
use crate::exchange::{Request, RequestId};
use crate::io::{Allowance, Notice, Output};
use crate::persist::{Change, Persisted, Transaction};
use crate::record::Head;
use crate::server_clock::ServerClock;
use crate::snapshot_limits::SnapshotLimits;
use crate::status::{Status, WaitingFor};

/// A request that is under way, with what has to be remembered until its answer comes.
#[derive(Clone, Debug)]
pub(crate) enum InFlight {
    /// The chain, and the last record sent.
    Push(DeviceId, Head),
    /// Records.
    Pull,
    /// News.
    Poll,
    /// What the log was known to hold when the question was sent. An answer is compared with that, not with what was
    /// learned since.
    Heads(BTreeMap<DeviceId, u64>),
    /// The list of devices.
    Devices,
    /// What the newest snapshot covers.
    SnapshotClaim,
    /// The newest snapshot.
    Snapshot,
    /// A snapshot, and what it covers.
    PutSnapshot(BTreeMap<DeviceId, Head>),
}

/// What all ops of the library are collected for.
#[derive(Clone, Debug)]
pub(crate) enum Collecting {
    /// A snapshot that will cover this.
    Snapshot(BTreeMap<DeviceId, Head>),
    /// Sending again what a revoked device wrote.
    Reissue,
}

/// The engine's state.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a reason to send one kind of request, and several may hold")]
pub(crate) struct State {
    // More than ten fields: it is the whole state of a machine, and each is read by the one module that its comment names.
    /// What is stored.
    pub(crate) stored: Persisted,
    /// When the current step was taken.
    pub(crate) now_ms: u64,
    /// The server's time.
    pub(crate) clock: ServerClock,
    /// Requests under way, and when they were sent.
    pub(crate) in_flight: BTreeMap<RequestId, (InFlight, u64)>,
    /// What may be transferred.
    pub(crate) allowance: Allowance,
    /// Waiting after failures.
    pub(crate) backoff: Backoff,
    /// What the last failure was about, for the status.
    pub(crate) waiting_for: WaitingFor,
    /// Jitter and request ids.
    pub(crate) entropy: Entropy,
    /// When ops that may wait are sent at the latest.
    pub(crate) flush_at_ms: Option<u64>,
    /// Whether the log's heads have to be read before anything is sent.
    pub(crate) audit_due: bool,
    /// When they are read at the latest.
    pub(crate) next_audit_ms: u64,
    /// Whether the list of devices has to be read.
    pub(crate) devices_due: bool,
    /// Whether there may be records to pull.
    pub(crate) pull_due: bool,
    /// Whether an empty page has been seen since records were last known to be there.
    pub(crate) caught_up: bool,
    /// Devices that the list did not name when it was last read for their sake.
    pub(crate) unknown: BTreeSet<DeviceId>,
    /// Whether all records in quarantine have to be tried again, once the server's time is known.
    pub(crate) retry_due: bool,
    /// Ops for which new stamps were asked.
    pub(crate) restamping: BTreeSet<OpId>,
    /// What all ops of the library are being collected for.
    pub(crate) collecting: Option<Collecting>,
    /// Whether the records to pull were replaced by a snapshot.
    pub(crate) compacted: bool,
    /// How much there is to be before a snapshot is made.
    pub(crate) snapshot_limits: SnapshotLimits,
    /// When to look again whether one is due.
    pub(crate) next_snapshot_ms: u64,
    /// Whether the storage failed, and loading is due.
    pub(crate) broken: bool,
    /// The status that was last shown, and the time that was last asked to be woken at.
    pub(crate) shown: (Option<Status>, Option<u64>),
}

impl State {
    pub(crate) fn new(stored: Persisted, seed: [u8; 32]) -> Self {
        Self {
            stored,
            now_ms: 0,
            clock: ServerClock::default(),
            in_flight: BTreeMap::new(),
            allowance: Allowance::default(),
            backoff: Backoff::default(),
            waiting_for: WaitingFor::Connection,
            entropy: Entropy::new(seed),
            flush_at_ms: None,
            audit_due: true,
            next_audit_ms: 0,
            devices_due: false,
            pull_due: true,
            caught_up: false,
            unknown: BTreeSet::new(),
            // Keys may have been added, or this may be another version.
            retry_due: true,
            restamping: BTreeSet::new(),
            collecting: None,
            compacted: false,
            snapshot_limits: SnapshotLimits::default(),
            next_snapshot_ms: 0,
            broken: false,
            shown: (None, None),
        }
    }

    /// Changes what is stored, here and there.
    pub(crate) fn commit(&mut self, changes: Vec<Change>, outputs: &mut Vec<Output>) {
        if changes.is_empty() {
            return;
        }
        let transaction = Transaction { changes };
        self.stored.apply(&transaction);
        outputs.push(Output::Persist(transaction));
    }

    /// Stops until the reader decides. Requests under way are of no interest any more.
    pub(crate) fn stop(&mut self, alarm: Alarm, outputs: &mut Vec<Output>) {
        self.commit(vec![Change::Alarm(Some(alarm))], outputs);
        outputs.push(Output::Notice(Notice::Alarm(alarm)));
        self.cancel_all(outputs);
    }

    /// Gives up all requests.
    pub(crate) fn cancel_all(&mut self, outputs: &mut Vec<Output>) {
        outputs.extend(std::mem::take(&mut self.in_flight).into_keys().map(Output::Cancel));
    }

    /// The log is another one: everything is compared again.
    pub(crate) fn forget_log(&mut self, outputs: &mut Vec<Output>) {
        self.cancel_all(outputs);
        self.commit(vec![Change::ForgetLog], outputs);
        self.audit_due = true;
        self.pull_due = true;
        self.caught_up = false;
        self.compacted = false;
        self.collecting = None;
    }

    /// Sends a request.
    pub(crate) fn send(&mut self, request: Request, remembered: InFlight, outputs: &mut Vec<Output>) {
        let id = RequestId(self.entropy.next());
        self.in_flight.insert(id, (remembered, self.now_ms));
        outputs.push(Output::Send(id, request));
    }

    /// Whether a request of this kind is under way.
    pub(crate) fn is_in_flight(&self, is_kind: fn(&InFlight) -> bool) -> bool {
        self.in_flight.values().any(|(kind, _)| is_kind(kind))
    }

    /// The chains of which this device has records that the log is not known to hold; its own first.
    pub(crate) fn chains_to_send(&self) -> impl Iterator<Item = DeviceId> {
        let own = self.stored.device;
        // What a snapshot brought, this device cannot send; another one can.
        let lacks = |device: &DeviceId| self.stored.records.contains_key(&(*device, self.stored.log_head(*device) + 1));
        let others = self.stored.heads.keys().copied().filter(move |device| *device != own);
        std::iter::once(own).chain(others).filter(lacks)
    }
}
