//! The protection of a library: its key slots, and how they are changed.
//!
//! Every change asks for a credential that opens the library now, even while it is open: someone who finds an open window
//! must not be able to add a credential for later. A new recovery code becomes valid when it has been typed back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_vault::{Inspection, OsKeychain, UnlockError, UnlockRecord, Vault};
use tokio::sync::Mutex;

use crate::blocking::{Panicked, blocking};

#[cfg(test)]
mod tests;

/// Why the protection of a library was not changed. What opened it before still does.
#[derive(Debug, thiserror::Error)]
pub enum ProtectError {
    /// The vault was not changed.
    #[error(transparent)]
    Vault(#[from] alexandria_vault::ProtectError),
    /// The vault cannot be read.
    #[error(transparent)]
    Inspect(#[from] UnlockError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for ProtectError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Vault(error) => error.code(),
            Self::Inspect(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}

/// The vault of an open library.
pub(crate) struct LibraryVault {
    /// The library's folder.
    pub(crate) folder: PathBuf,
    /// Which of the vault and its copy opened the library.
    pub(crate) unlock_record: UnlockRecord,
    changing: Arc<Mutex<()>>,
}

impl LibraryVault {
    pub(crate) fn new(folder: PathBuf, unlock_record: UnlockRecord) -> Self {
        Self { folder, unlock_record, changing: Arc::default() }
    }

    /// Changes the vault; one change at a time.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Path, &OsKeychain) -> Result<T, alexandria_vault::ProtectError> + Send + 'static,
    ) -> Result<T, ProtectError> {
        let folder = self.folder.clone();
        // The guard moves into the blocking task, which runs to its end even if the caller is dropped.
        let guard = Arc::clone(&self.changing).lock_owned().await;
        let changed: Result<T, ProtectError> = blocking(move || {
            let _guard = guard;
            Ok::<_, ProtectError>(change(&folder, &OsKeychain::new())?)
        })
        .await;
        if let Err(error) = &changed {
            tracing::warn!(code = %error.code(), "the library's protection was not changed");
        }
        changed
    }

    /// Repairs the vault or its copy from the other, where it is certain which one is good.
    pub(crate) async fn repair(&self) -> Result<(), ProtectError> {
        let unlock_record = self.unlock_record.clone();
        self.change(move |folder, keychain| Ok(Vault::repair(folder, &unlock_record, keychain)?)).await
    }
}

/// The protection of the library in `folder`, open or not. Asks the keychain.
pub(crate) async fn inspect(folder: &Path) -> Result<Inspection, ProtectError> {
    let folder = folder.to_owned();
    blocking(move || Ok(Vault::inspect(&folder, &OsKeychain::new())?)).await
}
