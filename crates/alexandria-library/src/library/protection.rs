//! The credentials that open the library.

use std::path::Path;
use std::sync::Arc;

use alexandria_crypto::passphrase::Passphrase;
use alexandria_vault::{
    CleanupFailure, Credential, Inspection, NewRecoveryCode, OsKeychain, Protection, Rotation, SlotKind, Vault,
};

use super::Library;
use crate::open::Unlock;
use crate::protection::{self, ProtectError};

impl Library {
    /// The protection of the library in `folder`, open or not. Asks the keychain.
    ///
    /// # Errors
    /// When there is no library, or its vault cannot be read.
    pub async fn protection_of(folder: &Path) -> Result<Inspection, ProtectError> {
        protection::inspect(folder).await
    }

    /// The protection of this library. Asks the keychain.
    ///
    /// # Errors
    /// When its vault cannot be read.
    pub async fn protection(&self) -> Result<Inspection, ProtectError> {
        protection::inspect(&self.parts.vault.folder).await
    }

    /// Adds a passphrase, or changes it. `with` opens the library now.
    ///
    /// # Errors
    /// When `with` does not open the library, the passphrase is too short or too long, or the vault cannot be written.
    pub async fn set_passphrase(&self, with: Unlock, new: Passphrase) -> Result<Vec<CleanupFailure>, ProtectError> {
        let protection = Protection::Passphrase(new);
        self.parts
            .vault
            .change(move |folder, keychain| Vault::protect(folder, &with.into(), &protection, keychain))
            .await
    }

    /// Stores the key in the keychain, also again if the keychain has lost it. `with` opens the library now.
    ///
    /// # Errors
    /// When `with` does not open the library, the keychain cannot store the key, or the vault cannot be written.
    pub async fn add_keychain(&self, with: Unlock) -> Result<Vec<CleanupFailure>, ProtectError> {
        let change = move |folder: &Path, keychain: &OsKeychain| {
            Vault::protect(folder, &with.into(), &Protection::Keychain, keychain)
        };
        self.parts.vault.change(change).await
    }

    /// Removes one kind of protection. What remains has to contain a passphrase or a recovery code, which a person can
    /// keep, and a passphrase or the keychain, for daily use.
    ///
    /// # Errors
    /// When `with` does not open the library, there is no such protection, too little would remain, or the vault cannot
    /// be written.
    pub async fn remove_protection(&self, with: Unlock, kind: SlotKind) -> Result<Vec<CleanupFailure>, ProtectError> {
        self.parts.vault.change(move |folder, keychain| Vault::remove(folder, &with.into(), kind, keychain)).await
    }

    /// Generates a recovery code to be shown. Nothing changes until
    /// [`confirm_recovery_code`](Self::confirm_recovery_code).
    ///
    /// # Errors
    /// When `with` does not open the library.
    pub async fn prepare_recovery_code(&self, with: Unlock) -> Result<Arc<NewRecoveryCode>, ProtectError> {
        let prepare = move |folder: &Path, keychain: &OsKeychain| {
            Vault::prepare_recovery_code(folder, &with.into(), keychain).map(Arc::new)
        };
        self.parts.vault.change(prepare).await
    }

    /// Makes the new recovery code valid, in place of an older one, if `reentry` is the code that was shown.
    ///
    /// # Errors
    /// When `reentry` differs, and it can be tried again; when the library's protection was changed since the code was
    /// generated; when the vault cannot be written.
    pub async fn confirm_recovery_code(
        &self,
        new: &Arc<NewRecoveryCode>,
        reentry: String,
    ) -> Result<Vec<CleanupFailure>, ProtectError> {
        let new = Arc::clone(new);
        self.parts.vault.change(move |folder, _keychain| Vault::confirm_recovery_code(folder, &new, reentry)).await
    }

    /// Generates a new library key, and a new recovery code to be shown if the library has one. Nothing changes until
    /// [`rotate`](Self::rotate). A library with a passphrase needs it, in `with` or as `passphrase`.
    ///
    /// # Errors
    /// When `with` does not open the library, or the passphrase is needed and missing or wrong.
    pub async fn prepare_rotation(
        &self,
        with: Unlock,
        passphrase: Option<Passphrase>,
    ) -> Result<Arc<Rotation>, ProtectError> {
        let prepare = move |folder: &Path, keychain: &OsKeychain| {
            let with = Credential::from(with);
            Vault::prepare_rotation(folder, &with, passphrase.as_ref(), keychain).map(Arc::new)
        };
        self.parts.vault.change(prepare).await
    }

    /// Replaces the library key. `reentry` is needed if there is a new recovery code.
    ///
    /// # Errors
    /// When `reentry` differs, and it can be tried again; when the library's protection was changed since; when the
    /// keychain cannot store the new key, or the vault cannot be written.
    pub async fn rotate(
        &self,
        rotation: &Arc<Rotation>,
        reentry: Option<String>,
    ) -> Result<Vec<CleanupFailure>, ProtectError> {
        let rotation = Arc::clone(rotation);
        self.parts.vault.change(move |folder, keychain| Vault::rotate(folder, &rotation, reentry, keychain)).await
    }
}
