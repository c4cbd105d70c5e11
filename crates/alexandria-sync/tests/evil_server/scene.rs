//! A device that has read one record of another, and waits for answers.

use std::collections::BTreeMap;

use alexandria_crypto::account::Epochs;
use alexandria_domain::{DeviceId, Entity, Field, Hlc, Op, OpId, Value};
use alexandria_protocol::ids::SnapshotId;
use alexandria_protocol::signature::DeviceSigningKey;
use alexandria_sync::Engine;
use alexandria_sync::account_keys::AccountKeys;
use alexandria_sync::crypto::RecordCrypto as _;
use alexandria_sync::exchange::{LogHeads, Reply, Request, RequestError, RequestId};
use alexandria_sync::io::{Input, Output};
use alexandria_sync::payload::{PayloadWriter, WireOp};
use alexandria_sync::persist::Persisted;
use alexandria_sync::record::{AccountId, Cursor, Head, Header, LogId};
use alexandria_sync::registry::{Device, Registry};
use alexandria_sync::snapshot::{self, ReceivedSnapshot, SealedSnapshot, SnapshotClaim};

pub(crate) const ACCOUNT: AccountId = AccountId::from_bytes([0xaa; 16]);
pub(crate) const LOG: LogId = LogId::from_bytes([0xa1; 16]);
pub(crate) const OWN: DeviceId = DeviceId::from_bytes([1; 16]);
pub(crate) const OTHER: DeviceId = DeviceId::from_bytes([2; 16]);
pub(crate) const REVOKED: DeviceId = DeviceId::from_bytes([3; 16]);

const NOW_MS: u64 = 1_800_000_000_000;

/// The device, the keys of all, and the requests under way.
pub(crate) struct Scene {
    pub(crate) engine: Engine<AccountKeys>,
    /// The end of the other device's chain.
    pub(crate) first: Head,
    epochs: Epochs,
    position: u64,
    requests: Vec<(RequestId, Request)>,
}

/// The op of all records here.
pub(crate) fn op() -> WireOp {
    let (entity, field) = (Entity::Settings, Field::Setting("theme".into()));
    let (id, stamp) = (OpId::from_bytes([4; 16]), Hlc::from_millis(NOW_MS));
    WireOp::of(&Op { id, owner: None, entity, field, value: Value::Text("dark".into()), stamp, device: OTHER }).unwrap()
}

pub(crate) fn payload() -> Vec<u8> {
    let mut writer = PayloadWriter::default();
    assert!(writer.push(&op()));
    writer.finish()
}

/// The header of record `seq` after `head`.
pub(crate) const fn header(device: DeviceId, seq: u64, head: Head) -> Header {
    Header { account: ACCOUNT, device, seq, epoch: 1, prev: head.hash, stamp: Hlc::from_millis(NOW_MS) }
}

fn signing(device: DeviceId) -> DeviceSigningKey {
    DeviceSigningKey::from_seed(&[device.as_bytes()[0]; 32])
}

impl Scene {
    pub(crate) fn new() -> Self {
        let epochs = Epochs::generate().unwrap();
        let keys = AccountKeys::new(epochs.record_keys(), epochs.snapshot_keys(), signing(OWN));
        let stored = Persisted::new(ACCOUNT, OWN, Registry::new(devices()));
        let engine = Engine::load(stored, keys, [7; 32]);
        let mut scene = Self { engine, first: Head::EMPTY, epochs, position: 0, requests: Vec::new() };
        scene.step(Input::Start);
        let first = scene.frame(OTHER, &header(OTHER, 1, Head::EMPTY), &payload());
        scene.first = Head { seq: 1, hash: *blake3::hash(&first).as_bytes() };
        let heads = LogHeads { log: LOG, heads: [(OTHER, scene.first)].into() };
        scene.answer(|request| matches!(request, Request::Heads), Ok(Reply::Heads(heads)));
        scene.answer_pull(vec![first]);
        assert_eq!((scene.engine.stored().alarm, scene.engine.stored().head(OTHER)), (None, scene.first));
        scene
    }

    pub(crate) fn devices(&self) -> BTreeMap<DeviceId, Device> {
        devices()
    }

