//! Books that were in the library before it joined the account: they get the account's ids, before anything is sent.
//!
//! Publication ids are keyed hashes of files, and each library has its own key. So each file is hashed again under the account's
//! key, sealed under its new id, and then the row, all that was written about the book and its password move in one
//! transaction. Killed anywhere, signing in again goes on: a book that has its new id already hashes to the id that it has.
//! A book here that was deleted in the account is on the shelf of all devices afterwards.
//! Absent: what the account has, which is only known once the device is in it.

use std::io;

use alexandria_crypto::keys::PublicationIdKey;
use alexandria_domain::op::Membership;
use alexandria_domain::{CodedError, Entity, Field, Op, PublicationId, Value};
use alexandria_store::Renamed;

use super::error::AccountError;
use crate::engines::Engines;
use crate::event::Event;
use crate::reading::OpenBooks;

#[cfg(test)]
mod tests;

/// Gives all books their ids under the account's key. One whose file cannot be read keeps its id. The caller holds the lock on
/// imports. Blocks.
pub(super) fn rename_books(
    engines: &Engines,
    open_books: &OpenBooks,
    ids: &PublicationIdKey,
) -> Result<(), AccountError> {
    let (mut renamed, mut unreadable) = (0_u64, 0_u64);
    for membership in [Membership::Shelf, Membership::Bin] {
        for record in engines.store.publications(membership)? {
            if engines.stop.is_cancelled() {
                return Err(AccountError::Stopped);
            }
            let Some(to) = id_under(engines, &record.id, ids) else {
                unreadable += 1;
                continue;
            };
            if to != record.id {
                rename(engines, &record.id, &to, membership)?;
                open_books.close(&record.id);
                renamed += 1;
            }
        }
    }
    remove_old_files(engines, ids)?;
    tracing::info!(renamed, unreadable, "books have the ids of the account");
    if renamed > 0 {
        engines.events.emit(Event::Changed);
    }
    Ok(())
}

/// Removes files under old ids that an interrupted attempt left: their books are in the library under the new ones.
fn remove_old_files(engines: &Engines, ids: &PublicationIdKey) -> Result<(), AccountError> {
    for id in engines.blobs.list()? {
        if engines.store.publication(&id)?.is_some() {
            continue;
        }
        if let Some(to) = id_under(engines, &id, ids)
            && to != id
            && engines.store.publication(&to)?.is_some()
        {
            engines.blobs.remove(&id)?;
        }
    }
    Ok(())
}

/// The id of a book under that key; `None` if its file cannot be read, which the check of the library reports.
fn id_under(engines: &Engines, id: &PublicationId, ids: &PublicationIdKey) -> Option<PublicationId> {
    let mut hasher = blake3::Hasher::new();
    let read = engines.blobs.read(id).map_err(|error| error.code()).and_then(|mut file| {
        io::copy(&mut file, &mut hasher).map_err(|error| alexandria_domain::ErrorCode::of_io(&error))
    });
    match read {
        Ok(_) => Some(PublicationId::from_bytes(ids.publication_id(hasher.finalize().as_bytes()))),
        Err(code) => {
            tracing::warn!(publication = %id, %code, "file of a book cannot be read; it keeps its id");
            None
        }
    }
}

fn rename(
    engines: &Engines,
    from: &PublicationId,
    to: &PublicationId,
    membership: Membership,
) -> Result<(), AccountError> {
    engines.blobs.put_provisional(to, engines.blobs.read(from)?)?;
    // Written now, so that it is later than a deletion in the account.
    let member = |id: PublicationId, membership| -> Result<Op, AccountError> {
        Ok(engines.changes.op(Entity::Publication(id), Field::Membership, Value::Membership(membership))?)
    };
    let op = if membership == Membership::Shelf { Some(member(*to, Membership::Shelf)?) } else { None };
    match engines.store.rename_publication(from, to, op.as_ref())? {
        Renamed::Renamed => {
            settle(engines, to);
            engines.blobs.remove(from)?;
        }
        // The same book twice, which can be if it was imported again after a join that was interrupted.
        Renamed::Exists => {
            settle(engines, to);
            engines.store.apply(&[member(*from, Membership::Bin)?])?;
        }
        Renamed::Missing => drop(engines.blobs.discard(to)?),
    }
    Ok(())
}

/// Gives the file of a book that is in the database its final name.
fn settle(engines: &Engines, id: &PublicationId) {
    if let Err(error) = engines.blobs.settle(id) {
        // It can be read under its provisional name, until leftovers are next removed.
        tracing::warn!(publication = %id, code = %error.code(), "encrypted file keeps its provisional name");
    }
}
