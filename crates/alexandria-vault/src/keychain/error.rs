//! Keychain errors.

use alexandria_domain::{CodedError, ErrorCode};
use keyring_core::Error;

/// Why a keychain operation failed. Carries no details from the platform, which might include the secret itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// It works, and has no such entry.
    #[error("the keychain has no key for this library")]
    NoEntry,
    /// It is locked, or denied access.
    #[error("the keychain is locked")]
    Locked,
    /// There is none, or it does not work.
    #[error("no keychain is available")]
    Unavailable,
    /// It did not answer in time; its own prompt may be waiting for an answer.
    #[error("the keychain did not answer in time; its prompt may be waiting for an answer")]
    TimedOut,
    /// Several entries match.
    #[error("the keychain has several keys for this library")]
    Ambiguous,
    /// The entry is not a library key, or not the one just written.
    #[error("the keychain's entry is not the key of this library")]
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
                // The bytes may be most of a key; parsing wipes them.
                drop(alexandria_crypto::keys::LibraryKey::from_hex(bytes));
                Self::Malformed
            }
            // Includes variants that a later version adds: an unknown error never means "no entry".
            _ => Self::Unavailable,
        }
    }
}
