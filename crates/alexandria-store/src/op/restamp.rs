//! Repairing the stamps of ops that a wrong clock dated far into the future.
//!
//! Until they are repaired no later op can be written ([`Clock::MAX_AHEAD_MS`]). Only ops in the outbox get another stamp: one
//! that is in a record keeps its own, or devices would disagree.

use std::collections::BTreeSet;

use alexandria_domain::{Clock, Entity, Hlc, OpId, PublicationId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::edits::{refresh_collection, refresh_edits};
use super::encoding::{entity_of, stamp_bytes, stamp_of};
use super::refresh::refresh;
use crate::device;
use crate::error::StoreError;
use crate::store::Store;

/// An op that has a stamp to replace.
struct StampedOp {
    entity: String,
    field: String,
    device: [u8; 16],
    stamp: [u8; 8],
    id: [u8; 16],
    owner: Option<PublicationId>,
}

impl Store {
    /// How many ops are dated so far after `now_ms` that no op can be written after them. Times are milliseconds since
    /// 1970.
    ///
    /// # Errors
    /// When the database fails.
    pub fn future_ops(&self, now_ms: u64) -> Result<u64, StoreError> {
        let count: i64 = self.read(|connection| {
            connection
                .query_row("SELECT count(*) FROM op WHERE outbox = 1 AND stamp > ?1", [limit(now_ms)], |row| row.get(0))
        })?;
        Ok(count.unsigned_abs())
    }

    /// Dates those ops `now_ms` or a little later. They keep their order, among themselves and after all others. Returns
    /// how many there were. Whether the wall clock is plausible is for the caller to decide.
    ///
    /// # Errors
    /// When the database fails; nothing was changed then.
    pub fn restamp_future_ops(&self, now_ms: u64) -> Result<usize, StoreError> {
        self.write(|transaction| {
            let future = future(transaction, now_ms)?;
            let mut stamp = newest_before(transaction, now_ms)?.max(Hlc::from_millis(now_ms)).to_u64();
            for op in &future {
                stamp += 1;
                replace(transaction, op, Hlc::from_u64(stamp))?;
            }
            refresh_all(transaction, &future)?;
            Ok(future.len())
        })
    }

    /// Gives ops of the outbox these stamps, which the caller has taken from the device's clock in the order of the ops. One that is
    /// in a record by now, or was replaced, is left alone. Returns how many got their stamp.
    ///
    /// # Errors
    /// When the database fails; nothing was changed then.
    pub fn restamp_outbox(&self, stamps: &[(OpId, Hlc)]) -> Result<usize, StoreError> {
        self.write(|transaction| {
            let mut dated = Vec::new();
            for (id, stamp) in stamps {
                for op in select(transaction, "outbox = 1 AND id = ?1", [id.as_bytes()])? {
                    replace(transaction, &op, *stamp)?;
                    dated.push(op);
                }
            }
            refresh_all(transaction, &dated)?;
            Ok(dated.len())
        })
    }
}

/// Refreshes what follows from ops that got another stamp: others may win now.
fn refresh_all(transaction: &Transaction<'_>, ops: &[StampedOp]) -> Result<(), rusqlite::Error> {
    let own = device::own(transaction)?;
    let owners: BTreeSet<_> = ops.iter().filter_map(|op| op.owner).collect();
    for id in &owners {
        refresh(transaction, id, own)?;
        refresh_edits(transaction, id)?;
    }
    for op in ops {
        if let Some(Entity::Collection(id)) = entity_of(&op.entity, None) {
            refresh_collection(transaction, id)?;
        }
    }
    Ok(())
}

/// The greatest stamp after which ops can be written.
fn limit(now_ms: u64) -> [u8; 8] {
    stamp_bytes(Hlc::from_millis(now_ms.saturating_add(Clock::MAX_AHEAD_MS)))
}

fn future(connection: &Connection, now_ms: u64) -> Result<Vec<StampedOp>, rusqlite::Error> {
    select(connection, "outbox = 1 AND stamp > ?1", [limit(now_ms)])
}

/// Ops by a condition, in the order of their stamps.
fn select(
    connection: &Connection,
    condition: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<StampedOp>, rusqlite::Error> {
    connection
        .prepare(&format!(
            "SELECT entity, field, device, stamp, id, owner FROM op WHERE {condition} ORDER BY stamp, device, id"
        ))?
        .query_map(parameters, |row| {
            Ok(StampedOp {
                entity: row.get(0)?,
                field: row.get(1)?,
                device: row.get(2)?,
                stamp: row.get(3)?,
                id: row.get(4)?,
                owner: row.get::<_, Option<_>>(5)?.map(PublicationId::from_bytes),
            })
        })?
        .collect()
}

fn newest_before(connection: &Connection, now_ms: u64) -> Result<Hlc, rusqlite::Error> {
    let newest = connection
        .query_row("SELECT max(stamp) FROM op WHERE stamp <= ?1", [limit(now_ms)], |row| row.get::<_, Option<_>>(0))
        .optional()?;
    Ok(newest.flatten().map_or_else(Hlc::default, stamp_of))
}

fn replace(transaction: &Transaction<'_>, op: &StampedOp, stamp: Hlc) -> Result<(), rusqlite::Error> {
    transaction
        .prepare_cached(
            "UPDATE op SET stamp = ?6 WHERE entity = ?1 AND field = ?2 AND device = ?3 AND stamp = ?4 AND id = ?5",
        )?
        .execute(params![op.entity, op.field, op.device, op.stamp, op.id, stamp_bytes(stamp)])?;
    Ok(())
}
