//! Changing what opens a vault: adding, changing and removing slots.
//!
//! Every change is made in the same order, so that at each point something opens the library: first what the new vault
//! needs outside of it (a keychain entry), then the vault, the old one staying as the previous copy; and only when the
//! new vault has been read back is the old way taken away, from the keychain and from the copy. If that is cut short,
//! the copy shows it, and the next [`Vault::unlock`] finishes it.

use std::path::Path;

use super::custody::{account, forget, fresh_entry, keep_again};
use super::open::{Opened, open};
use super::{Credential, Protection, Vault, sealed};
use crate::error::ProtectError;
use crate::file::{self, Contents, Whole};
use crate::keychain::Keychain;
use crate::slot::{Slot, SlotKind};

/// What a change that was made could not take away. It opens the library no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// The vault's previous copy is as it was before the change, and whoever knows what opened it has the library's
    /// key. It is taken away by the next change, and by [`Vault::unlock`].
    PreviousCopy,
    /// The keychain still has an entry that the vault does not use.
    KeychainEntry,
}

impl std::fmt::Display for Leftover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::PreviousCopy => {
                "the vault's previous copy could not be replaced and still holds the old way in; free some space and \
                 open the library anew"
            }
            Self::KeychainEntry => "an entry named alexandria could not be removed from the keychain; remove it there",
        })
    }
}

impl Vault {
    /// Adds `protection` to the vault in `folder`, in place of one of the same kind: the way to change a passphrase, and
    /// to give the key back to a keychain that has lost it.
    ///
    /// Copies of the vault made elsewhere still open with what opened them.
    ///
    /// # Errors
    /// When `credential` does not open the vault, the new protection cannot be made, or the file cannot be written.
    pub fn protect(
        folder: &Path,
        credential: &Credential,
        protection: &Protection,
        keychain: &dyn Keychain,
    ) -> Result<Vec<Leftover>, ProtectError> {
        let Opened { key, vault, .. } = open(folder, credential, keychain)?;
        let mut contents = vault.contents.clone();
        let (slot, new_account) = match protection {
            Protection::Passphrase(passphrase) => (sealed(&key, passphrase)?, None),
            Protection::Keychain => {
                let entry = match contents.slot(SlotKind::Keychain) {
                    Some(Slot::Keychain(entry)) => *entry,
                    // What the keychain has of this library may be what another one, restored beside it, opens with.
                    _ => fresh_entry()?,
                };
                let kept = keep_again(folder, &contents.library, entry, &key, keychain)?;
                (Slot::Keychain(kept.entry), kept.new.then(|| account(&contents.library, kept.entry)))
            }
        };
        if !contents.put(slot) {
            return Err(ProtectError::Full);
        }
        store(folder, &vault, &contents, || None).inspect_err(|_| {
            // What may be in place may need its entry.
            if let Some(account) = new_account.filter(|_| !file::may_hold(folder, &contents)) {
                let _left_behind = forget(&account, keychain);
            }
        })
    }

    /// Removes the slot of this kind. What is left has to contain something a person can keep, a passphrase or a
    /// recovery code, and something for every day, a passphrase or the keychain.
    ///
    /// The library key stays: whoever has it or a copy of the vault, from before, can still use it. To make it useless,
    /// rotate it ([`Vault::rotate`]).
    ///
    /// # Errors
    /// When `credential` does not open the vault, there is no such slot, too little would be left, or the file cannot be
    /// written.
    pub fn remove(
        folder: &Path,
        credential: &Credential,
        kind: SlotKind,
        keychain: &dyn Keychain,
    ) -> Result<Vec<Leftover>, ProtectError> {
        let Opened { vault, .. } = open(folder, credential, keychain)?;
        let mut contents = vault.contents.clone();
        contents.slots.retain(|slot| slot.kind() != Some(kind));
        if contents.slots.len() == vault.contents.slots.len() {
            return Err(ProtectError::NotThere);
        }
        if !is_enough(&contents) {
            return Err(ProtectError::LastWay);
        }
        store(folder, &vault, &contents, || forget_unused(&vault.contents, &contents, keychain))
    }
}

/// Whether these slots are enough to leave a person with.
fn is_enough(contents: &Contents) -> bool {
    let has = |kind| contents.slot(kind).is_some();
    has(SlotKind::Passphrase) || (has(SlotKind::Keychain) && has(SlotKind::RecoveryCode))
}

/// Makes `contents` the vault in place of `old`, and then takes the old way away: what `forget` removes from the
/// keychain, and last the copy, which is what a change that was cut short is finished by.
pub(super) fn store(
    folder: &Path,
    old: &Whole,
    contents: &Contents,
    forget: impl FnOnce() -> Option<Leftover>,
) -> Result<Vec<Leftover>, ProtectError> {
    file::write(folder, Some(old), contents)?;
    let mut leftovers: Vec<Leftover> = forget().into_iter().collect();
    if let Err(error) = file::settle(folder, contents) {
        tracing::warn!(kind = ?error.kind(), "the vault's previous copy could not be replaced");
        leftovers.push(Leftover::PreviousCopy);
    }
    Ok(leftovers)
}

/// Removes the keychain entries that `old` used and `new` does not.
pub(super) fn forget_unused(old: &Contents, new: &Contents, keychain: &dyn Keychain) -> Option<Leftover> {
    let unused = old.slots.iter().filter(|slot| !new.slots.contains(slot));
    let mut leftover = None;
    for slot in unused {
        if let Slot::Keychain(entry) = slot {
            let forgotten = forget(&account(&old.library, *entry), keychain);
            leftover = leftover.or(forgotten.is_err().then_some(Leftover::KeychainEntry));
        }
    }
    leftover
}
