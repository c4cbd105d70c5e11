//! Ops: storing them, merging them, and keeping publications in step with them.
//!
//! A field's value is the greatest op on it, by stamp, device and id ([`LwwRegister`]). An op that a later op of its own
//! device has replaced can win nowhere any more, so only each device's newest op on a field is kept, and the log does not
//! grow with every page that is turned. Nothing else decides, so the order and number of deliveries do not matter.
//!
//! A later version may have written ops on entities and fields that this one does not know. How those merge is not known
//! either, so none of them replaces another: all are kept, in their bytes, until their owner is deleted permanently.

mod annotation;
mod delete;
mod edits;
mod encoding;
mod outbox;
mod read;
mod refresh;
mod rename;
mod restamp;
mod row;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use alexandria_domain::{Entity, Op};
use rusqlite::{Connection, params};

use self::encoding::{encode_value, entity_text, field_text, stamp_bytes};
use crate::device;
use crate::error::StoreError;
use crate::store::Store;

pub(crate) use self::delete::delete_owned;
use self::edits::refresh_collection;
pub(crate) use self::edits::refresh_edits;
pub(crate) use self::outbox::{clear_outbox, read_outbox, read_sealed};
pub(crate) use self::refresh::refresh;
pub(crate) use self::rename::{rename_annotations, rename_entity};

/// Where an op comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Made on this device, and in no record yet.
    Here,
    /// Received in a record.
    Record,
}

impl Store {
    /// Stores ops that were made here, in one transaction: all or none. Those seen before, or replaced by a later one, change nothing; of a
    /// publication that was deleted permanently, nor do those from before that.
    ///
    /// # Errors
    /// When the database fails.
    pub fn apply(&self, ops: &[Op]) -> Result<(), StoreError> {
        self.write(|transaction| Ok(insert_all(transaction, ops, Origin::Here)?))
    }
}

/// Stores ops, and what follows from them.
pub(crate) fn insert_all(connection: &Connection, ops: &[Op], origin: Origin) -> Result<(), rusqlite::Error> {
    for op in ops {
        insert(connection, op, origin)?;
    }
    let own = device::own(connection)?;
    let owners: BTreeSet<_> = ops.iter().filter_map(|op| op.owner).collect();
    owners.iter().try_for_each(|id| refresh(connection, id, own))?;
    let edited: BTreeSet<_> = ops.iter().filter(|op| op.field.is_edit()).map(|op| &op.entity).collect();
    edited.into_iter().try_for_each(|entity| match entity {
        Entity::Publication(id) => refresh_edits(connection, id),
        _ => Ok(()),
    })?;
    let collections: BTreeSet<_> =
        ops.iter().filter_map(|op| if let Entity::Collection(id) = op.entity { Some(id) } else { None }).collect();
    collections.into_iter().try_for_each(|id| refresh_collection(connection, id))
}

/// Stores an op, unless its device has made a later one on the field.
pub(crate) fn insert(connection: &Connection, op: &Op, origin: Origin) -> Result<(), rusqlite::Error> {
    let (entity, field, device) = (entity_text(&op.entity), field_text(&op.field), op.device.as_bytes());
    let (stamp, id) = (stamp_bytes(op.stamp), op.id.as_bytes());
    let replaced: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM op WHERE entity = ?1 AND field = ?2 AND device = ?3 \
             AND (stamp, id) >= (?4, ?5))",
        )?
        .query_row(params![entity, field, device, stamp, id], |row| row.get(0))?;
    if replaced {
        return Ok(());
    }
    connection
        .prepare_cached("DELETE FROM op WHERE entity = ?1 AND field = ?2 AND device = ?3")?
        .execute(params![entity, field, device])?;
    connection
        .prepare_cached(
            "INSERT INTO op (entity, field, device, stamp, id, owner, value, outbox) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            entity,
            field,
            device,
            stamp,
            id,
            op.owner.as_ref().map(|owner| owner.as_bytes()),
            encode_value(&op.value)?,
            origin == Origin::Here,
        ])?;
    Ok(())
}
