//! Ops that are no registers: cards, and those of later versions.

use alexandria_domain::{DeviceId, Hlc, OpId, PublicationId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::change::WireOpRow;
use crate::error::StoreError;
use crate::op::Origin;
use crate::store::Store;

const COLUMNS: &str = "id, owner, card_of, device, stamp, bytes";

impl Store {
    /// Stores an op that was made here and is no register, for the outbox.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_wire_op(&self, op: &WireOpRow) -> Result<(), StoreError> {
        self.write(|transaction| Ok(insert(transaction, op, Origin::Here)?))
    }

    /// The card of a publication; `None` if there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn card(&self, publication: &PublicationId) -> Result<Option<WireOpRow>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM wire_op WHERE card_of = ?1"))?
                .query_row([publication.as_bytes()], row)
                .optional()
        })
    }

    /// All cards.
    ///
    /// # Errors
    /// When the database fails.
    pub fn cards(&self) -> Result<Vec<WireOpRow>, StoreError> {
        self.wire_ops("card_of IS NOT NULL")
    }

    /// The ops of later versions, in the order of their ids, to be read again after an upgrade.
    ///
    /// # Errors
    /// When the database fails.
    pub fn later_ops(&self) -> Result<Vec<WireOpRow>, StoreError> {
        self.wire_ops("card_of IS NULL")
    }

    fn wire_ops(&self, condition: &str) -> Result<Vec<WireOpRow>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM wire_op WHERE {condition} ORDER BY id"))?
                .query_map([], row)?
                .collect()
        })
    }
}

/// Stores an op. Of the cards of a publication only the greatest stays.
pub(super) fn insert(connection: &Connection, op: &WireOpRow, origin: Origin) -> Result<(), rusqlite::Error> {
    let WireOpRow { id, owner, card_of, device, stamp, bytes } = op;
    let (device, stamp) = (device.as_bytes(), stamp.to_u64().to_be_bytes());
    if let Some(publication) = card_of {
        let loses: bool = connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM wire_op WHERE card_of = ?1 AND (stamp, device, id) >= (?2, ?3, ?4))",
            )?
            .query_row(params![publication.as_bytes(), stamp, device, id.as_bytes()], |row| row.get(0))?;
        if loses {
            return Ok(());
        }
        connection.prepare_cached("DELETE FROM wire_op WHERE card_of = ?1")?.execute([publication.as_bytes()])?;
    }
    connection
        .prepare_cached(
            "INSERT INTO wire_op (id, owner, card_of, device, stamp, outbox, bytes) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            id.as_bytes(),
            owner.as_ref().map(|owner| owner.as_bytes()),
            card_of.as_ref().map(|publication| publication.as_bytes()),
            device,
            stamp,
            origin == Origin::Here,
            bytes,
        ])?;
    Ok(())
}

/// The ops in the outbox, by id.
pub(super) fn read_outbox(connection: &Connection, limit: u32) -> Result<Vec<WireOpRow>, rusqlite::Error> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM wire_op WHERE outbox = 1 ORDER BY id LIMIT ?1"))?
        .query_map([limit], row)?
        .collect()
}

/// The ops that are in some record, by id.
pub(super) fn read_sealed(connection: &Connection) -> Result<Vec<WireOpRow>, rusqlite::Error> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM wire_op WHERE outbox = 0 ORDER BY id"))?
        .query_map([], row)?
        .collect()
}

/// Takes exactly this op out of the outbox.
pub(super) fn clear_outbox(connection: &Connection, id: &OpId) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached("UPDATE wire_op SET outbox = 0 WHERE id = ?1 AND outbox = 1")?
        .execute([id.as_bytes()])?;
    Ok(())
}

fn row(row: &Row<'_>) -> Result<WireOpRow, rusqlite::Error> {
    Ok(WireOpRow {
        id: OpId::from_bytes(row.get(0)?),
        owner: row.get::<_, Option<_>>(1)?.map(PublicationId::from_bytes),
        card_of: row.get::<_, Option<_>>(2)?.map(PublicationId::from_bytes),
        device: DeviceId::from_bytes(row.get(3)?),
        stamp: Hlc::from_u64(u64::from_be_bytes(row.get(4)?)),
        bytes: row.get(5)?,
    })
}
