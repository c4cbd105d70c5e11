//! Writing a backup.

use std::path::Path;
use std::sync::Arc;

use alexandria_crypto::keys::BackupKey;
use alexandria_store::backup::{self, Progress, Source};
use alexandria_vault::{SlotKind, Vault};
use tokio_util::sync::CancellationToken;

use super::error::BackupError;
use super::restore::monitor;
use crate::blocking::blocking;
use crate::change::now_millis;
use crate::engines::Engines;
use crate::protection::LibraryVault;

/// Options of a backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BackupOptions {
    /// Replace a file of the same name.
    pub replace: bool,
    /// Write a backup that only this computer's keychain can open.
    pub keychain_only: bool,
}

/// What a backup contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupReport {
    /// Publications whose files are in the backup.
    pub publications: usize,
    /// Bytes of the file.
    pub bytes: u64,
    /// Titles of the publications whose files are missing or damaged; their text and metadata are in the backup.
    pub left_out: Vec<String>,
}

/// Backups of an open library.
pub(crate) struct Backups {
    vault: Arc<LibraryVault>,
    key: Arc<BackupKey>,
    /// Last, so that the key is dropped before the library counts as closed.
    engines: Arc<Engines>,
}

impl Backups {
    pub(crate) fn new(vault: Arc<LibraryVault>, key: BackupKey, engines: Arc<Engines>) -> Self {
        Self { vault, key: Arc::new(key), engines }
    }

    /// Writes a backup to `target`, continuing one of that name that was interrupted.
    pub(crate) async fn write(
        &self,
        target: &Path,
        options: BackupOptions,
        cancel: &CancellationToken,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<BackupReport, BackupError> {
        let _no_import = self.engines.locks.import.lock().await;
        let (vault, key, engines) = (Arc::clone(&self.vault), Arc::clone(&self.key), Arc::clone(&self.engines));
        let (target, monitor) = (target.to_owned(), monitor(cancel, progress));
        blocking(move || {
            let vault = Vault::export(&vault.folder, &vault.unlock_record)?;
            let kinds = Vault::slot_kinds(vault.as_bytes())?;
            if !options.keychain_only && kinds.iter().all(|kind| *kind == SlotKind::Keychain) {
                return Err(BackupError::KeychainOnly);
            }
            let source = Source {
                store: &engines.store,
                blobs: &engines.blobs,
                key: &key,
                vault: vault.as_bytes(),
                now_ms: now_millis(),
            };
            let written = backup::write(&source, &target, options.replace, &monitor)?;
            let title = |id| Ok(engines.store.publication(id)?.map(|record| record.metadata.title));
            let titles = written.left_out.iter().map(title).collect::<Result<Vec<_>, BackupError>>()?;
            let left_out = titles.into_iter().flatten().collect();
            Ok(BackupReport { publications: written.publications, bytes: written.bytes, left_out })
        })
        .await
    }
}
