//! Making the vault and its copy equal again, after damage or an interrupted change.
//!
//! An interrupted change has to be completed, or what it revoked would stay in the folder. A copy that may be the only
//! intact one of the two must not be overwritten.

use std::io;
use std::path::Path;

use super::compare::{differ_by_damage, have_same_ids, is_redundant, slots_only_in};
use super::key_store::{account_name, remove_entry};
use super::open::read;
use super::ring;
use super::state::Vault;
use super::unlock_record::UnlockRecord;
use crate::error::UnlockError;
use crate::file::{self, Contents, CopyState, Origin};
use crate::keychain::{Keychain, KeychainError};
use crate::slot::{Slot, SlotKind};

impl Vault {
    /// Makes the vault in `folder` and its copy equal again. A missing or damaged vault is restored from its copy, a
    /// missing or damaged copy from the vault, and an interrupted change is completed. If it is not certain which of the
    /// two is intact, or while the keychain cannot remove an entry that the change revoked, both stay as they are and
    /// [`inspect`](Self::inspect) reports it.
    ///
    /// # Errors
    /// When there is no vault, or a file cannot be read or written.
    pub fn repair(folder: &Path, unlock_record: &UnlockRecord, keychain: &dyn Keychain) -> Result<(), UnlockError> {
        let (primary, copy) = read(folder)?;
        let vault = &primary.contents;
        match &copy {
            _ if primary.origin == Origin::Previous => file::restore_from_copy(folder, vault)?,
            CopyState::Same => {}
            CopyState::Missing | CopyState::Damaged => file::sync_copy(folder, vault)?,
            CopyState::Different(copy) => {
                let copy = &copy.contents;
                match (unlock_record.prefers(copy, vault), differ_by_damage(vault, copy)) {
                    (true, true) => file::restore_from_copy(folder, copy)?,
                    // The vault is intact, and another credential may open it: a person has to decide.
                    (true, false) => {}
                    (false, _) if is_redundant(copy, vault, unlock_record.by) => {
                        complete_change(folder, vault, copy, keychain)?;
                    }
                    (false, _) => {}
                }
            }
        }
        Ok(())
    }
}

/// Completes the change that was interrupted after it had written `vault`, which a slot of kind `by` has opened, and before
/// it had replaced `copy`.
pub(super) fn complete_interrupted_change(
    folder: &Path,
    vault: &Contents,
    by: SlotKind,
    copy: &Contents,
    keychain: &dyn Keychain,
) {
    if have_same_ids(vault, copy)
        && is_redundant(copy, vault, by)
        && let Err(error) = complete_change(folder, vault, copy, keychain)
    {
        tracing::warn!(kind = ?error.kind(), "an interrupted change of the vault could not be completed");
    }
}

/// Removes what only `copy` has from the keychain, then from the folder. In this order, because nothing but the copy
/// references the keychain entry.
fn complete_change(folder: &Path, vault: &Contents, copy: &Contents, keychain: &dyn Keychain) -> io::Result<()> {
    if have_same_ids(vault, copy) && !remove_revoked_entries(vault, copy, keychain) {
        tracing::warn!("the keychain cannot be used to complete an interrupted change of the vault");
        return Ok(());
    }
    file::sync_copy(folder, vault)
}

/// Removes the keychain entries that `copy` references and `vault` does not. An entry with a key of another library is not
/// ours to remove. Returns false if the keychain is not usable.
fn remove_revoked_entries(vault: &Contents, copy: &Contents, keychain: &dyn Keychain) -> bool {
    slots_only_in(copy, vault).into_iter().all(|slot| {
        let Slot::Keychain(entry) = slot else { return true };
        let account = account_name(&copy.library, *entry);
        match keychain.get(&account) {
            Ok(key) if ring::unwrap(copy, &key).is_ok() => remove_entry(&account, keychain).is_ok(),
            Ok(_) | Err(KeychainError::NoEntry | KeychainError::Malformed) => true,
            Err(_) => false,
        }
    })
}
