//! What protects a vault, and whether that works now.

use std::path::Path;

use super::Vault;
use super::copies::is_damage;
use super::custody::account;
use super::open::{open_ring, read};
use crate::error::UnlockError;
use crate::file::{Beside, Contents, Origin};
use crate::keychain::{Keychain, KeychainError};
use crate::slot::{Slot, SlotKind};

/// What protects a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The kinds of its slots, in the order they were added.
    pub slots: Vec<SlotKind>,
    /// Slots of kinds that only a newer version knows.
    pub unknown_slots: usize,
    /// How the keychain stands to this library.
    pub keychain: KeychainStanding,
    /// The vault itself is missing or not whole, and its copy is all there is.
    pub only_copy: bool,
    /// How the copy stands to the vault.
    pub copy: CopyStanding,
}

impl Inspection {
    /// Whether the vault or its copy is lost, damaged or out of date. Any change of the vault mends that.
    #[must_use]
    pub const fn needs_mending(&self) -> bool {
        self.only_copy
            || match self.copy {
                CopyStanding::Same | CopyStanding::Missing => false,
                CopyStanding::Damaged | CopyStanding::Earlier | CopyStanding::Differs => true,
            }
    }
}

/// How the previous copy of a vault stands to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyStanding {
    /// It says the same, or is all there is.
    Same,
    /// There is none.
    Missing,
    /// It is not whole, or cannot be read.
    Damaged,
    /// It says what the vault said before a change that was cut short. Whoever knows what opened the library then has
    /// its key.
    Earlier,
    /// One of the two was damaged, and it is not known here which.
    Differs,
}

/// How the keychain stands to a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeychainStanding {
    /// It works and has the key.
    HasKey,
    /// It works and has no key of this library.
    HasNone,
    /// It has an entry that does not open this library, or cannot be used now.
    Trouble(KeychainError),
}

impl Vault {
    /// What protects the vault in `folder`. Asks the keychain, which may take its time; opens and changes nothing.
    ///
    /// # Errors
    /// When there is no vault, or it cannot be read.
    pub fn inspect(folder: &Path, keychain: &dyn Keychain) -> Result<Inspection, UnlockError> {
        let (first, beside) = read(folder)?;
        let slots = first.contents.kinds();
        Ok(Inspection {
            unknown_slots: first.contents.slots.len() - slots.len(),
            slots,
            keychain: standing(&first.contents, keychain),
            only_copy: first.origin == Origin::Previous,
            copy: copy_standing(&first.contents, &beside),
        })
    }
}

fn copy_standing(contents: &Contents, beside: &Beside) -> CopyStanding {
    match beside {
        Beside::Same => CopyStanding::Same,
        Beside::Nothing => CopyStanding::Missing,
        Beside::Damaged => CopyStanding::Damaged,
        Beside::Other(copy) if is_damage(contents, &copy.contents) => CopyStanding::Differs,
        Beside::Other(_) => CopyStanding::Earlier,
    }
}

fn standing(contents: &Contents, keychain: &dyn Keychain) -> KeychainStanding {
    let entry = match contents.slot(SlotKind::Keychain) {
        Some(Slot::Keychain(entry)) => *entry,
        _ => None,
    };
    match keychain.get(&account(&contents.library, entry)) {
        Ok(key) if open_ring(contents, &key).is_ok() => KeychainStanding::HasKey,
        Ok(_) => KeychainStanding::Trouble(KeychainError::Malformed),
        Err(KeychainError::NoEntry) => KeychainStanding::HasNone,
        Err(error) => KeychainStanding::Trouble(error),
    }
}
