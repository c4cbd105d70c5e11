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
    /// There is a file of that name.
    #[error("there is a file of that name already; choose another name, or have it replaced with --force")]
    Exists,
    /// What lies where the unfinished backup goes is no unfinished backup.
    #[error("the file beside it that ends in .part is no unfinished backup; move it away, or choose another name")]
    Occupied,
    /// Another process writes a backup of the same name.
    #[error("another command is writing this backup; wait for it, or choose another name")]
    InUse,
    /// It is something else.
    #[error("this file is not a backup of a library; choose a file that `alexandria backup` made")]
    NotABackup,
    /// A newer version wrote it.
    #[error("a newer version of Alexandria wrote this backup; update Alexandria")]
    NewerVersion,
    /// It ends too early.
    #[error("the backup is not whole: it was never finished, or was cut short when it was copied; use another copy")]
    NotWhole,
    /// It was changed.
    #[error("the backup is damaged: {0} does not authenticate; use another copy")]
    Damaged(&'static str),
    /// It was sealed under the key of another library.
    #[error("the backup's key and its contents are of different libraries; use another copy")]
    WrongKey,
    /// It was cancelled.
    #[error("cancelled; the same command goes on where it was")]
    Cancelled,
    /// A file cannot be read or written.
    #[error("a file of the backup cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// A publication's file is there, and the system does not let it be read.
    #[error(
        "the file of the publication {id} cannot be read: {source}; check the disk and the permissions of the \
         library's folder, or import that book again, then use the same command, which goes on where it was"
    )]
    Unreadable {
        /// The publication.
        id: PublicationId,
        /// What the system said.
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
    /// What it means that a part of a backup, called `what`, cannot be opened or read.
    pub(super) fn of_part(error: BlobError, what: &'static str) -> Self {
        match error {
            BlobError::Io(error) => Self::of_reading(error, what),
            BlobError::Open(OpenError::NewerVersion) => Self::NewerVersion,
            BlobError::Open(OpenError::UnknownKey { .. } | OpenError::WrongKey) => Self::WrongKey,
            BlobError::Open(_) | BlobError::Poisoned => Self::Damaged(what),
            BlobError::Seal(_) => Self::Seal(error),
        }
    }

    /// What it means that reading a part of a backup, called `what`, fails: a chunk that does not authenticate arrives
    /// through `std::io`.
    pub(super) fn of_reading(error: io::Error, what: &'static str) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::Damaged(what),
            io::ErrorKind::UnexpectedEof => Self::NotWhole,
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
            Self::NotWhole | Self::Damaged(_) | Self::WrongKey => ErrorCode::Damaged,
            Self::Cancelled => ErrorCode::Cancelled,
            Self::Io(error) | Self::Unreadable { source: error, .. } => ErrorCode::of_io(error),
            Self::Store(error) => error.code(),
            Self::Blob(error) => error.code(),
            Self::Seal(_) => ErrorCode::Io,
        }
    }
}
