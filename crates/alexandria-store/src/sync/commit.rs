//! Carrying out a transaction of the engine.

use alexandria_domain::DeviceId;
use rusqlite::{Connection, OptionalExtension, params};

use super::change::{RecordRow, SyncChange};
use super::wire;
use crate::error::StoreError;
use crate::number::signed;
use crate::op::{self, Origin};
use crate::store::Store;

impl Store {
    /// Carries out `changes` in one transaction: when this returns they are all on the disk, after an error none is.
    ///
    /// # Errors
    /// When the database fails, or another record with the number of a stored one is to take its place.
    pub fn sync_commit(&self, changes: &[SyncChange]) -> Result<(), SyncCommitError> {
        self.write(|transaction| changes.iter().try_for_each(|change| apply(transaction, change)))
    }
}

/// Why a transaction of the engine was not carried out. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SyncCommitError {
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
    /// Another record with this number is stored already.
    #[error("another record {seq} of device {device} is stored already")]
    Conflict {
        /// Whose chain it is.
        device: DeviceId,
        /// The number.
        seq: u64,
    },
}

impl From<rusqlite::Error> for SyncCommitError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

fn apply(connection: &Connection, change: &SyncChange) -> Result<(), SyncCommitError> {
    match change {
        SyncChange::Seal { record, ops } => {
            store(connection, record)?;
            for id in ops {
                op::clear_outbox(connection, id)?;
                wire::clear_outbox(connection, id)?;
            }
            Ok(())
        }
        SyncChange::Receive(record) => store(connection, record),
        other => Ok(apply_small(connection, other)?),
    }
}

fn apply_small(connection: &Connection, change: &SyncChange) -> Result<(), rusqlite::Error> {
    match change {
        // Stored by the caller.
        SyncChange::Seal { .. } | SyncChange::Receive(_) => Ok(()),
        SyncChange::Apply(ops) => op::insert_all(connection, ops, Origin::Record),
        SyncChange::ApplyWire(ops) => ops.iter().try_for_each(|op| wire::insert(connection, op, Origin::Record)),
        SyncChange::Quarantine(row) => run(
            connection,
            "INSERT OR REPLACE INTO sync_quarantine (device, seq, reason) VALUES (?1, ?2, ?3)",
            params![row.device.as_bytes(), signed(row.seq), row.reason],
        ),
        SyncChange::Release { device, seq } => run(
            connection,
            "DELETE FROM sync_quarantine WHERE device = ?1 AND seq = ?2",
            params![device.as_bytes(), signed(*seq)],
        ),
        SyncChange::LogHead { device, seq } => run(
            connection,
            "INSERT INTO sync_head (device, seq, hash, log_seq) VALUES (?1, 0, zeroblob(32), ?2) \
             ON CONFLICT (device) DO UPDATE SET log_seq = max(log_seq, excluded.log_seq)",
            params![device.as_bytes(), signed(*seq)],
        ),
        SyncChange::ForgetLog => run(connection, "UPDATE sync_head SET log_seq = 0", []),
        SyncChange::Prune { device, seq } => run(
            connection,
            "DELETE FROM sync_record WHERE device = ?1 AND seq <= ?2 AND NOT EXISTS \
             (SELECT 1 FROM sync_quarantine AS aside WHERE aside.device = ?1 AND aside.seq = sync_record.seq)",
            params![device.as_bytes(), signed(*seq)],
        ),
        SyncChange::Head { device, seq, hash } => advance(connection, device, *seq, hash),
        SyncChange::Reissue { device, seq, hash, ops } => {
            let end = params![device.as_bytes(), signed(*seq)];
            run(connection, "DELETE FROM sync_record WHERE device = ?1 AND seq > ?2", end)?;
            let head = params![device.as_bytes(), signed(*seq), hash];
            run(connection, "UPDATE sync_head SET seq = ?2, hash = ?3 WHERE device = ?1", head)?;
            ops.iter().try_for_each(|id| {
                run(connection, "UPDATE op SET outbox = 1 WHERE id = ?1", [id.as_bytes()])?;
                run(connection, "UPDATE wire_op SET outbox = 1 WHERE id = ?1", [id.as_bytes()])
            })
        }
        SyncChange::State { key, value: Some(value) } => run(
            connection,
            "INSERT INTO sync_state (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            params![key, value],
        ),
        SyncChange::State { key, value: None } => run(connection, "DELETE FROM sync_state WHERE key = ?1", [key]),
    }
}

/// Stores a record, unless it is stored already, and advances the vector to it.
fn store(connection: &Connection, record: &RecordRow) -> Result<(), SyncCommitError> {
    let RecordRow { device, seq, hash, bytes } = record;
    match stored_hash(connection, device, *seq)? {
        // A record that comes again is no error, but another one of that number never takes its place.
        Some(stored) if stored == *hash => return Ok(()),
        Some(_) => return Err(SyncCommitError::Conflict { device: *device, seq: *seq }),
        None => {}
    }
    run(
        connection,
        "INSERT INTO sync_record (device, seq, hash, bytes) VALUES (?1, ?2, ?3, ?4)",
        params![device.as_bytes(), signed(*seq), hash, bytes],
    )?;
    Ok(advance(connection, device, *seq, hash)?)
}

/// Advances the vector. It never goes back by this.
fn advance(connection: &Connection, device: &DeviceId, seq: u64, hash: &[u8; 32]) -> Result<(), rusqlite::Error> {
    run(
        connection,
        "INSERT INTO sync_head (device, seq, hash, log_seq) VALUES (?1, ?2, ?3, 0) \
         ON CONFLICT (device) DO UPDATE SET seq = excluded.seq, hash = excluded.hash WHERE excluded.seq > sync_head.seq",
        params![device.as_bytes(), signed(seq), hash],
    )
}

fn stored_hash(connection: &Connection, device: &DeviceId, seq: u64) -> Result<Option<[u8; 32]>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT hash FROM sync_record WHERE device = ?1 AND seq = ?2")?
        .query_row(params![device.as_bytes(), signed(seq)], |row| row.get(0))
        .optional()
}

fn run(connection: &Connection, sql: &str, parameters: impl rusqlite::Params) -> Result<(), rusqlite::Error> {
    connection.prepare_cached(sql)?.execute(parameters)?;
    Ok(())
}
