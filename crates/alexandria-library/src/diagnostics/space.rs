//! Freeing disk space without losing anything: what was deleted before gives its space back to the system.
//!
//! Absent: deleting anything. What is in the bin is the user's to delete.

use std::sync::Arc;

use super::disk::{DiskUsage, disk_usage};
use super::error::DiagnosticsError;
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::folders::Folders;
use crate::semantic_index::SemanticIndex;

/// The greatest database that is rewritten: a copy of it is in memory meanwhile.
const MAX_DATABASE_BYTES: u64 = 512 << 20;

/// The disk before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreedSpace {
    /// Before.
    pub before: DiskUsage,
    /// After.
    pub after: DiskUsage,
}

impl FreedSpace {
    /// What was given back, in bytes.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.before.total().saturating_sub(self.after.total())
    }
}

/// Compacts the vectors and the database, and removes leftovers of interrupted writes.
pub(crate) async fn free_space(
    engines: &Arc<Engines>,
    index: &SemanticIndex,
    folders: &Folders,
) -> Result<FreedSpace, DiagnosticsError> {
    let _no_import = engines.locks.import.lock().await;
    let before = disk_usage(engines, folders).await?;
    {
        let _no_embedding = engines.locks.embedding.preempt().await;
        index.compact().await?;
        let engines = Arc::clone(engines);
        blocking(move || {
            engines.blobs.sweep_temporary()?;
            while !engines.store.maintenance()? {}
            engines.store.shrink(MAX_DATABASE_BYTES)?;
            Ok::<_, DiagnosticsError>(())
        })
        .await?;
    }
    let freed = FreedSpace { before, after: disk_usage(engines, folders).await? };
    tracing::info!(bytes = freed.bytes(), "freed disk space");
    Ok(freed)
}
