//! Giving a publication another id, when a library joins an account that names books by another key.

use alexandria_domain::{Op, PublicationId};
use rusqlite::{Transaction, params};

use super::{password, purge};
use crate::device;
use crate::error::StoreError;
use crate::op;
use crate::store::Store;

/// The outcome for a publication that was to get another id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renamed {
    /// It has the new id.
    Renamed,
    /// Another publication had the new id already, and has the annotations of this one now. This one is as it was otherwise.
    Exists,
    /// There is no such publication.
    Missing,
}

impl Store {
    /// Gives the publication `from` the id `to`, with all that was written about it, and applies `op` to it, if there is one; in
    /// one transaction. Its row stays, and with it passages, index terms and vectors. Moving the encrypted file is up to the caller.
    ///
    /// # Errors
    /// When the database fails; nothing was changed then.
    pub fn rename_publication(
        &self,
        from: &PublicationId,
        to: &PublicationId,
        op: Option<&Op>,
    ) -> Result<Renamed, StoreError> {
        self.write(|transaction| {
            let Some((row, _)) = purge::find(transaction, from)? else { return Ok(Renamed::Missing) };
            let renamed = if purge::find(transaction, to)?.is_some() {
                Renamed::Exists
            } else {
                rename_row(transaction, row, from, to)?;
                Renamed::Renamed
            };
            let own = device::own(transaction)?;
            op::rename_annotations(transaction, from, to)?;
            if let Some(op) = op {
                op::insert_all(transaction, std::slice::from_ref(op), op::Origin::Here)?;
            }
            op::refresh(transaction, to, own)?;
            op::refresh_edits(transaction, to)?;
            Ok(renamed)
        })
    }
}

fn rename_row(
    transaction: &Transaction<'_>,
    row: i64,
    from: &PublicationId,
    to: &PublicationId,
) -> Result<(), rusqlite::Error> {
    transaction
        .prepare_cached("UPDATE publication SET id = ?2 WHERE row = ?1")?
        .execute(params![row, to.as_bytes()])?;
    password::rename(transaction, from, to)?;
    op::rename_entity(transaction, from, to)
}
