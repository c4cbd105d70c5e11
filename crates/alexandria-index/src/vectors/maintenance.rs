//! Compaction, and deletion of old versions.

use lancedb::table::{CompactionOptions, Duration, OptimizeAction};

use super::error::{IndexError, NOT_LOCAL};
use super::index::VectorIndex;

/// Key in the table's configuration: the last commit after which there was nothing to compact.
const COMPACTED: &str = "compacted";

impl VectorIndex {
    /// Merges small files and rewrites those that hold removed rows. The old files remain, so that the table still
    /// [descends](Self::descends_from) from the recorded state; once the new fingerprint is stored, call
    /// [`prune`](Self::prune).
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn compact(&self) -> Result<(), IndexError> {
        let _writer = self.writer.lock().await;
        let options = CompactionOptions {
            materialize_deletions: true,
            materialize_deletions_threshold: 0.0,
            num_threads: Some(1),
            ..CompactionOptions::default()
        };
        let table = self.table.as_native().ok_or(NOT_LOCAL)?;
        let before = self.table.version().await?;
        self.table.optimize(OptimizeAction::Compact { options, remap_options: None }).await?;
        // If nothing had to be rewritten, the newest commit is still the removal, whose transaction names the removed rows. A
        // further commit lets `prune` delete it.
        if self.table.version().await? == before {
            table.update_config([(COMPACTED.to_owned(), before.to_string())]).await?;
        }
        Ok(())
    }

    /// Deletes every file of older versions: after [`compact`](Self::compact), nothing of removed rows remains on disk.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn prune(&self) -> Result<(), IndexError> {
        // Excludes writers, so that no file belongs to an unfinished commit, and readers, whose files would disappear.
        let _writer = self.writer.lock().await;
        let _files = self.files.write().await;
        let prune = OptimizeAction::Prune {
            older_than: Some(Duration::zero()),
            delete_unverified: Some(true),
            error_if_tagged_old_versions: Some(false),
        };
        self.table.optimize(prune).await?;
        Ok(())
    }
}
