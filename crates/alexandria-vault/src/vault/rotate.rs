//! Rotating the library key: the ring is wrapped again and every slot sealed again, in one replacement of the vault.
//!
//! A rotation is prepared first, so that a new recovery code can be shown and re-entered before anything is written. A slot
//! that cannot be sealed for the new key makes the rotation fail, rather than leave a credential that opens nothing. The
//! new key gets its own keychain entry, and the old entry stays until the new vault is in place. The working keys do not
//! change.

use std::path::Path;

use alexandria_crypto::keys::LibraryKey;
use alexandria_crypto::passphrase::{Passphrase, PassphraseSlot};
use alexandria_crypto::recovery::{RecoveryCode, RecoverySlot};

use super::credential::{Credential, passphrase_slot};
use super::key_store::{account_name, ensure_no_entry, new_entry_id, remove_entry, store_key};
use super::open::{OpenedVault, open};
use super::protect::{CleanupFailure, remove_unused_entries, replace_vault};
use super::recovery::{ensure_unchanged, verify_reentry};
use super::ring;
use super::state::Vault;
use crate::error::{ProtectError, UnlockError};
use crate::file::{self, Contents, VaultFile};
use crate::keychain::Keychain;
use crate::slot::{Slot, SlotKind};

/// A new library key that is not in use yet.
#[expect(missing_debug_implementations, reason = "holds secrets, which are never printed")]
pub struct Rotation {
    key: LibraryKey,
    code: Option<RecoveryCode>,
    from: VaultFile,
    to: Contents,
}

impl Rotation {
    /// The new recovery code, if the library has one, to be shown and re-entered.
    #[must_use]
    pub const fn code(&self) -> Option<&RecoveryCode> {
        self.code.as_ref()
    }
}

impl Vault {
    /// Generates a new library key for the vault in `folder` and seals it in every slot. Nothing is written, and the
    /// keychain is not changed, until [`rotate`](Self::rotate).
    ///
    /// A passphrase slot needs the current passphrase, as `credential` or as `passphrase`; a recovery code is replaced by
    /// a new one.
    ///
    /// # Errors
    /// When `credential` does not open the vault, the passphrase is missing or wrong, or the vault has a slot of an unknown
    /// kind.
    pub fn prepare_rotation(
        folder: &Path,
        credential: &Credential,
        passphrase: Option<&Passphrase>,
        keychain: &dyn Keychain,
    ) -> Result<Rotation, ProtectError> {
        let OpenedVault { key: old_key, keys, vault: from, .. } = open(folder, credential, keychain)?;
        let Contents { library, device, .. } = from.contents;
        let key = LibraryKey::generate()?;
        let wrapped = ring::wrap(&keys, &key, &library, device)?;
        let mut to = Contents { library, device, slots: Vec::new(), keys: wrapped };
        let mut code = None;
        for slot in &from.contents.slots {
            let new_slot = match slot {
                // Of several slots of a kind only the first is in use.
                _ if slot.kind().is_some_and(|kind| to.slot(kind).is_some()) => continue,
                Slot::Keychain(_) => Slot::Keychain(new_entry_id()?),
                Slot::Passphrase(slot) => {
                    passphrase_slot(&key, current_passphrase(slot, &old_key, credential, passphrase)?)?
                }
                Slot::Recovery(_) => {
                    let new_code = RecoveryCode::generate()?;
                    let slot = RecoverySlot::seal(&key, &new_code)?;
                    code = Some(new_code);
                    Slot::Recovery(slot)
                }
                Slot::Unknown(_) => return Err(ProtectError::UnknownSlot),
            };
            to.slots.push(new_slot);
        }
        Ok(Rotation { key, code, from, to })
    }

    /// Replaces the library key. `reentry` is the new recovery code as a person typed it.
    ///
    /// Until the new vault is on disk and read back the old key opens the library, and from then on the new one; at no
    /// time neither. Copies of the vault elsewhere, in backups, still open with the passphrase or the recovery code of
    /// their time, but no longer with the keychain, which drops the old key.
    ///
    /// # Errors
    /// When there is a new recovery code and the re-entry is missing or does not match (it can be repeated), the vault was
    /// changed since the rotation was prepared, the keychain cannot store the new key, or the file cannot be written.
    pub fn rotate(
        folder: &Path,
        rotation: &Rotation,
        reentry: Option<String>,
        keychain: &dyn Keychain,
    ) -> Result<Vec<CleanupFailure>, ProtectError> {
        let Rotation { key, code, from, to } = rotation;
        if let Some(code) = code {
            verify_reentry(code, reentry.unwrap_or_default())?;
        }
        ensure_unchanged(folder, from)?;
        // Writing a ring that the new key does not open would lose the library.
        ring::unwrap(to, key).map_err(|_| UnlockError::Damaged)?;
        let new_account = match to.slot(SlotKind::Keychain) {
            Some(Slot::Keychain(entry)) => Some(account_name(&to.library, *entry)),
            _ => None,
        };
        if let Some(account) = &new_account {
            ensure_no_entry(account, keychain)?;
            store_key(folder, account, key, keychain)?;
        }
        let cleanup = || remove_unused_entries(&from.contents, to, keychain);
        replace_vault(folder, from, to, cleanup).inspect_err(|_| {
            // If the new vault may be in place, it may need its entry.
            if let Some(account) = new_account.filter(|_| !file::may_contain(folder, to)) {
                let _logged = remove_entry(&account, keychain);
            }
        })
    }
}

/// The current passphrase, verified to be the one that opens `slot`.
fn current_passphrase<'a>(
    slot: &PassphraseSlot,
    old_key: &LibraryKey,
    credential: &'a Credential,
    passphrase: Option<&'a Passphrase>,
) -> Result<&'a Passphrase, ProtectError> {
    if let Credential::Passphrase(passphrase) = credential {
        return Ok(passphrase);
    }
    let passphrase = passphrase.ok_or(ProtectError::PassphraseRequired)?;
    if slot.open(passphrase).map_err(UnlockError::from)?.is_same(old_key) {
        Ok(passphrase)
    } else {
        Err(UnlockError::Damaged.into())
    }
}
