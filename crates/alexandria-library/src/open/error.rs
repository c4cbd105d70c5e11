//! Why a library could not be made or opened.

use alexandria_domain::{CodedError, ErrorCode};

use crate::worker::Panicked;

/// Why a library could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is none.
    #[error("there is no library here yet; import a book to make one")]
    NoLibrary,
    /// Its database or its files are there, and what holds their key is not.
    #[error(
        "the library's key file `vault` is missing while its books are there; put the file back, or use \
         `alexandria restore` to restore a backup into another folder"
    )]
    VaultMissing,
    /// Another process has it open.
    #[error("the library is open in another window or command; close that first")]
    InUse,
    /// A recovery code was to protect a new library.
    #[error("a new library needs a passphrase or the keychain; a recovery code is added afterwards")]
    CodeAlone,
    /// The vault could not be made.
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
    /// A file or folder could not be made or read.
    #[error("the library's folder cannot be used: {0}")]
    Io(#[from] std::io::Error),
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
            Self::CodeAlone => ErrorCode::InvalidInput,
            Self::Create(error) => error.code(),
            Self::Unlock(error) => error.code(),
            Self::State(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Io(error) => ErrorCode::of_io(error),
            Self::Read(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
