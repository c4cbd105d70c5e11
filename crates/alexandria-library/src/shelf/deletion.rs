//! Finishing permanent deletions.
//!
//! A deletion starts with an op that marks the publication as gone, durably. From then on no shell shows it, and its row
//! in the database records what is still to be removed. The row is removed last, so an interrupted deletion is finished
//! when the library is next opened or embedded. Maintenance in between leaves the row alone.

use std::sync::Arc;

use alexandria_domain::op::Membership;

use super::error::ShelfError;
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::semantic_index::SemanticIndex;

/// Removes vectors, file and text of every publication that is marked as gone. The caller holds the embedding lock, or
/// knows otherwise that nothing is being embedded.
pub(crate) async fn finish_deletions(engines: &Arc<Engines>, index: &SemanticIndex) -> Result<(), ShelfError> {
    let reading = Arc::clone(engines);
    let gone = blocking(move || Ok::<_, ShelfError>(reading.store.publications(Membership::Gone)?)).await?;
    if gone.is_empty() {
        return Ok(());
    }
    let rows: Vec<i64> = gone.iter().map(|record| record.row).collect();
    index.remove_publications(&rows).await?;
    let engines = Arc::clone(engines);
    blocking(move || {
        for record in gone {
            engines.blobs.remove(&record.id)?;
            engines.store.purge(&record.id)?;
            tracing::info!(publication = %record.id, "publication deleted");
        }
        // The encrypted full-text index holds terms of the deleted text until its segments are merged.
        while !engines.store.maintenance()? {
            if engines.stop.is_cancelled() {
                tracing::info!("closed before the full-text index was purged of deleted text");
                break;
            }
        }
        Ok(())
    })
    .await
}
