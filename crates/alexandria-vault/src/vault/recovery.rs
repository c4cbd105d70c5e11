//! The recovery code: generated and shown first, and valid only after a person has re-entered it.

use std::path::Path;

use alexandria_crypto::recovery::{RecoveryCode, RecoverySlot};

use super::credential::Credential;
use super::open::{OpenedVault, open};
use super::protect::{CleanupFailure, replace_vault};
use super::state::Vault;
use crate::error::ProtectError;
use crate::file::{self, VaultFile, VaultFiles};
use crate::keychain::Keychain;
use crate::slot::Slot;

/// A recovery code that is not valid yet. It is shown, and dropped if it is not re-entered.
#[expect(missing_debug_implementations, reason = "holds a secret, which is never printed")]
pub struct NewRecoveryCode {
    code: RecoveryCode,
    slot: RecoverySlot,
    /// The vault it was generated for.
    from: VaultFile,
}

impl NewRecoveryCode {
    /// The code to show.
    #[must_use]
    pub const fn code(&self) -> &RecoveryCode {
        &self.code
    }
}

impl Vault {
    /// Generates a recovery code for the vault in `folder`. Nothing is written: an older code stays valid until
    /// [`confirm_recovery_code`](Self::confirm_recovery_code).
    ///
    /// # Errors
    /// When `credential` does not open the vault, or the system's random generator fails.
    pub fn prepare_recovery_code(
        folder: &Path,
        credential: &Credential,
        keychain: &dyn Keychain,
    ) -> Result<NewRecoveryCode, ProtectError> {
        let OpenedVault { key, vault, .. } = open(folder, credential, keychain)?;
        let code = RecoveryCode::generate()?;
        let slot = RecoverySlot::seal(&key, &code)?;
        Ok(NewRecoveryCode { code, slot, from: vault })
    }

    /// Makes the recovery code valid, in place of an older one, if `reentry` matches it.
    ///
    /// # Errors
    /// When the re-entry does not match (it can be repeated), the vault was changed since the code was generated, or the
    /// file cannot be written.
    pub fn confirm_recovery_code(
        folder: &Path,
        new: &NewRecoveryCode,
        reentry: String,
    ) -> Result<Vec<CleanupFailure>, ProtectError> {
        verify_reentry(&new.code, reentry)?;
        ensure_unchanged(folder, &new.from)?;
        let mut contents = new.from.contents.clone();
        if !contents.put_slot(Slot::Recovery(new.slot.clone())) {
            return Err(ProtectError::TooManySlots);
        }
        replace_vault(folder, &new.from, &contents, || None)
    }
}

/// Verifies that `reentry` is the code that was shown, so that a person has it.
pub(super) fn verify_reentry(shown: &RecoveryCode, reentry: String) -> Result<(), ProtectError> {
    if RecoveryCode::parse(reentry)?.is_same(shown) { Ok(()) } else { Err(ProtectError::ReentryMismatch) }
}

/// Verifies that the vault is still the one that a change was prepared for.
pub(super) fn ensure_unchanged(folder: &Path, from: &VaultFile) -> Result<(), ProtectError> {
    match file::read(folder)? {
        VaultFiles::Present { primary, copy } if primary == *from || copy.different() == Some(from) => Ok(()),
        _ => Err(ProtectError::ConcurrentChange),
    }
}
