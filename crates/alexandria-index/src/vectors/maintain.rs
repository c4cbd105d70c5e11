//! Keeping the table small, and telling whether it is the one that was left.

use std::fs;

use lancedb::table::{CompactionOptions, Duration, OptimizeAction};
use sha2::{Digest, Sha256};

use super::{IndexError, VectorIndex};

/// What the table was after its last commit. Kept in the database, it shows that somebody put older files in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Number of the commit.
    pub version: u64,
    /// SHA-256 of its sealed manifest, which names every other file.
    pub manifest: [u8; 32],
}

impl VectorIndex {
    /// Joins small files, and deletes every file of older versions: nothing of removed rows is left on the disk.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn compact(&self) -> Result<(), IndexError> {
        // Nobody may write, so that no file is an unfinished commit's, nor read, because files are about to go.
        let _writer = self.writer.lock().await;
        let _files = self.files.write().await;
        let options = CompactionOptions {
            materialize_deletions: true,
            materialize_deletions_threshold: 0.0,
            num_threads: Some(1),
            ..CompactionOptions::default()
        };
        self.table.optimize(OptimizeAction::Compact { options, remap_options: None }).await?;
        let prune = OptimizeAction::Prune {
            older_than: Some(Duration::zero()),
            delete_unverified: Some(true),
            error_if_tagged_old_versions: Some(false),
        };
        self.table.optimize(prune).await?;
        Ok(())
    }

    /// The fingerprint of the table as it is.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn fingerprint(&self) -> Result<Fingerprint, IndexError> {
        let _writer = self.writer.lock().await;
        let version = self.table.version().await?;
        // Lance names manifests so that the newest sorts first.
        let name = format!("{:020}.manifest", u64::MAX - version);
        let manifest = fs::read(self.folder.join("vectors.lance").join("_versions").join(name));
        let manifest = Sha256::digest(manifest.map_err(IndexError::Io)?).into();
        Ok(Fingerprint { version, manifest })
    }
}