    /// A frame that `signer` signs, whatever its header says.
    pub(crate) fn frame(&self, signer: DeviceId, header: &Header, payload: &[u8]) -> Vec<u8> {
        let keys = AccountKeys::new(self.epochs.record_keys(), self.epochs.snapshot_keys(), signing(signer));
        keys.seal(header, payload).unwrap().bytes.to_vec()
    }

    /// A frame that the right device signs, sealed with the keys of another account.
    pub(crate) fn foreign_frame(&self, header: &Header, payload: &[u8]) -> Vec<u8> {
        let foreign = Epochs::generate().unwrap();
        let keys = AccountKeys::new(foreign.record_keys(), foreign.snapshot_keys(), signing(header.device));
        keys.seal(header, payload).unwrap().bytes.to_vec()
    }

    fn step(&mut self, input: Input) -> Vec<Output> {
        let outputs = self.engine.step(0, input);
        for output in &outputs {
            match output {
                Output::Send(id, request) => self.requests.push((*id, request.clone())),
                Output::Cancel(id) => self.requests.retain(|(request, _)| request != id),
                _ => {}
            }
        }
        outputs
    }

    fn answer(&mut self, is_kind: fn(&Request) -> bool, result: Result<Reply, RequestError>) -> Vec<Output> {
        let at = self.requests.iter().position(|(_, request)| is_kind(request)).unwrap();
        let (request, _) = self.requests.remove(at);
        self.step(Input::Answer { request, server_ms: Some(NOW_MS), result })
    }

    /// Answers the pull that is under way.
    pub(crate) fn answer_pull(&mut self, frames: Vec<Vec<u8>>) -> Vec<Output> {
        self.position += frames.len() as u64;
        let next = Cursor::new(LOG, self.position);
        self.answer(|request| matches!(request, Request::Pull { .. }), Ok(Reply::Page { frames, next }))
    }

    /// A snapshot that a device made.
    pub(crate) fn snapshot(&self, signer: DeviceId, covered: &BTreeMap<DeviceId, Head>) -> SealedSnapshot {
        let keys = AccountKeys::new(self.epochs.record_keys(), self.epochs.snapshot_keys(), signing(signer));
        let id = SnapshotId::from_bytes([0x55 ^ u8::try_from(covered.len()).unwrap(); 16]);
        let claim = SnapshotClaim { account: ACCOUNT, id, device: signer, epoch: 1, covered: covered.clone() };
        keys.seal_snapshot(claim, &snapshot::encode(covered, &[op()]).unwrap()).unwrap()
    }

    /// The records to pull were replaced by a snapshot.
    pub(crate) fn answer_compacted(&mut self, sealed: SealedSnapshot) {
        self.answer(|request| matches!(request, Request::Pull { .. }), Err(RequestError::Compacted));
        let received = ReceivedSnapshot { sealed, next: Cursor::new(LOG, self.position) };
        self.answer(|request| matches!(request, Request::Snapshot), Ok(Reply::Snapshot(Some(Box::new(received)))));
    }

    /// Answers the question for the list of devices.
    pub(crate) fn answer_devices(&mut self, registry: Registry) {
        self.answer(|request| matches!(request, Request::Devices), Ok(Reply::Devices(registry)));
    }

    /// The engine audits the log, and is answered so.
    pub(crate) fn audit(&mut self, result: Result<Reply, RequestError>) {
        self.answer_pull(Vec::new());
        let outputs = self.engine.step(4_000_000, Input::Timer);
        let heads = outputs.iter().find_map(|output| match output {
            Output::Send(id, Request::Heads) => Some(*id),
            _ => None,
        });
        let request = heads.unwrap();
        self.engine.step(4_000_000, Input::Answer { request, server_ms: Some(NOW_MS), result });
    }
}

fn devices() -> BTreeMap<DeviceId, Device> {
    let key = |device| Device { key: *signing(device).public_key().as_bytes(), revoked_after: None };
    let revoked = Device { revoked_after: Some(Head::EMPTY), ..key(REVOKED) };
    [(OWN, key(OWN)), (OTHER, key(OTHER)), (REVOKED, revoked)].into()
}
