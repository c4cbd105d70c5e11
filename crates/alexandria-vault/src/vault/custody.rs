//! Giving the library key to the keychain, so that no trouble there can lose a key or make a second one.

use std::path::Path;

use alexandria_crypto::keys::LibraryKey;
use alexandria_crypto::random::{self, RandomError};
use alexandria_domain::CodedError;

use crate::file::{self, Beside, Contents, Found, Origin};
use crate::keychain::{Keychain, KeychainError};
use crate::slot::{EntryId, Slot};

/// Makes sure that the keychain works and keeps nothing for `account`. Any other answer, an error above all, means that
/// there may be a key, and no new one may be made.
pub(super) fn vacant(account: &str, keychain: &dyn Keychain) -> Result<(), KeychainError> {
    match keychain.get(account) {
        Err(KeychainError::NoEntry) => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Err(KeychainError::Ambiguous),
    }
}

/// Has the keychain keep `key` for an account that is vacant, and reads it back: some stores answer before they have
/// written, or write elsewhere than they read. It is kept for the vault in `folder`.
pub(super) fn keep(
    folder: &Path,
    account: &str,
    key: &LibraryKey,
    keychain: &dyn Keychain,
) -> Result<(), KeychainError> {
    let (of_vault, wanted) = (folder.to_owned(), account.to_owned());
    let kept = keychain
        .set(account, key, Box::new(move || may_name(&of_vault, &wanted)))
        .and_then(|()| keychain.get(account))
        .and_then(|kept| if kept.is_same(key) { Ok(()) } else { Err(KeychainError::Malformed) });
    if kept.as_ref().is_err_and(|error| *error != KeychainError::TimedOut) {
        let _left_behind = forget(account, keychain);
    }
    kept
}

/// Whether the vault in `folder` or its copy names the account `wanted`. What cannot be read may name any.
fn may_name(folder: &Path, wanted: &str) -> bool {
    let names = |vault: &Contents| {
        let is_wanted = |entry| account(&vault.library, entry) == wanted;
        vault.slots.iter().any(|slot| matches!(slot, Slot::Keychain(entry) if is_wanted(*entry)))
    };
    match file::read(folder) {
        Ok(Found::Nothing) => false,
        Ok(Found::Vault { first, beside }) => {
            let is_whole = first.origin == Origin::Current && !matches!(beside, Beside::Damaged);
            !is_whole || names(&first.contents) || beside.other().is_some_and(|copy| names(&copy.contents))
        }
        Ok(Found::Damaged | Found::Newer) | Err(_) => true,
    }
}

/// Where a key is kept, and whether it was put there just now.
pub(super) struct Kept {
    pub(super) entry: EntryId,
    pub(super) new: bool,
}

/// [`keep`], unless the entry has the key already. If it has another key, that one stays and a fresh entry is made.
pub(super) fn keep_again(
    folder: &Path,
    library: &[u8; 16],
    entry: EntryId,
    key: &LibraryKey,
    keychain: &dyn Keychain,
) -> Result<Kept, KeepError> {
    let account_of = |entry| account(library, entry);
    match keychain.get(&account_of(entry)) {
        Ok(kept) if kept.is_same(key) => Ok(Kept { entry, new: false }),
        Err(KeychainError::NoEntry) => {
            keep(folder, &account_of(entry), key, keychain)?;
            Ok(Kept { entry, new: true })
        }
        Ok(_) | Err(KeychainError::Malformed) => {
            let entry = fresh_entry()?;
            vacant(&account_of(entry), keychain)?;
            keep(folder, &account_of(entry), key, keychain)?;
            Ok(Kept { entry, new: true })
        }
        Err(error) => Err(error.into()),
    }
}

/// Why a key cannot be kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeepError {
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// An entry that no key was ever kept in.
pub(super) fn fresh_entry() -> Result<EntryId, RandomError> {
    random::bytes().map(Some)
}

/// Removes an entry that nothing needs any more.
pub(super) fn forget(account: &str, keychain: &dyn Keychain) -> Result<(), KeychainError> {
    match keychain.delete(account) {
        Ok(()) | Err(KeychainError::NoEntry) => Ok(()),
        Err(error) => {
            tracing::warn!(code = %error.code(), "a keychain entry of no use could not be removed");
            Err(error)
        }
    }
}

/// The keychain account of a library.
pub(super) fn account(library: &[u8; 16], entry: EntryId) -> String {
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
