//! The recovery code: made and shown first, and written only when a person has typed it back.

use std::path::Path;

use alexandria_crypto::recovery::{RecoveryCode, RecoverySlot};

use super::open::{Opened, open};
use super::protect::store;
use super::{Credential, Leftover, Vault};
use crate::error::ProtectError;
use crate::file::{self, Found, Whole};
use crate::keychain::Keychain;
use crate::slot::Slot;

/// A recovery code that opens nothing yet. It is shown, and dropped if it is not typed back.
#[expect(missing_debug_implementations, reason = "holds a secret, which is never printed")]
pub struct NewRecoveryCode {
    code: RecoveryCode,
    slot: RecoverySlot,
    /// The vault it was made for.
    from: Whole,
}

impl NewRecoveryCode {
    /// The code to show.
    #[must_use]
    pub const fn code(&self) -> &RecoveryCode {
        &self.code
    }
}

impl Vault {
    /// Makes a recovery code for the vault in `folder`. Nothing is written: an older code stays valid until
    /// [`confirm_recovery_code`](Self::confirm_recovery_code).
    ///
    /// # Errors
    /// When `credential` does not open the vault, or the system has no randomness.
    pub fn prepare_recovery_code(
        folder: &Path,
        credential: &Credential,
        keychain: &dyn Keychain,
    ) -> Result<NewRecoveryCode, ProtectError> {
        let Opened { key, vault, .. } = open(folder, credential, keychain)?;
        let code = RecoveryCode::generate()?;
        let slot = RecoverySlot::seal(&key, &code)?;
        Ok(NewRecoveryCode { code, slot, from: vault })
    }

    /// Makes the recovery code valid, in place of an older one, if `reentry` is what was shown.
    ///
    /// # Errors
    /// When the re-entry differs (it can be tried again), the vault was changed since the code was made, or the file
    /// cannot be written.
    pub fn confirm_recovery_code(
        folder: &Path,
        new: &NewRecoveryCode,
        reentry: String,
    ) -> Result<Vec<Leftover>, ProtectError> {
        confirm(&new.code, reentry)?;
        unchanged(folder, &new.from)?;
        let mut contents = new.from.contents.clone();
        if !contents.put(Slot::Recovery(new.slot.clone())) {
            return Err(ProtectError::Full);
        }
        store(folder, &new.from, &contents, || None)
    }
}

/// Makes sure that a person has the code: `reentry` is what was shown.
pub(super) fn confirm(shown: &RecoveryCode, reentry: String) -> Result<(), ProtectError> {
    if RecoveryCode::parse(reentry)?.is_same(shown) { Ok(()) } else { Err(ProtectError::ReentryDiffers) }
}

/// Makes sure that the vault is the one that a change was prepared for.
pub(super) fn unchanged(folder: &Path, from: &Whole) -> Result<(), ProtectError> {
    match file::read(folder)? {
        Found::Vault { first, beside } if first == *from || beside.other() == Some(from) => Ok(()),
        _ => Err(ProtectError::Changed),
    }
}
