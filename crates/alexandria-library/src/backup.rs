//! Backups: all of a library in one sealed file, and a library out of such a file.
//!
//! What is in the file, and why a restored library is a new device, is in `docs/formats/backup.md`.

mod error;
mod restore;
#[cfg(test)]
pub(crate) mod tests;

use std::path::Path;
use std::sync::Arc;

use alexandria_store::backup::{self, Source};
pub use alexandria_store::backup::{Progress as BackupProgress, Stage as BackupStage};
use alexandria_vault::{SlotKind, Vault};
use tokio_util::sync::CancellationToken;

pub use self::error::{BackupError, RestoreError};
pub use self::restore::{Restored, restore_backup};
use crate::change::now_millis;
use crate::open::Library;
use crate::worker::blocking;

/// How a backup is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BackupOptions {
    /// Replace a file of the same name.
    pub replace: bool,
    /// Make one that only this computer's keychain opens.
    pub keychain_only: bool,
}

/// What was backed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupReport {
    /// Publications whose files are in the backup.
    pub publications: usize,
    /// Bytes of the file.
    pub bytes: u64,
    /// Titles of the publications whose files are missing or damaged here; their text and all else of them is in it.
    pub left_out: Vec<String>,
}

impl Library {
    /// Backs the library up to `target`, going on with a backup of that name that was interrupted. It appears under its
    /// name when all of it was read back and authenticated. Imports and deletions wait meanwhile.
    ///
    /// # Errors
    /// When only the keychain opens the library, there is a file of that name, something cannot be read or written, or it
    /// is cancelled; the next call then goes on.
    pub async fn back_up(
        &self,
        target: &Path,
        options: BackupOptions,
        cancel: &CancellationToken,
        progress: impl Fn(BackupProgress) + Send + 'static,
    ) -> Result<BackupReport, BackupError> {
        let _no_import = self.core.importing.lock().await;
        let core = Arc::clone(&self.core);
        let (target, watch) = (target.to_owned(), watch(cancel, progress));
        blocking(move || {
            let vault = Vault::export(&core.folder, &core.unlock_record)?;
            let kinds = Vault::slot_kinds(vault.as_bytes())?;
            if !options.keychain_only && kinds.iter().all(|kind| *kind == SlotKind::Keychain) {
                return Err(BackupError::KeychainOnly);
            }
            let source = Source {
                store: &core.store,
                blobs: &core.blobs,
                key: &core.backup_key,
                vault: vault.as_bytes(),
                now_ms: now_millis(),
            };
            let written = backup::write(&source, &target, options.replace, &watch)?;
            let title = |id| Ok(core.store.publication(id)?.map(|record| record.metadata.title));
            let titles = written.left_out.iter().map(title).collect::<Result<Vec<_>, BackupError>>()?;
            let left_out = titles.into_iter().flatten().collect();
            Ok(BackupReport { publications: written.publications, bytes: written.bytes, left_out })
        })
        .await
    }
}

/// Watches a copy for a shell.
fn watch(cancel: &CancellationToken, progress: impl Fn(BackupProgress) + Send + 'static) -> backup::Watch {
    let cancel = cancel.clone();
    backup::Watch { stopped: Arc::new(move || cancel.is_cancelled()), progress: Box::new(progress) }
}
