//! Why a vault cannot be read, created, unlocked or changed. No variant reveals anything about its contents.

use std::io;

use alexandria_crypto::passphrase::{OpenSlotError, SealSlotError};
use alexandria_crypto::random::RandomError;
use alexandria_crypto::recovery::{InvalidRecoveryCode, OpenRecoveryError};
use alexandria_domain::{CodedError, ErrorCode};

use crate::keychain::KeychainError;

/// Why the state of a vault cannot be determined.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A newer version wrote it.
    #[error("the vault was written by a newer version of Alexandria")]
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

/// Why a vault cannot be created. Nothing has been changed.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// There is a vault already, intact or not. Its keys must not be replaced.
    #[error("the folder already contains a library")]
    Exists,
    /// The keychain cannot store the key.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The passphrase is not acceptable.
    #[error(transparent)]
    Passphrase(#[from] SealSlotError),
    /// The system's random generator failed.
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
            Self::Keychain(_) => UNUSABLE_KEYCHAIN,
            Self::Passphrase(error) => seal_error_code(*error),
            Self::Random(RandomError) => ErrorCode::Internal,
            Self::Io(error) => ErrorCode::of_io(error),
        }
    }
}

/// Why a vault does not unlock. Nothing has been changed.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// There is no vault.
    #[error("the folder contains no library")]
    NoVault,
    /// A newer version wrote it.
    #[error("the vault was written by a newer version of Alexandria")]
    NewerVersion,
    /// The vault is corrupt, or was changed by someone without the key.
    #[error("the vault is damaged")]
    Damaged,
    /// The vault has no slot of the credential's kind.
    #[error("the library is not protected by a credential of this kind")]
    NoSlot,
    /// The keychain does not return the key.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The slot was sealed under another passphrase.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The slot was sealed under another recovery code.
    #[error("the recovery code does not open this library; a newer code may have replaced it")]
    WrongRecoveryCode,
    /// Not enough memory for Argon2id.
    #[error("not enough memory to verify the passphrase")]
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

/// Why the vault of a backup cannot be imported into a folder. Nothing has been changed.
#[derive(Debug, thiserror::Error)]
pub enum ImportVaultError {
    /// The folder has a vault already.
    #[error("the folder already contains a library")]
    Exists,
    /// The imported vault does not unlock.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// The keychain, which unlocked the vault, cannot store the key a second time.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The system's random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The file cannot be written.
    #[error("the vault cannot be written: {0}")]
    Io(#[from] io::Error),
}

impl From<StoreKeyError> for ImportVaultError {
    fn from(error: StoreKeyError) -> Self {
        match error {
            StoreKeyError::Keychain(error) => Self::Keychain(error),
            StoreKeyError::Random(error) => Self::Random(error),
        }
    }
}

impl CodedError for ImportVaultError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Exists => ErrorCode::LibraryExists,
            Self::Unlock(error) => error.code(),
            Self::Keychain(_) => UNUSABLE_KEYCHAIN,
            Self::Random(RandomError) => ErrorCode::Internal,
            Self::Io(error) => ErrorCode::of_io(error),
        }
    }
}

/// Why a vault's protection was not changed. What opened the library before still opens it.
#[derive(Debug, thiserror::Error)]
pub enum ProtectError {
    /// The vault does not unlock.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// The keychain cannot store the key.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The new passphrase is not acceptable.
    #[error(transparent)]
    Passphrase(#[from] SealSlotError),
    /// The system's random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The re-entered text is not a recovery code.
    #[error(transparent)]
    InvalidReentry(#[from] InvalidRecoveryCode),
    /// The re-entered recovery code is not the new one.
    #[error("the recovery code is not the one that was shown")]
    ReentryMismatch,
    /// The vault was changed after this change was prepared.
    #[error("the library's protection was changed in the meantime")]
    ConcurrentChange,
    /// There is no slot of that kind.
    #[error("the library is not protected by a credential of this kind")]
    NoSuchSlot,
    /// The remaining slots would not be enough: see `docs/formats/vault.md`, rule 11.
    #[error("the library must keep a passphrase, or the keychain together with a recovery code")]
    TooFewSlots,
    /// The passphrase slot has to be sealed again, which needs the passphrase.
    #[error("the library has a passphrase, which this change requires")]
    PassphraseRequired,
    /// A slot of an unknown kind cannot be sealed for a new key.
    #[error("the vault has a slot of a kind that only a newer version of Alexandria knows")]
    UnknownSlot,
    /// The vault has the maximum number of slots.
    #[error("the vault has no room for another slot")]
    TooManySlots,
    /// The key ring has the maximum number of epochs.
    #[error("the key ring has no room for another epoch")]
    TooManyEpochs,
    /// The file cannot be written. If the disk also refuses to restore the old vault, the new one may be in place.
    #[error("the vault cannot be written: {0}")]
    Io(#[from] io::Error),
}

impl From<StoreKeyError> for ProtectError {
    fn from(error: StoreKeyError) -> Self {
        match error {
            StoreKeyError::Keychain(error) => Self::Keychain(error),
            StoreKeyError::Random(error) => Self::Random(error),
        }
    }
}

impl CodedError for ProtectError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unlock(error) => error.code(),
            Self::Keychain(_) => UNUSABLE_KEYCHAIN,
            Self::Passphrase(error) => seal_error_code(*error),
            Self::Random(RandomError) => ErrorCode::Internal,
            Self::InvalidReentry(_) | Self::ReentryMismatch => ErrorCode::WrongRecoveryCode,
            Self::PassphraseRequired => ErrorCode::WrongPassphrase,
            Self::ConcurrentChange | Self::NoSuchSlot | Self::TooFewSlots | Self::TooManySlots => {
                ErrorCode::InvalidInput
            }
            Self::TooManyEpochs => ErrorCode::LimitExceeded,
            Self::UnknownSlot => ErrorCode::NewerVersion,
            Self::Io(error) => ErrorCode::of_io(error),
        }
    }
}

/// Why the keychain does not store a key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreKeyError {
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// The code of any keychain error while a key is being stored: the library is not locked, the keychain is of no use.
const UNUSABLE_KEYCHAIN: ErrorCode = ErrorCode::KeychainUnavailable;

fn seal_error_code(error: SealSlotError) -> ErrorCode {
    match error {
        SealSlotError::TooShort | SealSlotError::TooLong => ErrorCode::InvalidInput,
        SealSlotError::Memory => ErrorCode::LimitExceeded,
        SealSlotError::Cost | SealSlotError::Random(_) => ErrorCode::Internal,
    }
}
