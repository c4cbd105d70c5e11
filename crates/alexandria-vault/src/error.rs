//! Why a vault cannot be read, made, opened or changed. Each variant says what to do; none says what is in the vault.

use std::io;

use alexandria_crypto::passphrase::{OpenSlotError, SealSlotError};
use alexandria_crypto::random::RandomError;
use alexandria_crypto::recovery::{NotARecoveryCode, OpenRecoveryError};
use alexandria_domain::{CodedError, ErrorCode};

use crate::keychain::KeychainError;
use crate::vault::KeepError;

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

impl CodedError for StateError {
    fn code(&self) -> ErrorCode {
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

impl CodedError for CreateError {
    fn code(&self) -> ErrorCode {
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
    /// The recovery code is another one.
    #[error("this recovery code does not open the library; a newer one may have replaced it")]
    WrongRecoveryCode,
    /// Not enough memory to stretch the passphrase.
    #[error("not enough memory to check the passphrase; close other programs and try again")]
    Memory,
    /// The file cannot be read.
    #[error("the vault cannot be read: {0}")]
    Io(#[from] io::Error),
}

impl CodedError for UnlockError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoVault => ErrorCode::NoLibrary,
            Self::NewerVersion => ErrorCode::NewerVersion,
            Self::Damaged => ErrorCode::Damaged,
            Self::NoSlot => ErrorCode::Locked,
            Self::Keychain(error) => error.code(),
            Self::WrongPassphrase => ErrorCode::WrongPassphrase,
            Self::WrongRecoveryCode => ErrorCode::WrongRecoveryCode,
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

impl From<OpenRecoveryError> for UnlockError {
    fn from(error: OpenRecoveryError) -> Self {
        match error {
            OpenRecoveryError::WrongCode => Self::WrongRecoveryCode,
            OpenRecoveryError::Envelope(_) => Self::Damaged,
        }
    }
}

/// Why a vault out of a backup cannot be made the vault of a folder. Nothing has been changed then.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// There is one already.
    #[error("there is a library here already; restore the backup into another folder")]
    Exists,
    /// It does not open.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// The keychain, which opened it, does not keep the key a second time.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// No device id can be made.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The file cannot be written.
    #[error("the vault cannot be written: {0}")]
    Io(#[from] io::Error),
}

impl From<KeepError> for AdoptError {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::Keychain(error) => Self::Keychain(error),
            KeepError::Random(error) => Self::Random(error),
        }
    }
}

impl CodedError for AdoptError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Exists => ErrorCode::LibraryExists,
            Self::Unlock(error) => error.code(),
            // Nothing is locked when a key is to be kept: whatever the keychain says, it cannot be used.
            Self::Keychain(_) => ErrorCode::KeychainUnavailable,
            Self::Random(RandomError) => ErrorCode::Internal,
            Self::Io(error) => ErrorCode::of_io(error),
        }
    }
}

/// Why a vault's protection was not changed. What opened it before opens it still.
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
    /// No secret can be made.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// What was typed back is no recovery code.
    #[error(transparent)]
    Mistyped(#[from] NotARecoveryCode),
    /// What was typed back is another code than the one shown.
    #[error("that is not the code that was shown; compare it with your copy and type it again")]
    ReentryDiffers,
    /// Between preparing and confirming, the vault has been changed.
    #[error("the library's protection was changed in the meantime; begin again")]
    Changed,
    /// There is no slot of that kind.
    #[error("the library is not protected this way; there is nothing to remove")]
    NotThere,
    /// Nothing would be left that a person can keep, or nothing for every day.
    #[error(
        "too little would be left to open the library with; add a passphrase first, or the keychain and a recovery code"
    )]
    LastWay,
    /// The passphrase has to be sealed under the new key.
    #[error("the library has a passphrase, which is needed for this; give it as well, or remove it first")]
    PassphraseNeeded,
    /// A slot of a kind not known here would open nothing any more.
    #[error("a newer version of Alexandria added a way to open this library; use that version for this")]
    UnknownSlot,
    /// The vault has as many slots as it can.
    #[error("the vault is full; remove a way to open the library first")]
    Full,
    /// The file cannot be written. On a disk that does not take the old one back either, the new one may be in place.
    #[error("the vault cannot be written: {0}")]
    Io(#[from] io::Error),
}

impl From<KeepError> for ProtectError {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::Keychain(error) => Self::Keychain(error),
            KeepError::Random(error) => Self::Random(error),
        }
    }
}

impl CodedError for ProtectError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unlock(error) => error.code(),
            // Nothing is locked when a key is to be kept: whatever the keychain says, it cannot be used.
            Self::Keychain(_) => ErrorCode::KeychainUnavailable,
            Self::Passphrase(error) => of_seal(*error),
            Self::Random(RandomError) => ErrorCode::Internal,
            Self::Mistyped(_) | Self::ReentryDiffers => ErrorCode::WrongRecoveryCode,
            Self::PassphraseNeeded => ErrorCode::WrongPassphrase,
            Self::Changed | Self::NotThere | Self::LastWay | Self::Full => ErrorCode::InvalidInput,
            Self::UnknownSlot => ErrorCode::NewerVersion,
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
