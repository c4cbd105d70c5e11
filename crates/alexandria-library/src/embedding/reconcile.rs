//! Brings the vector index into step with the database before anything is embedded.

use std::sync::Arc;

use super::error::EmbedError;
use crate::engines::Engines;
use crate::semantic_index::SemanticIndex;
use crate::shelf::finish_deletions;

/// Finishes interrupted deletions, then removes vectors without a mark and lowers marks without vectors. The caller holds
/// the embedding lock.
pub(crate) async fn reconcile(engines: &Arc<Engines>, index: &SemanticIndex) -> Result<(), EmbedError> {
    // A running import may be bringing the same book back; then the deletion is finished another time.
    if let Ok(_no_import) = engines.locks.import.try_lock() {
        finish_deletions(engines, index).await?;
    }
    Ok(index.reconcile().await?)
}
