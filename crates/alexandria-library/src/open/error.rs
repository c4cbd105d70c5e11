//! Why a library could not be created or opened.

use alexandria_crypto::random::RandomError;
use alexandria_domain::{CodedError, ErrorCode};

use crate::blocking::Panicked;

/// Why a library could not be created or opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder has no library.
    #[error("there is no library in this folder yet")]
    NoLibrary,
    /// The database or the books are there, but the file that holds their key is not.
    #[error("the library's key file `vault` is missing, although its books are there")]
    VaultMissing,
    /// Another process has it open.
    #[error("the library is open in another window or command")]
    InUse,
    /// A recovery code alone cannot protect a new library.
    #[error("a new library needs a passphrase or the keychain; a recovery code can be added afterwards")]
    RecoveryCodeOnly,
    /// The vault could not be created.
    #[error(transparent)]
    Create(#[from] alexandria_vault::CreateError),
    /// The vault could not be opened.
    #[error(transparent)]
    Unlock(#[from] alexandria_vault::UnlockError),
    /// The vault's state could not be read.
    #[error(transparent)]
    State(#[from] alexandria_vault::StateError),
    /// The database could not be opened.
    #[error(transparent)]
    Store(#[from] alexandria_store::OpenError),
    /// A file or folder could not be created or read.
    #[error("the library's folder cannot be used: {0}")]
    Io(#[from] std::io::Error),
    /// The system gave no random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// Stored data could not be read.
    #[error(transparent)]
    Read(#[from] alexandria_store::StoreError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for OpenError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoLibrary => ErrorCode::NoLibrary,
            Self::VaultMissing => ErrorCode::Damaged,
            Self::InUse => ErrorCode::LibraryInUse,
            Self::RecoveryCodeOnly => ErrorCode::InvalidInput,
            Self::Create(error) => error.code(),
            Self::Unlock(error) => error.code(),
            Self::State(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Io(error) => ErrorCode::of_io(error),
            Self::Random(_) => ErrorCode::Io,
            Self::Read(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
