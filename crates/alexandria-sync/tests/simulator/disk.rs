//! The disk of one device: a model of the library's database, with the engine's tables.

use std::collections::{BTreeMap, BTreeSet};

use alexandria_domain::{DeviceId, Hlc, OpId};
use alexandria_sync::payload::{Content, WireOp};
use alexandria_sync::persist::{Change, Persisted, Transaction};

/// How the storage or the driver is wrong on purpose, to prove that the simulator notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// Clears the outbox by field instead of by op.
    OutboxByField,
    /// Seals again what was not confirmed before a crash.
    SealAgain,
    /// A crash inside a transaction leaves its first half.
    TornTransaction,
    /// Drops ops that this version does not know.
    DropUnknown,
    /// Sends before it stores.
    SendFirst,
    /// Does not keep the records of others.
    ForgetOthers,
    /// Does not keep what it quarantined.
    ForgetQuarantine,
}

/// One op in the table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) op: WireOp,
    pub(crate) in_outbox: bool,
}

/// Which row an op is in: one per field and author, or one of its own for ops that are not understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Field(String, DeviceId),
    Unknown(OpId),
}

impl Slot {
    pub(crate) fn of(op: &WireOp) -> Self {
        match &op.content {
            Content::Op(known) => Self::Field(format!("{:?} {:?}", known.entity, known.field), op.author),
            Content::Card(id, _) => Self::Field(format!("{id} card"), op.author),
            Content::Unknown => Self::Unknown(op.id),
        }
    }
}

/// A database.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    /// The engine's state; its outbox is empty here, as it follows from the rows.
    pub(crate) stored: Persisted,
    pub(crate) rows: BTreeMap<Slot, Row>,
    /// Every op that is in a record of this database.
    pub(crate) sealed: BTreeSet<OpId>,
    pub(crate) bug: Option<Bug>,
}

impl Disk {
    pub(crate) const fn new(stored: Persisted, bug: Option<Bug>) -> Self {
        Self { stored, rows: BTreeMap::new(), sealed: BTreeSet::new(), bug }
    }

    /// What the engine loads.
    pub(crate) fn load(&mut self) -> Persisted {
        if self.bug == Some(Bug::SealAgain) {
            self.unseal();
        }
        let mut stored = self.stored.clone();
        let outbox = self.rows.values().filter(|row| row.in_outbox);
        stored.outbox = outbox.map(|row| (row.op.id, row.op.clone())).collect();
        stored
    }

    /// Stores an op of the reader. Returns the op of the outbox that it replaced.
    pub(crate) fn write(&mut self, op: WireOp) -> Option<OpId> {
        let old = self.rows.insert(Slot::of(&op), Row { op, in_outbox: true });
        old.filter(|row| row.in_outbox).map(|row| row.op.id)
    }

    /// The newest stamp that is not later than `limit`.
    pub(crate) fn newest_stamp(&self, limit: Hlc) -> Hlc {
        self.rows.values().map(|row| row.op.stamp).filter(|stamp| *stamp <= limit).max().unwrap_or_default()
    }

    pub(crate) fn commit(&mut self, transaction: &Transaction) {
        transaction.changes.iter().for_each(|change| self.change(change));
    }

    /// A crash inside a transaction.
    pub(crate) fn crash_inside(&mut self, transaction: &Transaction) {
        if self.bug == Some(Bug::TornTransaction) {
            let half = transaction.changes.len().div_ceil(2);
            // What a store does that advances the vector and the cursor before it applies.
            let first = transaction.changes.iter().rev().take(half);
            first.for_each(|change| self.change(change));
        }
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::Apply(ops) => ops.iter().for_each(|op| self.merge(op)),
            Change::Seal { ops, .. } => {
                self.sealed.extend(ops);
                self.clear_outbox(ops);
            }
            Change::Reissue { ops, .. } => {
                let again = |row: &&mut Row| ops.iter().any(|op| op.id == row.op.id);
                self.rows.values_mut().filter(again).for_each(|row| row.in_outbox = true);
                self.stored.apply(&Transaction { changes: vec![change.clone()] });
                self.stored.outbox.clear();
                return;
            }
            Change::Receive(record) if self.bug == Some(Bug::ForgetOthers) => {
                self.stored.heads.insert(record.header.device, record.head());
                return;
            }
            Change::Quarantine(_) if self.bug == Some(Bug::ForgetQuarantine) => return,
            _ => {}
        }
        self.stored.apply(&Transaction { changes: vec![change.clone()] });
    }

    fn clear_outbox(&mut self, ops: &[OpId]) {
        if self.bug == Some(Bug::OutboxByField) {
            // The engine's copies of the ops say which fields they are on.
            let fields: Vec<Slot> =
                self.rows.iter().filter(|(_, row)| row.in_outbox).map(|(slot, _)| slot.clone()).collect();
            for slot in fields {
                if let Some(row) = self.rows.get_mut(&slot) {
                    row.in_outbox = false;
                }
            }
            return;
        }
        for row in self.rows.values_mut().filter(|row| ops.contains(&row.op.id)) {
            row.in_outbox = false;
        }
    }

    /// Each author's newest op on a field is stored, and every op that is not understood.
    fn merge(&mut self, op: &WireOp) {
        let slot = Slot::of(op);
        if self.bug == Some(Bug::DropUnknown) && matches!(slot, Slot::Unknown(_)) {
            return;
        }
        let newer = self.rows.get(&slot).is_none_or(|row| (op.stamp, op.id) > (row.op.stamp, row.op.id));
        if newer {
            self.rows.insert(slot, Row { op: op.clone(), in_outbox: false });
        }
    }

    fn unseal(&mut self) {
        let (own, confirmed) = (self.stored.device, self.stored.log_head(self.stored.device));
        let unconfirmed: Vec<_> =
            self.stored.records.range((own, confirmed + 1)..=(own, u64::MAX)).map(|(key, _)| *key).collect();
        if unconfirmed.is_empty() {
            return;
        }
        for key in unconfirmed {
            self.stored.records.remove(&key);
        }
        match self.stored.records.get(&(own, confirmed)) {
            Some(record) => drop(self.stored.heads.insert(own, record.head())),
            None => drop(self.stored.heads.remove(&own)),
        }
        for row in self.rows.values_mut().filter(|row| row.op.author == own) {
            row.in_outbox = true;
        }
    }
}
