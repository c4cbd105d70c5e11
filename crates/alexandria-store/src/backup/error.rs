//! Why a backup cannot be written or read.

use std::io;

use alexandria_crypto::OpenError;
use alexandria_crypto::blob::BlobError;
use alexandria_domain::{CodedError, ErrorCode, PublicationId};

use crate::blob::BlobStoreError;
use crate::error::StoreError;

/// Why a backup cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file of that name exists.
    #[error("a file of that name already exists")]
    Exists,
    /// The file at the path of the unfinished backup is something else.
    #[error("the file with the extension .part next to it is not an unfinished backup")]
    Occupied,
    /// Another process writes a backup of the same name.
    #[error("another process is writing this backup")]
    InUse,
    /// The file is not a backup.
    #[error("this file is not a backup of a library")]
    NotABackup,
    /// A newer version wrote it.
    #[error("a newer version of Alexandria wrote this backup")]
    NewerVersion,
    /// The file ends too early.
    #[error("the backup is incomplete: it was never finished, or was truncated when it was copied")]
    Truncated,
    /// It was modified.
    #[error("the backup is damaged: {0} does not authenticate")]
    Damaged(&'static str),
    /// It was sealed under the key of another library.
    #[error("the backup's key and its contents are of different libraries")]
    WrongKey,
    /// It was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// A file cannot be read or written.
    #[error("a file of the backup cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// A publication's file exists, and the operating system fails to read it.
    #[error("the file of the publication {id} cannot be read: {source}")]
    Unreadable {
        /// The publication.
        id: PublicationId,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The database cannot be copied.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A publication's file cannot be written back.
    #[error(transparent)]
    Blob(#[from] BlobStoreError),
    /// It cannot be sealed.
    #[error(transparent)]
    Seal(BlobError),
}

impl BackupError {
    /// The error for a part of a backup, called `what`, that cannot be opened or read.
    pub(super) fn of_part(error: BlobError, what: &'static str) -> Self {
        match error {
            BlobError::Io(error) => Self::of_reading(error, what),
            BlobError::Open(OpenError::NewerVersion) => Self::NewerVersion,
            BlobError::Open(OpenError::UnknownKey { .. } | OpenError::WrongKey) => Self::WrongKey,
            BlobError::Open(_) | BlobError::Poisoned => Self::Damaged(what),
            BlobError::Seal(_) => Self::Seal(error),
        }
    }

    /// The error for reading a part of a backup, called `what`: a chunk that does not authenticate is reported through
    /// `std::io`.
    pub(super) fn of_reading(error: io::Error, what: &'static str) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::Damaged(what),
            io::ErrorKind::UnexpectedEof => Self::Truncated,
            _ => Self::Io(error),
        }
    }
}

impl CodedError for BackupError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Exists | Self::Occupied => ErrorCode::InvalidInput,
            Self::InUse => ErrorCode::LibraryInUse,
            Self::NotABackup => ErrorCode::UnsupportedFormat,
            Self::NewerVersion => ErrorCode::NewerVersion,
            Self::Truncated | Self::Damaged(_) | Self::WrongKey => ErrorCode::Damaged,
            Self::Cancelled => ErrorCode::Cancelled,
            Self::Io(error) | Self::Unreadable { source: error, .. } => ErrorCode::of_io(error),
            Self::Store(error) => error.code(),
            Self::Blob(error) => error.code(),
            Self::Seal(_) => ErrorCode::Io,
        }
    }
}
