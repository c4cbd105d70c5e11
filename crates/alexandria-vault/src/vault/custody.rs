//! Giving the library key to the keychain, so that no trouble there can lose a key or make a second one.

use alexandria_crypto::keys::LibraryKey;

use crate::keychain::{Keychain, KeychainError};
use crate::slot::Slot;

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
/// written, or write elsewhere than they read.
pub(super) fn keep(account: &str, key: &LibraryKey, keychain: &dyn Keychain) -> Result<Slot, KeychainError> {
    let kept = keychain
        .set(account, key)
        .and_then(|()| keychain.get(account))
        .and_then(|kept| if kept.is_same(key) { Ok(Slot::Keychain) } else { Err(KeychainError::Malformed) });
    if kept.as_ref().is_err_and(|error| *error != KeychainError::TimedOut) {
        forget(account, keychain);
    }
    kept
}

/// [`keep`], unless the keychain has the key already. Never replaces another key.
pub(super) fn keep_again(account: &str, key: &LibraryKey, keychain: &dyn Keychain) -> Result<Slot, KeychainError> {
    match keychain.get(account) {
        Ok(kept) if kept.is_same(key) => Ok(Slot::Keychain),
        Ok(_) => Err(KeychainError::Ambiguous),
        Err(KeychainError::NoEntry) => keep(account, key, keychain),
        Err(error) => Err(error),
    }
}

/// Removes what was kept in vain. If that fails, what stays behind is a key that opens nothing.
pub(super) fn forget(account: &str, keychain: &dyn Keychain) {
    match keychain.delete(account) {
        Ok(()) | Err(KeychainError::NoEntry) => {}
        Err(error) => tracing::warn!(code = %error.code(), "a keychain entry of no use could not be removed"),
    }
}

/// The keychain account of a library.
pub(super) fn account(library: &[u8; 16]) -> String {
    library.iter().fold(String::from("library-"), |text, byte| text + &format!("{byte:02x}"))
}
