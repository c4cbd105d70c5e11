//! The interface between the vault and a keychain.

use alexandria_crypto::keys::LibraryKey;

mod error;
mod os;
mod store;
mod worker;

pub use error::KeychainError;
pub use os::OsKeychain;

/// Whether a vault references the entry that is being written. Called only if the write finishes after its caller was told
/// that it failed: an entry that a vault references then stays.
pub type IsReferenced = Box<dyn FnOnce() -> bool + Send>;

/// A store outside the library's folder that holds library keys for the logged-in user.
pub trait Keychain: Send + Sync {
    /// The key in the entry `account`.
    ///
    /// # Errors
    /// [`KeychainError::NoEntry`] only if the keychain is certain that there is none.
    fn get(&self, account: &str) -> Result<LibraryKey, KeychainError>;

    /// Stores `key` in the entry `account`, replacing any other.
    ///
    /// # Errors
    /// When it is not certain that the key is stored. After [`KeychainError::TimedOut`] it will not be, unless a vault
    /// references the entry by then.
    fn set(&self, account: &str, key: &LibraryKey, is_referenced: IsReferenced) -> Result<(), KeychainError>;

    /// Deletes the entry `account`.
    ///
    /// # Errors
    /// When there is none, or the keychain is not usable.
    fn delete(&self, account: &str) -> Result<(), KeychainError>;
}
