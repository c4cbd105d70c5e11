//! Storing the library key in the keychain, so that no keychain error can lose a key or create a second one.

use std::path::Path;

use alexandria_crypto::keys::LibraryKey;
use alexandria_crypto::random::{self, RandomError};
use alexandria_domain::CodedError;

use crate::error::StoreKeyError;
use crate::file::{self, Contents, CopyState, Origin, VaultFiles};
use crate::keychain::{Keychain, KeychainError};
use crate::slot::{EntryId, Slot};

/// Verifies that the keychain works and has no entry for `account`. Any other answer, above all an error, means that there
/// may be a key, and that no new one may be created.
pub(super) fn ensure_no_entry(account: &str, keychain: &dyn Keychain) -> Result<(), KeychainError> {
    match keychain.get(account) {
        Err(KeychainError::NoEntry) => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Err(KeychainError::Ambiguous),
    }
}

/// Stores `key` in the entry `account`, which does not exist yet, for the vault in `folder`. The entry is read back:
/// some keychains answer before they have written, or write to another collection than they read from.
pub(super) fn store_key(
    folder: &Path,
    account: &str,
    key: &LibraryKey,
    keychain: &dyn Keychain,
) -> Result<(), KeychainError> {
    let (vault_folder, stored_account) = (folder.to_owned(), account.to_owned());
    let outcome = keychain
        .set(account, key, Box::new(move || may_reference(&vault_folder, &stored_account)))
        .and_then(|()| keychain.get(account))
        .and_then(|stored| if stored.is_same(key) { Ok(()) } else { Err(KeychainError::Malformed) });
    if outcome.as_ref().is_err_and(|error| *error != KeychainError::TimedOut) {
        let _logged = remove_entry(account, keychain);
    }
    outcome
}

/// Whether the vault in `folder` or its copy references the entry `account`. True if one of them cannot be read.
fn may_reference(folder: &Path, account: &str) -> bool {
    let references = |vault: &Contents| {
        let is_account = |entry| account_name(&vault.library, entry) == account;
        vault.slots.iter().any(|slot| matches!(slot, Slot::Keychain(entry) if is_account(*entry)))
    };
    match file::read(folder) {
        Ok(VaultFiles::Absent) => false,
        Ok(VaultFiles::Present { primary, copy }) => {
            let are_readable = primary.origin == Origin::Current && !matches!(copy, CopyState::Damaged);
            !are_readable
                || references(&primary.contents)
                || copy.different().is_some_and(|copy| references(&copy.contents))
        }
        Ok(VaultFiles::Damaged | VaultFiles::NewerVersion) | Err(_) => true,
    }
}

/// The keychain entry that holds a key.
pub(super) struct StoredEntry {
    pub(super) id: EntryId,
    /// Whether the entry was created by this call.
    pub(super) is_new: bool,
}

/// [`store_key`], unless the entry holds the key already. An entry that holds another key stays, and a new one is created.
pub(super) fn ensure_stored(
    folder: &Path,
    library: &[u8; 16],
    id: EntryId,
    key: &LibraryKey,
    keychain: &dyn Keychain,
) -> Result<StoredEntry, StoreKeyError> {
    let account = |id| account_name(library, id);
    match keychain.get(&account(id)) {
        Ok(stored) if stored.is_same(key) => Ok(StoredEntry { id, is_new: false }),
        Err(KeychainError::NoEntry) => {
            store_key(folder, &account(id), key, keychain)?;
            Ok(StoredEntry { id, is_new: true })
        }
        Ok(_) | Err(KeychainError::Malformed) => {
            let id = new_entry_id()?;
            ensure_no_entry(&account(id), keychain)?;
            store_key(folder, &account(id), key, keychain)?;
            Ok(StoredEntry { id, is_new: true })
        }
        Err(error) => Err(error.into()),
    }
}

/// A random entry id.
pub(super) fn new_entry_id() -> Result<EntryId, RandomError> {
    random::bytes().map(Some)
}

/// Removes an entry that is no longer needed. An error is logged.
pub(super) fn remove_entry(account: &str, keychain: &dyn Keychain) -> Result<(), KeychainError> {
    match keychain.delete(account) {
        Ok(()) | Err(KeychainError::NoEntry) => Ok(()),
        Err(error) => {
            tracing::warn!(code = %error.code(), "an obsolete keychain entry could not be removed");
            Err(error)
        }
    }
}

/// The keychain account of a library's entry.
pub(super) fn account_name(library: &[u8; 16], entry: EntryId) -> String {
    let mut account = String::from("library-");
    push_hex(&mut account, library);
    if let Some(entry) = entry {
        account.push('-');
        push_hex(&mut account, &entry);
    }
    account
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        text.push_str(&format!("{byte:02x}"));
    }
}
