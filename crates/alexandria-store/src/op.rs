//! Ops: storing them, merging them, and keeping publications in step with them.
//!
//! A register is the greatest op on its field, by stamp, device and id ([`Register`]). An op that an op of its own device has
//! overtaken can win nowhere any more, so only each device's newest op on a field is kept, and the log does not grow with
//! every page that is turned. Nothing else decides, so the order and number of deliveries do not matter.

mod forget;
mod read;
mod refresh;
mod stored;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use alexandria_domain::{DeviceId, Entity, Op, Register};
use rusqlite::{Connection, params};

use self::stored::{StoredValue, entity_text, field_text, stamp_bytes};
use crate::error::StoreError;
use crate::store::Store;
use crate::stored::to_json;

pub(crate) use self::forget::forget;
pub(crate) use self::refresh::refresh;

impl Store {
    /// Takes ops in, in one transaction: all or none. Those seen before, or overtaken, change nothing; of a publication
    /// that was deleted for good, nor do those of before that. Ops of this device wait in the outbox for a sync to
    /// come.
    ///
    /// # Errors
    /// When the database fails.
    pub fn apply(&self, ops: &[Op]) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut touched = BTreeSet::new();
            for op in ops {
                record(transaction, op, self.device)?;
                if let Entity::Publication(id) = &op.entity {
                    touched.insert(*id);
                }
            }
            touched.iter().try_for_each(|id| Ok(refresh(transaction, id, self.device)?))
        })
    }
}

/// Stores an op, unless its device has made a later one on the field.
pub(crate) fn record(connection: &Connection, op: &Op, own: DeviceId) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached(
            "INSERT INTO op (entity, field, device, stamp, id, value, outbox) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
             ON CONFLICT (entity, field, device) DO UPDATE \
             SET stamp = excluded.stamp, id = excluded.id, value = excluded.value, outbox = excluded.outbox \
             WHERE (excluded.stamp, excluded.id) > (stamp, id)",
        )?
        .execute(params![
            entity_text(&op.entity),
            field_text(&op.field),
            op.device.as_bytes(),
            stamp_bytes(op.stamp),
            op.id.as_bytes(),
            to_json(&StoredValue::from(&op.value))?,
            op.device == own,
        ])?;
    Ok(())
}

/// Merges the ops on one field.
fn merged(registers: impl IntoIterator<Item = Register>) -> Option<Register> {
    registers.into_iter().reduce(Register::merge)
}
