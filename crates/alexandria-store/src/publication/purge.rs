//! Permanent deletion of a publication.

use alexandria_domain::op::Membership;
use alexandria_domain::{DeviceId, PassageId, PublicationId};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::password;
use super::record::membership_of;
use crate::common_sets;
use crate::device;
use crate::error::StoreError;
use crate::maintenance::PURGED_TERMS;
use crate::op;
use crate::store::Store;

impl Store {
    /// Removes a publication's text, index terms, sections and metadata, whatever its membership, and the ops it owns:
    /// places quote its text. The ops on its membership stay: they are the tombstone. Returns whether it was there. Freed
    /// pages are overwritten; the index drops its terms at the latest in
    /// [`maintenance`](Self::maintenance).
    ///
    /// # Errors
    /// When the database fails.
    pub fn purge(&self, id: &PublicationId) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let Some((row, _)) = find(transaction, id)? else { return Ok(false) };
            purge_row(transaction, id, row, device::own(transaction)?)?;
            Ok(true)
        })
    }
}

/// Row and membership of a publication.
pub(super) fn find(connection: &Connection, id: &PublicationId) -> Result<Option<(i64, Membership)>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT row, state FROM publication WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| Ok((row.get(0)?, membership_of(row.get(1)?))))
        .optional()
}

/// Purges the publication `id`, which has that row, on the device `own`.
pub(super) fn purge_row(
    transaction: &Transaction<'_>,
    id: &PublicationId,
    row: i64,
    own: Option<DeviceId>,
) -> Result<(), rusqlite::Error> {
    let (first, last) = PassageId::range_of(row).into_inner();
    let range = [first.to_i64(), last.to_i64()];
    transaction.prepare_cached("DELETE FROM passage_terms WHERE rowid BETWEEN ?1 AND ?2")?.execute(range)?;
    transaction.prepare_cached("DELETE FROM passage WHERE id BETWEEN ?1 AND ?2")?.execute(range)?;
    common_sets::delete(transaction, row)?;
    password::delete(transaction, id)?;
    transaction
        .prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?
        .execute((PURGED_TERMS, row.to_be_bytes()))?;
    // Sections, details and thumbnail go with it.
    transaction.prepare_cached("DELETE FROM publication WHERE row = ?1")?.execute([row])?;
    op::delete_owned(transaction, id, own)
}
