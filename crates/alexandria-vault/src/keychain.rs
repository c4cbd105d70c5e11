//! What the vault asks of a keychain.

use alexandria_crypto::keys::LibraryKey;

mod error;
mod os;
mod worker;

pub use error::KeychainError;
pub use os::OsKeychain;

/// A place outside the library's folder that keeps library keys for the person who is logged in.
pub trait Keychain: Send + Sync {
    /// The key kept for `account`.
    ///
    /// # Errors
    /// [`KeychainError::NoEntry`] only if the keychain is certain that there is none.
    fn get(&self, account: &str) -> Result<LibraryKey, KeychainError>;

    /// Keeps `key` for `account`, in place of any other.
    ///
    /// # Errors
    /// When it is not certain that the key is kept. After [`KeychainError::TimedOut`] it will not be.
    fn set(&self, account: &str, key: &LibraryKey) -> Result<(), KeychainError>;

    /// Forgets the key of `account`.
    ///
    /// # Errors
    /// When there is none, or the keychain cannot be used.
    fn delete(&self, account: &str) -> Result<(), KeychainError>;
}
