//! Moving publications into the bin and out of it, and deleting them permanently.

use std::sync::Arc;

use alexandria_domain::op::Membership;
use alexandria_domain::{Entity, Field, Op, PublicationId, Value};
use alexandria_store::PublicationRecord;

use super::deletion::finish_deletions;
use super::error::ShelfError;
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::event::Event;
use crate::reading::OpenBooks;
use crate::semantic_index::SemanticIndex;

/// How long the bin keeps a publication, in milliseconds.
const BIN_RETENTION_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// The `meta` key of the wall time at which the bin was last checked, in milliseconds. A stored name.
const BIN_CHECKED_AT: &str = "bin-looked-at";

/// Moves publications to the shelf or into the bin; all of them, or none if one does not exist.
pub(crate) async fn move_publications(
    engines: &Arc<Engines>,
    ids: Vec<PublicationId>,
    membership: Membership,
) -> Result<(), ShelfError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let mut ops = Vec::with_capacity(ids.len());
        for id in ids {
            engines.store.publication(&id)?.ok_or_else(|| ShelfError::NotFound(id.to_string()))?;
            ops.push(membership_op(&engines, id, membership)?);
        }
        engines.store.apply(&ops)?;
        if membership == Membership::Shelf {
            // They may have gone into the bin before they had all their vectors.
            engines.embedding_wanted.notify_one();
        }
        engines.events.emit(Event::Changed);
        Ok(())
    })
    .await
}

/// Deletes publications permanently. The caller holds the import lock.
pub(crate) async fn delete(
    engines: &Arc<Engines>,
    index: &SemanticIndex,
    open_books: &Arc<OpenBooks>,
    ids: Vec<PublicationId>,
) -> Result<(), ShelfError> {
    let (marking, open_books) = (Arc::clone(engines), Arc::clone(open_books));
    blocking(move || {
        // These ops outlive everything else, so that no other device brings the publications back.
        let gone = ids.iter().map(|id| membership_op(&marking, *id, Membership::Gone));
        let ops = gone.collect::<Result<Vec<_>, _>>()?;
        marking.store.apply(&ops)?;
        ids.iter().for_each(|id| open_books.close(id));
        Ok::<_, ShelfError>(())
    })
    .await?;
    engines.events.emit(Event::Changed);
    let _no_embedding = engines.locks.embedding.preempt().await;
    finish_deletions(engines, index).await
}

/// The publications that have been in the bin for 30 days at wall time `now_ms`.
///
/// A clock set forward by mistake must not empty the bin, so the 30 days have to be over by this call's time and by that
/// of the call before.
pub(crate) async fn expired_in_bin(engines: &Arc<Engines>, now_ms: u64) -> Result<Vec<PublicationId>, ShelfError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let before = engines.store.meta_get(BIN_CHECKED_AT)?.and_then(|bytes| bytes.try_into().ok());
        engines.store.meta_set(BIN_CHECKED_AT, &now_ms.to_be_bytes())?;
        let by = now_ms.min(before.map_or(0, u64::from_be_bytes));
        let is_expired = |record: &PublicationRecord| record.moved_ms.saturating_add(BIN_RETENTION_MS) <= by;
        let binned = engines.store.publications(Membership::Bin)?;
        Ok(binned.into_iter().filter(is_expired).map(|record| record.id).collect())
    })
    .await
}

fn membership_op(
    engines: &Engines,
    id: PublicationId,
    membership: Membership,
) -> Result<Op, crate::change::ChangeError> {
    engines.changes.op(Entity::Publication(id), Field::Membership, Value::Membership(membership))
}
