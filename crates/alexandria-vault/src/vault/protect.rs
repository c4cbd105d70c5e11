//! Changing what unlocks a vault: adding, replacing and removing slots.
//!
//! Every change has the same order, so that at each step one credential opens the library: first what the new vault needs
//! elsewhere (a keychain entry), then the vault itself, with the old one as its copy; and only after the new vault has been
//! read back are the revoked credentials removed, from the keychain and then from the copy. If that is interrupted, the
//! outdated copy shows it, and the next [`Vault::unlock`] completes the change.

use std::path::Path;

use super::compare::slots_only_in;
use super::credential::{Credential, Protection, passphrase_slot};
use super::key_store::{account_name, ensure_stored, new_entry_id, remove_entry};
use super::open::{OpenedVault, open};
use super::state::Vault;
use crate::error::ProtectError;
use crate::file::{self, Contents, VaultFile};
use crate::keychain::Keychain;
use crate::slot::{Slot, SlotKind};

/// What a successful change could not remove. It no longer opens the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CleanupFailure {
    /// The vault's copy is as it was before the change, and yields the library's key to a credential that was revoked. The
    /// next change and [`Vault::unlock`] remove it.
    PreviousCopy,
    /// The keychain has an entry that the vault does not use.
    KeychainEntry,
}

impl std::fmt::Display for CleanupFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::PreviousCopy => "the copy of the vault could not be replaced and still opens with the old credential",
            Self::KeychainEntry => "an obsolete entry named alexandria could not be removed from the keychain",
        })
    }
}

impl Vault {
    /// Adds `protection` to the vault in `folder`, or replaces the one of the same kind. This is how a passphrase is
    /// changed, and how a keychain that lost the key gets it back.
    ///
    /// Copies of the vault elsewhere, in backups, still open with their old credentials.
    ///
    /// # Errors
    /// When `credential` does not open the vault, the new protection cannot be created, or the file cannot be written.
    pub fn protect(
        folder: &Path,
        credential: &Credential,
        protection: &Protection,
        keychain: &dyn Keychain,
    ) -> Result<Vec<CleanupFailure>, ProtectError> {
        let OpenedVault { key, vault, .. } = open(folder, credential, keychain)?;
        let mut contents = vault.contents.clone();
        let (slot, new_account) = match protection {
            Protection::Passphrase(passphrase) => (passphrase_slot(&key, passphrase)?, None),
            Protection::Keychain => {
                let entry = match contents.slot(SlotKind::Keychain) {
                    Some(Slot::Keychain(entry)) => *entry,
                    // An existing entry may belong to another library that was restored from this one.
                    _ => new_entry_id()?,
                };
                let stored = ensure_stored(folder, &contents.library, entry, &key, keychain)?;
                let account = account_name(&contents.library, stored.id);
                (Slot::Keychain(stored.id), stored.is_new.then_some(account))
            }
        };
        if !contents.put_slot(slot) {
            return Err(ProtectError::TooManySlots);
        }
        replace_vault(folder, &vault, &contents, || None).inspect_err(|_| {
            // If the new vault may be in place, it may need its entry.
            if let Some(account) = new_account.filter(|_| !file::may_contain(folder, &contents)) {
                let _logged = remove_entry(&account, keychain);
            }
        })
    }

    /// Removes the slot of this kind. The remaining slots have to include one that a person can keep, a passphrase or a
    /// recovery code, and one for daily use, a passphrase or the keychain.
    ///
    /// The library key stays, and remains usable to anyone who has it or an older copy of the vault;
    /// [`Vault::rotate`] replaces it.
    ///
    /// # Errors
    /// When `credential` does not open the vault, there is no such slot, the remaining slots are not enough, or the file
    /// cannot be written.
    pub fn remove(
        folder: &Path,
        credential: &Credential,
        kind: SlotKind,
        keychain: &dyn Keychain,
    ) -> Result<Vec<CleanupFailure>, ProtectError> {
        let OpenedVault { vault, .. } = open(folder, credential, keychain)?;
        let mut contents = vault.contents.clone();
        contents.slots.retain(|slot| slot.kind() != Some(kind));
        if contents.slots.len() == vault.contents.slots.len() {
            return Err(ProtectError::NoSuchSlot);
        }
        if !has_enough_slots(&contents) {
            return Err(ProtectError::TooFewSlots);
        }
        replace_vault(folder, &vault, &contents, || remove_unused_entries(&vault.contents, &contents, keychain))
    }
}

/// Whether the slots include one that a person can keep and one for daily use.
fn has_enough_slots(contents: &Contents) -> bool {
    let has = |kind| contents.slot(kind).is_some();
    has(SlotKind::Passphrase) || (has(SlotKind::Keychain) && has(SlotKind::RecoveryCode))
}

/// Replaces the vault `old` by `contents`, then removes the old credentials: first from the keychain, by `cleanup`, and
/// last from the copy, which is what an interrupted change is completed from.
pub(super) fn replace_vault(
    folder: &Path,
    old: &VaultFile,
    contents: &Contents,
    cleanup: impl FnOnce() -> Option<CleanupFailure>,
) -> Result<Vec<CleanupFailure>, ProtectError> {
    file::write(folder, Some(old), contents)?;
    let mut failures: Vec<CleanupFailure> = cleanup().into_iter().collect();
    if let Err(error) = file::sync_copy(folder, contents) {
        tracing::warn!(kind = ?error.kind(), "the copy of the vault could not be replaced");
        failures.push(CleanupFailure::PreviousCopy);
    }
    Ok(failures)
}

/// Removes the keychain entries that `old` uses and `new` does not.
pub(super) fn remove_unused_entries(old: &Contents, new: &Contents, keychain: &dyn Keychain) -> Option<CleanupFailure> {
    let mut failure = None;
    for slot in slots_only_in(old, new) {
        if let Slot::Keychain(entry) = slot {
            let removed = remove_entry(&account_name(&old.library, *entry), keychain);
            failure = failure.or(removed.is_err().then_some(CleanupFailure::KeychainEntry));
        }
    }
    failure
}
