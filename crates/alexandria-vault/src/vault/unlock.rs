//! Unlocking a vault.

use std::path::Path;

use alexandria_crypto::keys::KeyRing;
use alexandria_domain::DeviceId;

use super::credential::Credential;
use super::open::{self, OpenedVault};
use super::repair;
use super::state::Vault;
use super::unlock_record::UnlockRecord;
use crate::error::UnlockError;
use crate::file::{Contents, Origin};
use crate::keychain::Keychain;

/// The secrets of an unlocked vault.
#[expect(missing_debug_implementations, reason = "holds secrets, which are never printed")]
pub struct Unlocked {
    /// The library's working keys.
    pub keys: KeyRing,
    /// Names this installation.
    pub device: DeviceId,
    /// Names the library.
    pub library: [u8; 16],
    /// Which of the vault files was unlocked.
    pub unlock_record: UnlockRecord,
}

impl Vault {
    /// Unlocks the vault in `folder`, or its copy if the vault is damaged. If the vault unlocks and its last change was
    /// interrupted, that change is completed: what it revoked is removed from the copy and from the keychain. Nothing else
    /// is written, and nothing at all if the vault does not unlock.
    ///
    /// # Errors
    /// When there is no vault, it is damaged, the credential does not open it, or the keychain is not usable.
    pub fn unlock(folder: &Path, credential: &Credential, keychain: &dyn Keychain) -> Result<Unlocked, UnlockError> {
        let OpenedVault { keys, vault, other, .. } = open::open(folder, credential, keychain)?;
        let (by, opened) = (credential.kind(), vault.contents);
        let rejected = match vault.origin {
            Origin::Previous => other,
            Origin::Current => {
                if let Some(copy) = &other {
                    repair::complete_interrupted_change(folder, &opened, by, copy, keychain);
                }
                None
            }
        };
        let Contents { device, library, .. } = opened;
        Ok(Unlocked { keys, device, library, unlock_record: UnlockRecord { by, opened, rejected } })
    }
}
