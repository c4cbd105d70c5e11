//! What protects a vault, and whether that works now.

use std::path::Path;

use super::compare::differ_by_damage;
use super::key_store::account_name;
use super::open::read;
use super::ring;
use super::state::Vault;
use crate::error::UnlockError;
use crate::file::{Contents, CopyState, Origin};
use crate::keychain::{Keychain, KeychainError};
use crate::slot::{Slot, SlotKind};

/// What protects a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The kinds of its slots, in the order they were added.
    pub slots: Vec<SlotKind>,
    /// Slots of kinds that only a newer version knows.
    pub unknown_slots: usize,
    /// Whether the keychain has the library's key.
    pub keychain: KeychainStatus,
    /// The vault itself is missing or corrupt, and its copy is the only one.
    pub primary_missing: bool,
    /// Whether the copy is equal to the vault.
    pub copy: CopyStatus,
}

impl Inspection {
    /// Whether the vault or its copy is lost, damaged or outdated. Any change of the vault repairs that.
    #[must_use]
    pub const fn needs_repair(&self) -> bool {
        self.primary_missing
            || match self.copy {
                CopyStatus::Same | CopyStatus::Missing => false,
                CopyStatus::Damaged | CopyStatus::Outdated | CopyStatus::Conflicting => true,
            }
    }
}

/// A vault's copy, compared to the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyStatus {
    /// It is equal, or it is the only one.
    Same,
    /// There is none.
    Missing,
    /// It is corrupt, or cannot be read.
    Damaged,
    /// It holds the vault as it was before an interrupted change. A credential that the change revoked still yields the
    /// library's key from it.
    Outdated,
    /// One of the two is damaged, and it is not known here which.
    Conflicting,
}

/// Whether the keychain has the key of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeychainStatus {
    /// It works and has the key.
    HasKey,
    /// It works and has no key of this library.
    NoKey,
    /// It has an entry that does not open this library, or is not usable.
    Error(KeychainError),
}

impl Vault {
    /// What protects the vault in `folder`. Accesses the keychain, which can take as long as its timeout; opens and
    /// changes nothing.
    ///
    /// # Errors
    /// When there is no vault, or it cannot be read.
    pub fn inspect(folder: &Path, keychain: &dyn Keychain) -> Result<Inspection, UnlockError> {
        let (primary, copy) = read(folder)?;
        let slots = primary.contents.kinds();
        Ok(Inspection {
            unknown_slots: primary.contents.slots.len() - slots.len(),
            slots,
            keychain: keychain_status(&primary.contents, keychain),
            primary_missing: primary.origin == Origin::Previous,
            copy: copy_status(&primary.contents, &copy),
        })
    }
}

fn copy_status(contents: &Contents, copy: &CopyState) -> CopyStatus {
    match copy {
        CopyState::Same => CopyStatus::Same,
        CopyState::Missing => CopyStatus::Missing,
        CopyState::Damaged => CopyStatus::Damaged,
        CopyState::Different(copy) if differ_by_damage(contents, &copy.contents) => CopyStatus::Conflicting,
        CopyState::Different(_) => CopyStatus::Outdated,
    }
}

fn keychain_status(contents: &Contents, keychain: &dyn Keychain) -> KeychainStatus {
    let entry = match contents.slot(SlotKind::Keychain) {
        Some(Slot::Keychain(entry)) => *entry,
        _ => None,
    };
    match keychain.get(&account_name(&contents.library, entry)) {
        Ok(key) if ring::unwrap(contents, &key).is_ok() => KeychainStatus::HasKey,
        Ok(_) => KeychainStatus::Error(KeychainError::Malformed),
        Err(KeychainError::NoEntry) => KeychainStatus::NoKey,
        Err(error) => KeychainStatus::Error(error),
    }
}
