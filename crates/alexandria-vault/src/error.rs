//! Why a vault cannot be read, made, opened or changed. Each variant says what to do; none says what is in the vault.

use std::io;

use alexandria_crypto::passphrase::{OpenSlotError, SealSlotError};
use alexandria_crypto::random::RandomError;
use alexandria_domain::ErrorCode;

use crate::keychain::KeychainError;

/// Why the state of a vault cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A newer version wrote it.
    #[error("a newer version of Alexandria wrote this library; update Alexandria")]
    NewerVersion,
    /// The file cannot be read.
    #[error("the vault cannot be read: {0}")]
    Io(#[from] io::Error),
}

impl StateError {
    /// The code shells branch on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NewerVersion => ErrorCode::NewerVersion,
            Self::Io(error) => ErrorCode::of_io(error),
        }
    }
}

/// Why a vault cannot be made. Nothing has been changed then.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// There is a vault, whole or not. Its keys must not be replaced.
    #[error("there is a library here already; open it, or choose another folder")]
    Exists,
    /// The keychain cannot keep the key.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The passphrase cannot be used.
    #[error(transparent)]
    Passphrase(#[from] SealSlotError),
    /// No keys can be made.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The file cannot be written.
    #[error("the vault cannot be written: {0}")]
    Io(#[from] io::Error),
}

impl CreateError {
    /// The code shells branch on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Exists => ErrorCode::LibraryExists,
            // Nothing is locked when a key is to be kept: whatever the keychain says, it cannot be used.
            Self::Keychain(_) => ErrorCode::KeychainUnavailable,
            Self::Passphrase(error) => of_seal(*error),
            Self::Random(RandomError) => ErrorCode::Internal,
            Self::Io(error) => ErrorCode::of_io(error),
        }
    }
}

/// Why a vault does not open. Nothing has been changed then.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// There is no vault.
    #[error("there is no library here; make one first")]
    NoVault,
    /// A newer version wrote it.
    #[error("a newer version of Alexandria wrote this library; update Alexandria")]
    NewerVersion,
    /// The vault is not whole, or was changed by someone without the key.
    #[error("the vault is damaged; restore the file from a backup")]
    Damaged,
    /// The vault has no slot of that kind.
    #[error("this library does not open this way; use the other way it was protected with")]
    NoSlot,
    /// The keychain does not give the key.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The passphrase is another one.
    #[error("the passphrase is wrong; check it and try again")]
    WrongPassphrase,
    /// Not enough memory to stretch the passphrase.
    #[error("not enough memory to check the passphrase; close other programs and try again")]
    Memory,
    /// The file cannot be read.
    #[error("the vault cannot be read: {0}")]
    Io(#[from] io::Error),
}

impl UnlockError {
    /// The code shells branch on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoVault => ErrorCode::NoLibrary,
            Self::NewerVersion => ErrorCode::NewerVersion,
            Self::Damaged => ErrorCode::Damaged,
            Self::NoSlot => ErrorCode::Locked,
            Self::Keychain(error) => error.code(),
            Self::WrongPassphrase => ErrorCode::WrongPassphrase,
            Self::Memory => ErrorCode::LimitExceeded,
            Self::Io(error) => ErrorCode::of_io(error),
        }
    }
}

impl From<OpenSlotError> for UnlockError {
    fn from(error: OpenSlotError) -> Self {
        match error {
            OpenSlotError::WrongPassphrase => Self::WrongPassphrase,
            OpenSlotError::Memory => Self::Memory,
            OpenSlotError::Cost | OpenSlotError::Envelope(_) => Self::Damaged,
        }
    }
}

/// Why a vault's protection cannot be changed. It is then as it was before.
#[derive(Debug, thiserror::Error)]
pub enum ProtectError {
    /// The vault does not open.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// The keychain cannot keep the key.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The new passphrase cannot be used.
    #[error(transparent)]
    Passphrase(#[from] SealSlotError),
    /// The file cannot be written.
    #[error("the vault cannot be written: {0}")]
    Io(#[from] io::Error),
}

impl ProtectError {
    /// The code shells branch on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Unlock(error) => error.code(),
            // Nothing is locked when a key is to be kept: whatever the keychain says, it cannot be used.
            Self::Keychain(_) => ErrorCode::KeychainUnavailable,
            Self::Passphrase(error) => of_seal(*error),
            Self::Io(error) => ErrorCode::of_io(error),
        }
    }
}

fn of_seal(error: SealSlotError) -> ErrorCode {
    match error {
        SealSlotError::TooShort | SealSlotError::TooLong => ErrorCode::InvalidInput,
        SealSlotError::Memory => ErrorCode::LimitExceeded,
        SealSlotError::Cost | SealSlotError::Random(_) => ErrorCode::Internal,
    }
}
