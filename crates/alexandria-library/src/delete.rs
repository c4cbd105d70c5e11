//! Deleting for good: first the intention, durably, then vectors, file and text.
//!
//! The intention is the op that says a publication is gone. From then on no shell sees it, and its row in the database
//! is the note of what is left to do: the last thing to go, so that whatever is interrupted is finished when the
//! library is next opened or embedded. Housekeeping in between leaves it alone.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use alexandria_domain::op::Membership;
use alexandria_domain::{Entity, Field, PublicationId, Value};
use alexandria_store::PublicationRecord;

use crate::embed;
use crate::event::Event;
use crate::open::{Core, Library};
use crate::shelf::ShelfError;
use crate::worker::blocking;

/// How long the bin keeps a publication.
const BIN_MILLIS: u64 = 30 * 24 * 60 * 60 * 1000;
/// The `meta` key of the wall time at which the bin was last looked through for old things, in milliseconds.
const BIN_LOOKED_AT: &str = "bin-looked-at";

impl Library {
    /// Deletes publications for good: text, file and vectors. After that no file of the library holds anything of them,
    /// sealed as everything is, but the ops that say that they are gone. Two things can put off the end, and the next
    /// housekeeping comes to it: the library is closed meanwhile, and its full-text index still holds terms of the
    /// text; or somebody reads the database all the while, and its log still holds pages. What the medium keeps of
    /// deleted files is sealed.
    ///
    /// # Errors
    /// When an engine fails. If they are gone from shelf and bin by then, the rest follows at the next opening.
    pub async fn delete(&self, ids: Vec<PublicationId>) -> Result<(), ShelfError> {
        let _no_import = self.core.importing.lock().await;
        let core = Arc::clone(&self.core);
        blocking(move || {
            // These ops stay when all the rest has gone, so that no other device brings the publications back.
            let gone = |id: &PublicationId| {
                core.changes.op(Entity::Publication(*id), Field::Membership, Value::Membership(Membership::Gone))
            };
            let ops = ids.iter().map(gone).collect::<Result<Vec<_>, _>>()?;
            core.store.apply(&ops)?;
            ids.iter().for_each(|id| core.open_books.forget(id));
            Ok::<_, ShelfError>(())
        })
        .await?;
        self.core.tell(Event::Changed);
        let _no_embedding = embed::hold(&self.core).await;
        finish(&self.core).await
    }

    /// Deletes for good what has been in the bin for 30 days at wall time `now_ms`. Returns how many.
    ///
    /// A clock set forward by mistake must not empty the bin, so the 30 days have to be over by this call's time and by
    /// that of the call before.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub async fn empty_old_bin(&self, now_ms: u64) -> Result<usize, ShelfError> {
        let core = Arc::clone(&self.core);
        let old: Vec<PublicationId> = blocking(move || {
            let before = core.store.meta_get(BIN_LOOKED_AT)?.and_then(|bytes| bytes.try_into().ok());
            core.store.meta_set(BIN_LOOKED_AT, &now_ms.to_be_bytes())?;
            let by = now_ms.min(before.map_or(0, u64::from_be_bytes));
            let binned = core.store.publications(Membership::Bin)?;
            let old = |record: &PublicationRecord| record.moved_ms.saturating_add(BIN_MILLIS) <= by;
            Ok::<_, ShelfError>(binned.into_iter().filter(old).map(|record| record.id).collect())
        })
        .await?;
        let count = old.len();
        if count > 0 {
            self.delete(old).await?;
        }
        Ok(count)
    }
}

/// Finishes the deletions that were begun. The caller sees to it that nothing is being embedded.
pub(crate) async fn finish(core: &Arc<Core>) -> Result<(), ShelfError> {
    let worker = Arc::clone(core);
    let gone = blocking(move || Ok::<_, ShelfError>(worker.store.publications(Membership::Gone)?)).await?;
    if gone.is_empty() {
        return Ok(());
    }
    let rows: Vec<i64> = gone.iter().map(|record| record.row).collect();
    core.remove_vectors::<ShelfError>(&rows).await?;
    let worker = Arc::clone(core);
    blocking(move || {
        for record in gone {
            worker.blobs.remove(&record.id)?;
            worker.store.purge(&record.id)?;
            tracing::info!(publication = %record.id, "publication deleted");
        }
        // Until now the terms of the deleted text stood in the encrypted full-text index.
        while !worker.store.maintenance()? {
            if worker.stop.is_cancelled() {
                tracing::info!("closed before the full-text index had forgotten what was deleted");
                break;
            }
        }
        Ok(())
    })
    .await
}
