//! Why a library cannot be backed up, or a backup not restored.

use alexandria_domain::{CodedError, ErrorCode};

use crate::open::OpenError;
use crate::worker::Panicked;

/// Why a library was not backed up.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The backup would open on this computer only.
    #[error(
        "only this computer's keychain opens the library, so its backup would open nowhere else; add a passphrase or a \
         recovery code first (`alexandria protect`), or insist with --keychain-only-ok"
    )]
    KeychainOnly,
    /// The vault cannot be read.
    #[error(transparent)]
    Vault(#[from] alexandria_vault::UnlockError),
    /// The backup cannot be written.
    #[error(transparent)]
    Write(#[from] alexandria_store::backup::BackupError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] alexandria_store::StoreError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for BackupError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::KeychainOnly => ErrorCode::InvalidInput,
            Self::Vault(error) => error.code(),
            Self::Write(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}

/// Why a backup was not restored. There is no library in the folder then.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is something in the folder.
    #[error("the folder is not empty, and nothing is ever restored over a library; name another with --library")]
    Occupied,
    /// The folder has no name of its own.
    #[error("a library cannot be restored there; name a new folder with --library")]
    NoFolder,
    /// The folder cannot be moved.
    #[error(
        "the folder cannot be replaced by the library: {0}; if it is the root of a disk, or a link, name a new folder \
         with --library, for instance one inside it"
    )]
    Stays(std::io::Error),
    /// The vault in the backup does not open.
    #[error(transparent)]
    Vault(#[from] alexandria_vault::ImportVaultError),
    /// The backup cannot be read.
    #[error(transparent)]
    Read(#[from] alexandria_store::backup::BackupError),
    /// The database in the backup does not open.
    #[error(transparent)]
    Database(#[from] alexandria_store::OpenError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] alexandria_store::StoreError),
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] OpenError),
    /// A file or folder cannot be written.
    #[error("the library's folder cannot be written: {0}")]
    Io(#[from] std::io::Error),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for RestoreError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Occupied => ErrorCode::LibraryExists,
            Self::NoFolder => ErrorCode::InvalidInput,
            Self::Vault(error) => error.code(),
            Self::Read(error) => error.code(),
            Self::Database(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Folder(error) => error.code(),
            Self::Io(error) | Self::Stays(error) => ErrorCode::of_io(error),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
