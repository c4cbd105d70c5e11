//! What is stored of the engine's state, and the transactions that change it.
//!
//! The engine keeps the same value in memory and changes it with the same [`Transaction`] that it hands out, so what is
//! loaded after a crash is what was there before, as far as transactions were carried out. A store keeps the pieces in
//! tables; [`Persisted::apply`] says what a transaction means.

use std::collections::BTreeMap;

use alexandria_domain::{DeviceId, OpId};

use crate::alarm::Alarm;
use crate::payload::WireOp;
use crate::quarantine::Quarantined;
use crate::record::{AccountId, Cursor, Head, LogId, Record};
use crate::registry::Registry;

/// The stored state of the engine.
#[derive(Clone, Debug, PartialEq)]
pub struct Persisted {
    /// The account.
    pub account: AccountId,
    /// This device.
    pub device: DeviceId,
    /// Where pulling continues; `None`: at the beginning of a log that is not known yet.
    pub cursor: Option<Cursor>,
    /// The log that `log_heads` speaks of; `None` if that is not known yet.
    pub log: Option<LogId>,
    /// The vector: each device's last record that was applied or put aside; of this device, the last one sealed.
    pub heads: BTreeMap<DeviceId, Head>,
    /// The last record of each device that the present log is known to hold.
    pub log_heads: BTreeMap<DeviceId, u64>,
    /// All records after the last snapshot, of all devices: what the log is known not to hold is sent.
    pub records: BTreeMap<(DeviceId, u64), Record>,
    /// The reader's ops that are in no record yet, by id, which is by time.
    pub outbox: BTreeMap<OpId, WireOp>,
    /// What the newest snapshot covers that is known of.
    pub covered: BTreeMap<DeviceId, Head>,
    /// Records that could not be applied.
    pub quarantine: BTreeMap<(DeviceId, u64), Quarantined>,
    /// The devices of the account.
    pub registry: Registry,
    /// What stopped the engine.
    pub alarm: Option<Alarm>,
}

/// One change of the stored state.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Stores a record that this device sealed, and takes exactly the named ops out of the outbox. An op that replaced one
    /// of them meanwhile has another id and stays.
    Seal {
        /// The record.
        record: Record,
        /// The ops inside.
        ops: Vec<OpId>,
    },
    /// Stores a record of another device and advances the vector to it.
    Receive(Record),
    /// Applies ops to the library. Those seen before change nothing.
    Apply(Vec<WireOp>),
    /// Puts a record aside. [`Change::Receive`] stores it, too.
    Quarantine(Quarantined),
    /// Takes a record out of quarantine; its ops are in the same transaction.
    Release(DeviceId, u64),
    /// The log holds this device's records up to this one.
    LogHead(DeviceId, u64),
    /// Where pulling continues.
    Cursor(Cursor),
    /// The log's id, once it is known.
    Log(LogId),
    /// The log is another one: the cursor and what the log holds are unknown. The vector and all records stay.
    ForgetLog,
    /// The devices of the account.
    Registry(Registry),
    /// The chain of a revoked device ends at `last`: later records of it are deleted, and these ops are in the outbox again as
    /// far as no later op has replaced them.
    Reissue {
        /// The revoked device.
        device: DeviceId,
        /// Its last record.
        last: Head,
        /// The ops.
        ops: Vec<WireOp>,
    },
    /// Advances the vector to what a snapshot covers; its ops are in the same transaction.
    Passed(BTreeMap<DeviceId, Head>),
    /// The server has a snapshot that covers these records. Records that the one before covers are deleted here, but for the
    /// last one of this device and those in quarantine.
    Covered(BTreeMap<DeviceId, Head>),
    /// What stopped the engine, or that it goes on.
    Alarm(Option<Alarm>),
}

/// Changes that happen together or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transaction {
    /// In this order.
    pub changes: Vec<Change>,
}

impl Persisted {
    /// The state of a device that has just been enrolled.
    #[must_use]
    pub fn new(account: AccountId, device: DeviceId, registry: Registry) -> Self {
        Self {
            account,
            device,
            cursor: None,
            log: None,
            heads: BTreeMap::new(),
            log_heads: BTreeMap::new(),
            records: BTreeMap::new(),
            outbox: BTreeMap::new(),
            covered: BTreeMap::new(),
            quarantine: BTreeMap::new(),
            registry,
            alarm: None,
        }
    }

    /// The state of a library that was restored from a backup: another device, which has what the old one had and sends
    /// what that had not sent. Its own chain begins; that of the old device is one of the others.
    #[must_use]
    pub fn into_restored(mut self, device: DeviceId, registry: Registry) -> Self {
        self.device = device;
        self.registry = registry;
        self.alarm = None;
        self
    }

    /// The last record of a device that was applied or put aside here.
    #[must_use]
    pub fn head(&self, device: DeviceId) -> Head {
        self.heads.get(&device).copied().unwrap_or(Head::EMPTY)
    }

    /// The last record of a device that the log is known to hold.
    #[must_use]
    pub fn log_head(&self, device: DeviceId) -> u64 {
        self.log_heads.get(&device).copied().unwrap_or(0)
    }

    /// What a transaction does to this state.
    pub fn apply(&mut self, transaction: &Transaction) {
        transaction.changes.iter().for_each(|change| self.apply_change(change));
    }

    fn apply_change(&mut self, change: &Change) {
        match change {
            Change::Seal { record, ops } => {
                self.store(record);
                for id in ops {
                    self.outbox.remove(id);
                }
            }
            Change::Receive(record) => self.store(record),
            Change::Apply(_) => {}
            Change::Quarantine(entry) => {
                let header = &entry.record.header;
                self.quarantine.insert((header.device, header.seq), entry.clone());
            }
            Change::Release(device, seq) => drop(self.quarantine.remove(&(*device, *seq))),
            Change::LogHead(device, seq) => {
                let held = self.log_heads.entry(*device).or_default();
                *held = (*held).max(*seq);
            }
            Change::Cursor(cursor) => self.cursor = Some(*cursor),
            Change::Log(log) => self.log = Some(*log),
            Change::ForgetLog => {
                self.cursor = None;
                self.log = None;
                self.log_heads.clear();
            }
            Change::Registry(registry) => self.registry = registry.clone(),
            Change::Reissue { device, last, ops } => {
                self.outbox.extend(ops.iter().map(|op| (op.id, op.clone())));
                self.records.retain(|(other, seq), _| other != device || *seq <= last.seq);
                self.quarantine.retain(|(other, seq), _| other != device || *seq <= last.seq);
                if last.seq == 0 {
                    self.heads.remove(device);
                } else {
                    self.heads.insert(*device, *last);
                }
            }
            Change::Passed(heads) => {
                for (device, head) in heads {
                    if head.seq > self.head(*device).seq {
                        self.heads.insert(*device, *head);
                    }
                }
            }
            Change::Covered(covered) => {
                let before = std::mem::replace(&mut self.covered, covered.clone());
                let own = (self.device, self.head(self.device).seq);
                let quarantine = &self.quarantine;
                self.records.retain(|key, _| {
                    before.get(&key.0).is_none_or(|last| key.1 > last.seq)
                        || *key == own
                        || quarantine.contains_key(key)
                });
            }
            Change::Alarm(alarm) => self.alarm = *alarm,
        }
    }

    fn store(&mut self, record: &Record) {
        let device = record.header.device;
        self.heads.insert(device, record.head());
        self.records.insert((device, record.header.seq), record.clone());
    }
}
