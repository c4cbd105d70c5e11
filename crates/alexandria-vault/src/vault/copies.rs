//! The vault and its copy when they say different things.
//!
//! There are two reasons. A change that was cut short leaves as the copy what the vault said before it, and has to be
//! finished, or what was taken away stays in the folder. Damage leaves digits that nobody wrote in one of the two, and
//! the other is what there is a copy for: as long as it may be the good one, it is not written over. The two can be
//! told apart, because what a change makes anew is random from its first byte to its last, and damage leaves most as it
//! was.

use std::path::Path;

use super::Vault;
use super::custody::{account, forget};
use super::open::{open_ring, read};
use crate::error::UnlockError;
use crate::file::{self, Beside, Contents, Origin};
use crate::keychain::{Keychain, KeychainError};
use crate::slot::{Slot, SlotKind};

/// What opened a vault, and what it said, to tell the good one of two copies later. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// The kind of credential that opened it.
    pub(super) by: SlotKind,
    /// What the one said that opened.
    pub(super) opened: Contents,
    /// What the vault said, if it did not open and its copy did.
    pub(super) refused: Option<Contents>,
}

impl Witness {
    /// Whether `copy` opens the library rather than `vault`: it did, or it says what did, and the vault was damaged
    /// since.
    pub(super) fn prefers(&self, copy: &Contents, vault: &Contents) -> bool {
        self.refused.as_ref() == Some(vault) || (*copy == self.opened && is_damage(vault, copy))
    }
}

impl Vault {
    /// Makes the vault in `folder` and its copy say the same again. A lost or damaged vault is taken from its copy, a
    /// lost or damaged copy from the vault, and a change that was cut short is finished. Where it is not certain which
    /// of the two is the good one, and while the keychain cannot give up what a change took from it, both stay as they
    /// are; [`inspect`](Self::inspect) says so.
    ///
    /// # Errors
    /// When there is no vault, or a file cannot be read or written.
    pub fn mend(folder: &Path, witness: &Witness, keychain: &dyn Keychain) -> Result<(), UnlockError> {
        let (first, beside) = read(folder)?;
        let vault = &first.contents;
        match &beside {
            _ if first.origin == Origin::Previous => file::reinstate(folder, vault)?,
            Beside::Same => {}
            Beside::Nothing | Beside::Damaged => file::settle(folder, vault)?,
            Beside::Other(copy) => {
                let copy = &copy.contents;
                match (witness.prefers(copy, vault), is_damage(vault, copy)) {
                    (true, true) => file::reinstate(folder, copy)?,
                    // It is whole, and something else may open it: a person has to decide.
                    (true, false) => {}
                    (false, _) if is_spare(copy, vault, witness.by) => finish(folder, vault, copy, keychain)?,
                    (false, _) => {}
                }
            }
        }
        Ok(())
    }
}

/// Finishes the change that was cut short when `vault`, which `by` has opened, was in place already and `copy` was
/// still what it had said before.
pub(super) fn finish_cut_short(
    folder: &Path,
    vault: &Contents,
    by: SlotKind,
    copy: &Contents,
    keychain: &dyn Keychain,
) {
    if is_of_same(vault, copy)
        && is_spare(copy, vault, by)
        && let Err(error) = finish(folder, vault, copy, keychain)
    {
        tracing::warn!(kind = ?error.kind(), "a change of the vault that was cut short could not be finished");
    }
}

/// Takes what only `copy` has from the keychain and from the folder. In this order, because the copy is the last to
/// name the entry in the keychain.
fn finish(folder: &Path, vault: &Contents, copy: &Contents, keychain: &dyn Keychain) -> std::io::Result<()> {
    if is_of_same(vault, copy) && !forget_taken(vault, copy, keychain) {
        tracing::warn!("a change of the vault was cut short, and the keychain cannot be used to finish it");
        return Ok(());
    }
    file::settle(folder, vault)
}

/// Removes the keychain entries that `copy` names and `vault` does not. An entry that does not hold this library's key
/// was never ours to remove. False if the keychain cannot do it now.
fn forget_taken(vault: &Contents, copy: &Contents, keychain: &dyn Keychain) -> bool {
    only_in(copy, vault).into_iter().all(|slot| {
        let Slot::Keychain(entry) = slot else { return true };
        let account = account(&copy.library, *entry);
        match keychain.get(&account) {
            Ok(key) if open_ring(copy, &key).is_ok() => forget(&account, keychain).is_ok(),
            Ok(_) | Err(KeychainError::NoEntry | KeychainError::Malformed) => true,
            Err(_) => false,
        }
    })
}

/// Whether the two are of one library on one device, which no change of protection changes.
fn is_of_same(one: &Contents, other: &Contents) -> bool {
    (one.library, one.device) == (other.library, other.device)
}

/// Whether `copy` has nothing good that `vault`, which `by` has opened, may lack. The slot that opened it is good, and
/// so are its ids and its ring, which authenticate each other.
fn is_spare(copy: &Contents, vault: &Contents, by: SlotKind) -> bool {
    let mut rest = Contents { slots: copy.slots.clone(), ..vault.clone() };
    rest.slots.retain(|slot| slot.kind() != Some(by));
    !is_damage(vault, &rest)
}

/// Whether the two differ as damage makes them, and not a change. A slot of a kind that is not known here counts as
/// damaged: no change of ours adds or removes one.
pub(super) fn is_damage(one: &Contents, other: &Contents) -> bool {
    let (of_one, of_other) = (only_in(one, other), only_in(other, one));
    !is_of_same(one, other)
        || (one.keys != other.keys && is_alike(&one.keys, &other.keys))
        || of_one.iter().any(|one| of_other.iter().any(|other| were_same(one, other)))
        || of_one.iter().chain(&of_other).any(|slot| slot.kind().is_none())
}

/// The slots of `one` that `other` does not have.
fn only_in<'a>(one: &'a Contents, other: &Contents) -> Vec<&'a Slot> {
    one.slots.iter().filter(|slot| !other.slots.contains(slot)).collect()
}

/// Whether two slots that differ were one.
fn were_same(one: &Slot, other: &Slot) -> bool {
    match (one, other) {
        (Slot::Keychain(Some(one)), Slot::Keychain(Some(other))) => is_alike(one, other),
        (Slot::Passphrase(one), Slot::Passphrase(other)) => {
            is_alike(&one.salt, &other.salt) || is_alike(&one.envelope, &other.envelope)
        }
        (Slot::Recovery(one), Slot::Recovery(other)) => is_alike(&one.envelope, &other.envelope),
        _ => false,
    }
}

/// Whether most bytes are the same.
fn is_alike(one: &[u8], other: &[u8]) -> bool {
    let same = one.iter().zip(other).filter(|(one, other)| one == other).count();
    2 * same > one.len().max(other.len())
}
