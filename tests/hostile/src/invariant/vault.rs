//! Vault files: valid and damaged ones are distinguished, only the right key opens one, and reading changes nothing.

use std::fs;
use std::sync::LazyLock;

use alexandria_crypto::keys::LibraryKey;
use alexandria_vault::{Credential, IsReferenced, Keychain, KeychainError, Vault, VaultState};
use tempfile::TempDir;

/// Maximum number of slots.
const MAX_SLOTS: usize = 16;

static FOLDER: LazyLock<Option<TempDir>> = LazyLock::new(|| TempDir::new().ok());

pub(super) fn check(bytes: &[u8]) {
    let Some(folder) = FOLDER.as_ref().map(TempDir::path) else { return };
    let file = folder.join("vault");
    assert!(fs::write(&file, bytes).is_ok(), "the temporary folder is not writable");
    let state = Vault::state(folder);
    assert_ne!(state.as_ref().ok(), Some(&VaultState::None), "the vault exists");
    let opened = Vault::unlock(folder, &Credential::Keychain, &SeedKeychain);
    match &state {
        Ok(VaultState::Locked { slots }) => assert!(slots.len() <= MAX_SLOTS),
        _ => assert!(opened.is_err(), "a damaged vault was opened"),
    }
    if opened.is_ok() {
        // Only the fields are authenticated; JSON allows any white space and order.
        assert!(bytes.len() <= 1 << 16);
    }
    assert_eq!(fs::read(&file).ok().as_deref(), Some(bytes), "reading changed the file");
}

/// A keychain with the key of the seeds.
struct SeedKeychain;

impl Keychain for SeedKeychain {
    fn get(&self, _: &str) -> Result<LibraryKey, KeychainError> {
        Ok(LibraryKey::take(&mut [7; LibraryKey::LEN]))
    }

    fn set(&self, _: &str, _: &LibraryKey, _: IsReferenced) -> Result<(), KeychainError> {
        Err(KeychainError::NoEntry)
    }

    fn delete(&self, _: &str) -> Result<(), KeychainError> {
        Err(KeychainError::NoEntry)
    }
}
