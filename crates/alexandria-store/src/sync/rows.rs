//! Reading what the engine stored, when it is loaded.

use alexandria_domain::{DeviceId, Op};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::change::{QuarantineRow, RecordRow, WireOpRow};
use super::wire;
use crate::error::StoreError;
use crate::number::unsigned;
use crate::op;
use crate::store::Store;

/// What is known of one device's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadRow {
    /// The device.
    pub device: DeviceId,
    /// Number of the last record that was applied or put aside here; 0 if there was none.
    pub seq: u64,
    /// Its hash; zeros if there was none.
    pub hash: [u8; 32],
    /// Number of the last record that the log is known to hold; 0 if that is not known.
    pub log_seq: u64,
}

/// What the engine stored, but the records and the outbox, which can be long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncRows {
    /// The vector, by device.
    pub heads: Vec<HeadRow>,
    /// Records that were put aside, by device and number.
    pub quarantine: Vec<QuarantineRow>,
    /// Small values by name.
    pub state: Vec<(String, Vec<u8>)>,
}

/// Ops, by id: of the two tables in which a library has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {
    /// Registers.
    pub ops: Vec<Op>,
    /// Cards, and what else is no register.
    pub wire: Vec<WireOpRow>,
}

impl Store {
    /// What the engine stored, of one moment.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sync_rows(&self) -> Result<SyncRows, StoreError> {
        self.read(|connection| {
            Ok(SyncRows { heads: heads(connection)?, quarantine: quarantine(connection)?, state: state(connection)? })
        })
    }

    /// Records of a device after the number `after`, by number, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sync_records(&self, device: &DeviceId, after: u64, limit: u32) -> Result<Vec<RecordRow>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT device, seq, hash, bytes FROM sync_record WHERE device = ?1 AND seq > ?2 \
                     ORDER BY seq LIMIT ?3",
                )?
                .query_map(params![device.as_bytes(), i64::try_from(after).unwrap_or(i64::MAX), limit], record)?
                .collect()
        })
    }

    /// One record; `None` if it is not stored.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sync_record(&self, device: &DeviceId, seq: u64) -> Result<Option<RecordRow>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT device, seq, hash, bytes FROM sync_record WHERE device = ?1 AND seq = ?2")?
                .query_row(params![device.as_bytes(), i64::try_from(seq).unwrap_or(i64::MAX)], record)
                .optional()
        })
    }

    /// The oldest ops in the outbox, at most `limit` of each kind. Empty if there is no account.
    ///
    /// # Errors
    /// When the database fails.
    pub fn outbox(&self, limit: u32) -> Result<Outbox, StoreError> {
        self.read(|connection| {
            Ok(Outbox { ops: op::read_outbox(connection, limit)?, wire: wire::read_outbox(connection, limit)? })
        })
    }

    /// All ops of the library but those in the outbox, read in one transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sealed_ops(&self) -> Result<Outbox, StoreError> {
        self.read(|connection| Ok(Outbox { ops: op::read_sealed(connection)?, wire: wire::read_sealed(connection)? }))
    }
}

fn heads(connection: &Connection) -> Result<Vec<HeadRow>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT device, seq, hash, log_seq FROM sync_head ORDER BY device")?
        .query_map([], |row| {
            Ok(HeadRow {
                device: DeviceId::from_bytes(row.get(0)?),
                seq: unsigned(row, 1)?,
                hash: row.get(2)?,
                log_seq: unsigned(row, 3)?,
            })
        })?
        .collect()
}

fn quarantine(connection: &Connection) -> Result<Vec<QuarantineRow>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT device, seq, reason FROM sync_quarantine ORDER BY device, seq")?
        .query_map([], |row| {
            Ok(QuarantineRow { device: DeviceId::from_bytes(row.get(0)?), seq: unsigned(row, 1)?, reason: row.get(2)? })
        })?
        .collect()
}

fn state(connection: &Connection) -> Result<Vec<(String, Vec<u8>)>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT key, value FROM sync_state ORDER BY key")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn record(row: &Row<'_>) -> Result<RecordRow, rusqlite::Error> {
    Ok(RecordRow {
        device: DeviceId::from_bytes(row.get(0)?),
        seq: unsigned(row, 1)?,
        hash: row.get(2)?,
        bytes: row.get(3)?,
    })
}
