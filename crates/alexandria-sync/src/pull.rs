//! Receiving records: a page is checked completely, then applied in one transaction, or refused and nothing changes.
//!
//! What is wrong with who wrote a record, and with its place, is refused: the server or somebody in between did that. What
//! is wrong inside an authentic record concerns that record alone: it is put aside, and the rest is applied.

use std::collections::BTreeMap;

use alexandria_domain::{DeviceId, Hlc};

use crate::alarm::Alarm;
use crate::crypto::{FrameError, RecordCrypto};
use crate::payload::{self, WireOp};
use crate::persist::{Change, Persisted};
use crate::quarantine::{Quarantined, Reason};
use crate::record::{Cursor, Head, Record};
use crate::server_clock::ServerClock;

/// What a page changes.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// In the order of the page.
    pub(crate) changes: Vec<Change>,
    /// The newest stamp among the applied ops.
    pub(crate) newest: Option<Hlc>,
}

/// Checks a page.
///
/// # Errors
/// What the page contradicts.
pub(crate) fn check(
    stored: &Persisted,
    crypto: &dyn RecordCrypto,
    clock: &ServerClock,
    now_ms: u64,
    frames: &[Vec<u8>],
    next: Cursor,
) -> Result<Checked, Alarm> {
    let mut page =
        Page { stored, crypto, heads: BTreeMap::new(), in_page: BTreeMap::new(), checked: Checked::default() };
    for frame in frames {
        page.receive(frame, clock, now_ms)?;
    }
    page.checked.changes.push(Change::Cursor(next));
    Ok(page.checked)
}

/// Opens an authentic record.
///
/// # Errors
/// Why it cannot be applied.
pub(crate) fn open(
    record: &Record,
    crypto: &dyn RecordCrypto,
    clock: &ServerClock,
    now_ms: u64,
) -> Result<Vec<WireOp>, Reason> {
    if !clock.accepts(record.header.stamp, now_ms) {
        return Err(Reason::FutureStamp);
    }
    let ops = payload::read(&crypto.open(record)?)?;
    match ops.iter().find(|op| op.stamp > record.header.stamp) {
        Some(op) => Err(Reason::StampBeyondRecord(op.stamp)),
        None => Ok(ops),
    }
}

struct Page<'a> {
    stored: &'a Persisted,
    crypto: &'a dyn RecordCrypto,
    /// Ends of chains that the page has moved.
    heads: BTreeMap<DeviceId, Head>,
    /// Hashes of the page's own records: the server may send one twice.
    in_page: BTreeMap<(DeviceId, u64), [u8; 32]>,
    checked: Checked,
}

impl Page<'_> {
    fn receive(&mut self, frame: &[u8], clock: &ServerClock, now_ms: u64) -> Result<(), Alarm> {
        let record = self.crypto.parse(frame).map_err(|error| match error {
            FrameError::Later => Alarm::UpgradeNeeded,
            FrameError::Malformed => Alarm::Malformed,
        })?;
        let (device, seq) = (record.header.device, record.header.seq);
        if record.header.account != self.stored.account {
            return Err(Alarm::ForeignAccount);
        }
        let entry = self.stored.registry.get(device).ok_or(Alarm::UnknownDevice(device))?;
        let head = self.heads.get(&device).copied().unwrap_or_else(|| self.stored.head(device));
        if seq <= head.seq {
            return self.repeated(&record, head);
        }
        if !self.crypto.verify(&record, &entry.key) {
            return Err(Alarm::Forged { device, seq });
        }
        if device == self.stored.device {
            return Err(Alarm::OwnChainAhead { seq });
        }
        if entry.revoked_after.is_some_and(|last| seq > last.seq) {
            return Err(Alarm::RevokedDevice { device, seq });
        }
        if seq != head.seq + 1 {
            return Err(Alarm::Gap { device, seq });
        }
        if record.header.prev != head.hash {
            return Err(Alarm::Fork { device, seq: head.seq });
        }
        if entry.revoked_after.is_some_and(|last| seq == last.seq && record.hash != last.hash) {
            return Err(Alarm::Fork { device, seq });
        }
        self.heads.insert(device, record.head());
        self.in_page.insert((device, seq), record.hash);
        self.apply(record, clock, now_ms);
        Ok(())
    }

    /// A record that is here already, such as one of this device.
    fn repeated(&mut self, record: &Record, head: Head) -> Result<(), Alarm> {
        let (device, seq) = (record.header.device, record.header.seq);
        let known = if seq == head.seq {
            Some(head.hash)
        } else {
            let stored = self.stored.records.get(&(device, seq)).map(|record| record.hash);
            stored.or_else(|| self.in_page.get(&(device, seq)).copied())
        };
        if known.is_some_and(|hash| hash != record.hash) {
            return Err(Alarm::Fork { device, seq });
        }
        self.checked.changes.push(Change::LogHead(device, seq));
        Ok(())
    }

    fn apply(&mut self, record: Record, clock: &ServerClock, now_ms: u64) {
        let head = Change::LogHead(record.header.device, record.header.seq);
        match open(&record, self.crypto, clock, now_ms) {
            Ok(ops) => {
                self.checked.newest = self.checked.newest.max(ops.iter().map(|op| op.stamp).max());
                self.checked.changes.extend([Change::Receive(record), Change::Apply(ops)]);
            }
            Err(reason) => {
                let entry = Quarantined { record: record.clone(), reason };
                self.checked.changes.extend([Change::Receive(record), Change::Quarantine(entry)]);
            }
        }
        self.checked.changes.push(head);
    }
}
