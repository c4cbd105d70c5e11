//! Backups.

use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::Library;
use crate::backup::{BackupError, BackupOptions, BackupProgress, BackupReport};

impl Library {
    /// Backs the library up to `target`, continuing a backup of that name that was interrupted. The file appears under
    /// its name when all of it was read back and authenticated. Imports and deletions wait meanwhile.
    ///
    /// # Errors
    /// When only the keychain opens the library, there is a file of that name, something cannot be read or written, or it
    /// is cancelled; the next call continues.
    pub async fn back_up(
        &self,
        target: &Path,
        options: BackupOptions,
        cancel: &CancellationToken,
        progress: impl Fn(BackupProgress) + Send + 'static,
    ) -> Result<BackupReport, BackupError> {
        self.parts.backups.write(target, options, cancel, progress).await
    }
}
