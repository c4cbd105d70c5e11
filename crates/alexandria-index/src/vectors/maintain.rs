//! Keeping the table small, and its past off the disk.

use lancedb::table::{CompactionOptions, Duration, OptimizeAction};

use super::fingerprint::ELSEWHERE;
use super::{IndexError, VectorIndex};

/// In the table's configuration: the last commit after which there was nothing to compact.
const COMPACTED: &str = "compacted";

impl VectorIndex {
    /// Joins small files and rewrites those that hold removed rows. The older files stay, so that the table still
    /// [descends](Self::descends_from) from what it was; when the new fingerprint is safely kept, [`prune`](Self::prune).
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
        let table = self.table.as_native().ok_or(ELSEWHERE)?;
        let before = self.table.version().await?;
        self.table.optimize(OptimizeAction::Compact { options, remap_options: None }).await?;
        // Where nothing was left to rewrite, the newest commit is still the removal, whose note names what was removed.
        if self.table.version().await? == before {
            table.update_config([(COMPACTED.to_owned(), before.to_string())]).await?;
        }
        Ok(())
    }

    /// Deletes every file of older versions: after [`compact`](Self::compact), nothing of removed rows is left on the disk.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn prune(&self) -> Result<(), IndexError> {
        // Nobody may write, so that no file is an unfinished commit's, nor read, because files are about to go.
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
