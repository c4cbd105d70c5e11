//! Why a file was not imported.

use std::io;

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_extract::ExtractError;
use alexandria_store::{BlobStoreError, InsertError, StoreError};
use alexandria_worker::WorkerError;

use crate::change::ChangeError;

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is a symbolic link inside a folder.
    #[error("is a link; import the file it points to")]
    Link,
    /// It is a pipe, a socket or a device.
    #[error("is neither a file nor a folder")]
    NotAFile,
    /// It is not a book Alexandria reads, or breaks its format's rules or the limits.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The process that reads it has no result.
    #[error(transparent)]
    Worker(WorkerError),
    /// It changed between two reads.
    #[error("changed while it was being read; import it again when nothing writes to it")]
    Changed,
    /// Its encrypted copy could not be written.
    #[error(transparent)]
    Blob(#[from] BlobStoreError),
    /// It could not be written to the database.
    #[error(transparent)]
    Insert(#[from] InsertError),
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The change could not be recorded.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// Its import panicked.
    #[error("could not be read because of a bug in Alexandria; the other files were read; please report this")]
    Panicked,
    /// The import was cancelled; the file is not reported as refused.
    #[error("cancelled")]
    Cancelled,
}

impl FileError {
    /// Whether the file opens with another password only.
    pub(super) const fn needs_password(&self) -> bool {
        matches!(self, Self::Extract(ExtractError::PasswordRequired | ExtractError::WrongPassword))
    }
}

impl From<WorkerError> for FileError {
    fn from(error: WorkerError) -> Self {
        match error {
            WorkerError::Extract(error) => Self::Extract(error),
            WorkerError::Cancelled => Self::Cancelled,
            error => Self::Worker(error),
        }
    }
}

impl CodedError for FileError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Io(error) => ErrorCode::of_io(error),
            Self::Link | Self::NotAFile => ErrorCode::UnsupportedFormat,
            Self::Extract(error) => error.code(),
            Self::Worker(error) => error.code(),
            Self::Changed => ErrorCode::Io,
            Self::Change(error) => error.code(),
            Self::Blob(error) => error.code(),
            Self::Insert(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Panicked => ErrorCode::Internal,
            Self::Cancelled => ErrorCode::Cancelled,
        }
    }
}
