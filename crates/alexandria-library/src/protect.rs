//! What protects the library: seeing it, and changing it.
//!
//! Every change asks for something that opens the library now, even while it is open: whoever finds an open window must
//! not be able to make a way in for later. A recovery code is shown first and becomes valid when it has been typed back.

use std::path::Path;
use std::sync::Arc;

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_vault::{
    CleanupFailure, Credential, Inspection, NewRecoveryCode, OsKeychain, Protection, Rotation, SlotKind, UnlockError,
    Vault,
};

use crate::open::{Library, Passphrase, Unlock};
use crate::worker::{Panicked, blocking};

#[cfg(test)]
mod tests;

/// Why what protects the library was not changed. What opened it before opens it still.
#[derive(Debug, thiserror::Error)]
pub enum ProtectError {
    /// The vault refused.
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

impl Library {
    /// What protects the library in `folder`, open or not. Asks the keychain.
    ///
    /// # Errors
    /// When there is no library, or its vault cannot be read.
    pub async fn protection_of(folder: &Path) -> Result<Inspection, ProtectError> {
        let folder = folder.to_owned();
        blocking(move || Ok(Vault::inspect(&folder, &OsKeychain::new())?)).await
    }

    /// What protects this library. Asks the keychain.
    ///
    /// # Errors
    /// When its vault cannot be read.
    pub async fn protection(&self) -> Result<Inspection, ProtectError> {
        Self::protection_of(&self.core.folder).await
    }

    /// Adds a passphrase, or changes it. `with` opens the library now.
    ///
    /// # Errors
    /// When `with` does not open the library, the passphrase is too short or too long, or the vault cannot be written.
    pub async fn set_passphrase(&self, with: Unlock, new: Passphrase) -> Result<Vec<CleanupFailure>, ProtectError> {
        self.change(move |folder| {
            Vault::protect(folder, &with.into(), &Protection::Passphrase(new), &OsKeychain::new())
        })
        .await
    }

    /// Has the keychain keep the key, also when it kept it once and has lost it. `with` opens the library now.
    ///
    /// # Errors
    /// When `with` does not open the library, the keychain cannot keep the key, or the vault cannot be written.
    pub async fn add_keychain(&self, with: Unlock) -> Result<Vec<CleanupFailure>, ProtectError> {
        self.change(move |folder| Vault::protect(folder, &with.into(), &Protection::Keychain, &OsKeychain::new())).await
    }

    /// Removes one kind of protection. What is left has to contain a passphrase or a recovery code, which a person can
    /// keep, and a passphrase or the keychain, for every day.
    ///
    /// # Errors
    /// When `with` does not open the library, there is no such protection, too little would be left, or the vault cannot
    /// be written.
    pub async fn remove_protection(&self, with: Unlock, kind: SlotKind) -> Result<Vec<CleanupFailure>, ProtectError> {
        self.change(move |folder| Vault::remove(folder, &with.into(), kind, &OsKeychain::new())).await
    }

    /// Makes a recovery code to be shown. Nothing changes until [`confirm_recovery_code`](Self::confirm_recovery_code).
    ///
    /// # Errors
    /// When `with` does not open the library.
    pub async fn prepare_recovery_code(&self, with: Unlock) -> Result<Arc<NewRecoveryCode>, ProtectError> {
        self.change(move |folder| Vault::prepare_recovery_code(folder, &with.into(), &OsKeychain::new()).map(Arc::new))
            .await
    }

    /// Makes the recovery code valid, in place of an older one, if `reentry` is the code that was shown.
    ///
    /// # Errors
    /// When the re-entry differs, and it can be tried again; when the library's protection was changed since the code
    /// was made; when the vault cannot be written.
    pub async fn confirm_recovery_code(
        &self,
        new: &Arc<NewRecoveryCode>,
        reentry: String,
    ) -> Result<Vec<CleanupFailure>, ProtectError> {
        let new = Arc::clone(new);
        self.change(move |folder| Vault::confirm_recovery_code(folder, &new, reentry)).await
    }

    /// Makes a new library key, and a new recovery code if the library has one, to be shown. Nothing changes until
    /// [`rotate`](Self::rotate). A library with a passphrase needs it, in `with` or as `passphrase`.
    ///
    /// # Errors
    /// When `with` does not open the library, or the passphrase is needed and missing or wrong.
    pub async fn prepare_rotation(
        &self,
        with: Unlock,
        passphrase: Option<Passphrase>,
    ) -> Result<Arc<Rotation>, ProtectError> {
        self.change(move |folder| {
            let with = Credential::from(with);
            Vault::prepare_rotation(folder, &with, passphrase.as_ref(), &OsKeychain::new()).map(Arc::new)
        })
        .await
    }

    /// Puts a new library key in place of the old. `reentry` is needed if there is a new recovery code.
    ///
    /// # Errors
    /// When the re-entry differs, and it can be tried again; when the library's protection was changed since; when the
    /// keychain cannot keep the new key, or the vault cannot be written.
    pub async fn rotate(
        &self,
        rotation: &Arc<Rotation>,
        reentry: Option<String>,
    ) -> Result<Vec<CleanupFailure>, ProtectError> {
        let rotation = Arc::clone(rotation);
        self.change(move |folder| Vault::rotate(folder, &rotation, reentry, &OsKeychain::new())).await
    }

    /// Makes the vault and its copy say the same again, where it is certain which is the good one.
    pub(crate) async fn mend_vault(&self) -> Result<(), ProtectError> {
        let unlock_record = self.core.unlock_record.clone();
        self.change(move |folder| Ok(Vault::repair(folder, &unlock_record, &OsKeychain::new())?)).await
    }

    /// Works on the vault, one change at a time.
    async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> Result<T, alexandria_vault::ProtectError> + Send + 'static,
    ) -> Result<T, ProtectError> {
        let core = Arc::clone(&self.core);
        // The turn goes with the work, which goes on when the caller has lost its patience.
        let turn = Arc::clone(&core.protecting).lock_owned().await;
        let changed: Result<T, ProtectError> = blocking(move || {
            let _turn = turn;
            Ok::<_, ProtectError>(work(&core.folder)?)
        })
        .await;
        if let Err(error) = &changed {
            tracing::warn!(code = %error.code(), "the library's protection was not changed");
        }
        changed
    }
}
