//! What the vault asks of a keychain.

use alexandria_crypto::keys::LibraryKey;

mod error;
mod os;
mod store;
mod worker;

pub use error::KeychainError;
pub use os::OsKeychain;

/// Whether a vault names the entry that a key is kept in. Asked only if the key was kept after all when the caller had
/// been told that it was not: an entry that a vault names is not taken away then.
pub type IsNamed = Box<dyn FnOnce() -> bool + Send>;

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
    /// When it is not certain that the key is kept. After [`KeychainError::TimedOut`] it will not be, unless a vault
    /// names the entry by then.
    fn set(&self, account: &str, key: &LibraryKey, is_named: IsNamed) -> Result<(), KeychainError>;

    /// Forgets the key of `account`.
    ///
    /// # Errors
    /// When there is none, or the keychain cannot be used.
    fn delete(&self, account: &str) -> Result<(), KeychainError>;
}
