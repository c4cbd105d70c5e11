//! What can be wrong with a keychain.

use alexandria_domain::{CodedError, ErrorCode};
use keyring_core::Error;

/// Why the keychain did not do what was asked. Carries no detail from the platform, which may hold the secret itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// It works, and has no such entry.
    #[error("the keychain has no key for this library; use the passphrase, or restore the keychain")]
    NoEntry,
    /// It is locked, or access was denied.
    #[error("the keychain is locked; unlock it and try again")]
    Locked,
    /// There is none, or it does not work.
    #[error("no keychain can be used; log in to a desktop session, or use a passphrase")]
    Unavailable,
    /// It did not answer in time; it may be waiting for its own prompt to be answered.
    #[error("the keychain did not answer; answer its prompt and try again, or start Alexandria anew if it shows none")]
    TimedOut,
    /// Several entries match.
    #[error("the keychain has several keys for this library; remove all but the right one")]
    Ambiguous,
    /// The entry is not a library key, or not the one just written.
    #[error("the keychain's entry is not a key of this library; restore the keychain, or use the passphrase")]
    Malformed,
}

impl CodedError for KeychainError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoEntry | Self::Locked => ErrorCode::Locked,
            Self::Unavailable | Self::TimedOut | Self::Ambiguous | Self::Malformed => ErrorCode::KeychainUnavailable,
        }
    }
}

impl From<Error> for KeychainError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoEntry => Self::NoEntry,
            Error::NoStorageAccess(_) => Self::Locked,
            Error::Ambiguous(_) => Self::Ambiguous,
            Error::BadEncoding(bytes) | Error::BadDataFormat(bytes, _) => {
                // The bytes may be most of a key: this wipes them.
                drop(alexandria_crypto::keys::LibraryKey::from_hex(bytes));
                Self::Malformed
            }
            // Also every variant a later version may add: what is not understood is never "no entry".
            _ => Self::Unavailable,
        }
    }
}
