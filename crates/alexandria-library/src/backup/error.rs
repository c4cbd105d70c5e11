//! Why a library cannot be backed up, or a backup cannot be restored.

use alexandria_domain::{CodedError, ErrorCode};

use crate::blocking::Panicked;
use crate::open::OpenError;

/// Why a library was not backed up.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The backup could only be opened on this computer.
    #[error("only this computer's keychain opens the library, so its backup could not be opened anywhere else")]
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

/// Why a backup was not restored. The folder then has no library.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The folder is not empty.
    #[error("the folder is not empty, and a backup is never restored over a library")]
    NotEmpty,
    /// The folder has no name of its own.
    #[error("a library cannot be restored into this folder")]
    NoFolder,
    /// The folder cannot be replaced, for instance because it is the root of a disk.
    #[error("the folder cannot be replaced by the library: {0}")]
    NotReplaceable(std::io::Error),
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
            Self::NotEmpty => ErrorCode::LibraryExists,
            Self::NoFolder => ErrorCode::InvalidInput,
            Self::Vault(error) => error.code(),
            Self::Read(error) => error.code(),
            Self::Database(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Folder(error) => error.code(),
            Self::Io(error) | Self::NotReplaceable(error) => ErrorCode::of_io(error),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
