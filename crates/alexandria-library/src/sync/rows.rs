//! The engine's state and transactions, as rows of the library's database.

use std::collections::BTreeMap;

use alexandria_domain::{DeviceId, OpId};
use alexandria_protocol::ids::AccountId;
use alexandria_store::Store;
use alexandria_store::sync::{Outbox, QuarantineRow, RecordRow, SyncChange, WireOpRow};
use alexandria_sync::crypto::RecordCrypto;
use alexandria_sync::payload::{Content, WireOp};
use alexandria_sync::persist::{Change, Persisted, Transaction};
use alexandria_sync::quarantine::Quarantined;
use alexandria_sync::record::{Head, Record};
use alexandria_sync::registry::Registry;

use super::codec;
use super::error::SyncRunError;

const CURSOR: &str = "cursor";
const LOG: &str = "log";
const COVERED: &str = "covered";
const DEVICES: &str = "devices";
const ALARM: &str = "alarm";

/// Records read at once.
const PAGE: u32 = 500;

/// Most ops of the outbox that are read at once: all of them, in practice.
const OUTBOX: u32 = 1_000_000;

fn damaged<T, E>(result: Result<T, E>, what: &'static str) -> Result<T, SyncRunError> {
    result.map_err(|_| SyncRunError::Damaged(what))
}

