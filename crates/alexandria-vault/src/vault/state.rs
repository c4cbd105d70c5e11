//! Whether there is a vault, and what unlocks it.

use std::path::Path;

use crate::error::StateError;
use crate::file::{self, VaultFiles};
use crate::slot::SlotKind;

/// The operations on a library's vault. The caller holds the lock on the library's folder.
#[derive(Clone, Copy, Debug)]
pub struct Vault;

/// The vault in a library's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultState {
    /// There is no vault.
    None,
    /// There is a vault, which any of these slots unlocks.
    Locked {
        /// The kinds of its slots, in the order they were added.
        slots: Vec<SlotKind>,
    },
    /// The vault file is corrupt, and there is no intact copy.
    Damaged,
}

impl Vault {
    /// The state of the vault in `folder`. Does not access the keychain.
    ///
    /// # Errors
    /// When the file cannot be read, or a newer version wrote it.
    pub fn state(folder: &Path) -> Result<VaultState, StateError> {
        match file::read(folder)? {
            VaultFiles::Absent => Ok(VaultState::None),
            VaultFiles::Damaged => Ok(VaultState::Damaged),
            VaultFiles::NewerVersion => Err(StateError::NewerVersion),
            VaultFiles::Present { primary, .. } => Ok(VaultState::Locked { slots: primary.contents.kinds() }),
        }
    }
}