/// What is stored of the engine; `None` if it never ran here. `registry` is for the first time.
pub(super) fn load(
    store: &Store,
    crypto: &dyn RecordCrypto,
    account: AccountId,
    device: DeviceId,
) -> Result<Persisted, SyncRunError> {
    let rows = store.sync_rows()?;
    let state: BTreeMap<&str, &[u8]> = rows.state.iter().map(|(key, value)| (key.as_str(), value.as_slice())).collect();
    let mut stored = Persisted::new(account, device, Registry::default());
    if let Some(value) = state.get(CURSOR) {
        stored.cursor = Some(damaged(serde_json::from_slice(value), "the cursor")?);
    }
    if let Some(value) = state.get(LOG) {
        stored.log = Some(damaged(serde_json::from_slice(value), "the log")?);
    }
    if let Some(value) = state.get(COVERED) {
        stored.covered = damaged(codec::decode_heads(value), "the snapshot")?;
    }
    if let Some(value) = state.get(DEVICES) {
        stored.registry = damaged(codec::decode_registry(value), "the devices")?;
    }
    if let Some(value) = state.get(ALARM) {
        stored.alarm = Some(damaged(codec::decode_alarm(value), "the alarm")?);
    }
    for head in rows.heads {
        // A chain of which only the server's end is known.
        if head.seq > 0 {
            stored.heads.insert(head.device, Head { seq: head.seq, hash: head.hash });
        }
        if head.log_seq > 0 {
            stored.log_heads.insert(head.device, head.log_seq);
        }
        let mut after = 0;
        loop {
            let page = store.sync_records(&head.device, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for row in &page {
                let record = damaged(crypto.parse(&row.bytes), "a record")?;
                stored.records.insert((row.device, row.seq), record);
            }
        }
    }
    for row in rows.quarantine {
        let record = stored.records.get(&(row.device, row.seq)).cloned();
        let record = record.ok_or(SyncRunError::Damaged("a record that was put aside"))?;
        let reason = damaged(codec::decode_reason(&row.reason), "why a record was put aside")?;
        stored.quarantine.insert((row.device, row.seq), Quarantined { record, reason });
    }
    stored.outbox = outbox(store)?;
    Ok(stored)
}

/// The ops that are in no record yet.
pub(super) fn outbox(store: &Store) -> Result<BTreeMap<OpId, WireOp>, SyncRunError> {
    Ok(ops(&store.outbox(OUTBOX)?)?.into_iter().map(|op| (op.id, op)).collect())
}

/// All ops of the library but those in the outbox.
pub(super) fn sealed_ops(store: &Store) -> Result<Vec<WireOp>, SyncRunError> {
    ops(&store.sealed_ops()?)
}

fn ops(rows: &Outbox) -> Result<Vec<WireOp>, SyncRunError> {
    let registers = rows.ops.iter().map(WireOp::of);
    let others = rows.wire.iter().map(|row| WireOp::decode(&row.bytes));
    Ok(registers.chain(others).collect::<Result<Vec<_>, _>>()?)
}

/// Carries out a transaction of the engine, and what else is to happen with it. Blocks.
pub(super) fn commit(
    store: &Store,
    before: &BTreeMap<DeviceId, Head>,
    own: DeviceId,
    transaction: &Transaction,
) -> Result<(), SyncRunError> {
    let mut changes = Vec::new();
    for change in &transaction.changes {
        translate(change, before, own, &mut changes)?;
    }
    Ok(store.sync_commit(&changes)?)
}

/// The rows of one change. `before` is what the snapshot before covered.
fn translate(
    change: &Change,
    before: &BTreeMap<DeviceId, Head>,
    own: DeviceId,
    changes: &mut Vec<SyncChange>,
) -> Result<(), SyncRunError> {
    match change {
        Change::Seal { record, ops } => changes.push(SyncChange::Seal { record: row(record), ops: ops.clone() }),
        Change::Receive(record) => changes.push(SyncChange::Receive(row(record))),
        Change::Apply(ops) => changes.extend(apply(ops)),
        Change::Quarantine(entry) => {
            changes.push(SyncChange::Quarantine(QuarantineRow {
                device: entry.record.header.device,
                seq: entry.record.header.seq,
                reason: damaged(codec::encode_reason(&entry.reason), "why a record was put aside")?,
            }));
        }
        Change::Release(device, seq) => changes.push(SyncChange::Release { device: *device, seq: *seq }),
        Change::LogHead(device, seq) => changes.push(SyncChange::LogHead { device: *device, seq: *seq }),
        Change::Cursor(cursor) => changes.push(state(CURSOR, serde_json::to_vec(cursor))?),
        Change::Log(log) => changes.push(state(LOG, serde_json::to_vec(log))?),
        Change::ForgetLog => {
            changes.push(SyncChange::ForgetLog);
            changes.extend([CURSOR, LOG].map(|key| SyncChange::State { key, value: None }));
        }
        Change::Registry(registry) => changes.push(state(DEVICES, codec::encode_registry(registry))?),
        Change::Reissue { device, last, ops } => {
            let ops = ops.iter().map(|op| op.id).collect();
            changes.push(SyncChange::Reissue { device: *device, seq: last.seq, hash: last.hash, ops });
        }
        Change::Passed(heads) => changes.extend(heads.iter().map(|(device, head)| SyncChange::Head {
            device: *device,
            seq: head.seq,
            hash: head.hash,
        })),
        Change::Covered(covered) => {
            changes.push(state(COVERED, codec::encode_heads(covered))?);
            // This device's last record stays: the next one names its hash, and a restored server may lack it.
            let last =
                |device: &DeviceId, head: &Head| if *device == own { head.seq.saturating_sub(1) } else { head.seq };
            changes.extend(
                before.iter().map(|(device, head)| SyncChange::Prune { device: *device, seq: last(device, head) }),
            );
        }
        Change::Alarm(None) => changes.push(SyncChange::State { key: ALARM, value: None }),
        Change::Alarm(Some(alarm)) => changes.push(state(ALARM, codec::encode_alarm(*alarm))?),
    }
    Ok(())
}

fn state(key: &'static str, value: Result<Vec<u8>, serde_json::Error>) -> Result<SyncChange, SyncRunError> {
    Ok(SyncChange::State { key, value: Some(damaged(value, key)?) })
}

/// Ops of records: registers, and what is none.
fn apply(ops: &[WireOp]) -> [SyncChange; 2] {
    let (mut registers, mut others) = (Vec::new(), Vec::new());
    for op in ops {
        let card_of = match &op.content {
            Content::Op(op) => {
                registers.push(op.clone());
                continue;
            }
            Content::Card(publication, _) => Some(*publication),
            Content::Unknown => None,
        };
        let (id, owner, device, stamp) = (op.id, op.owner, op.author, op.stamp);
        others.push(WireOpRow { id, owner, card_of, device, stamp, bytes: op.as_bytes().to_vec() });
    }
    [SyncChange::Apply(registers), SyncChange::ApplyWire(others)]
}

fn row(record: &Record) -> RecordRow {
    let (device, seq) = (record.header.device, record.header.seq);
    RecordRow { device, seq, hash: record.hash, bytes: record.bytes.to_vec() }
}
