//! Why diagnostics cannot be made.

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_store::{BlobStoreError, StoreError};

use crate::blocking::Panicked;
use crate::semantic_index::IndexOpError;
use crate::shelf::ShelfError;

/// Why diagnostics cannot be made, or no space be freed.
#[derive(Debug, thiserror::Error)]
pub enum DiagnosticsError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The encrypted files cannot be read.
    #[error(transparent)]
    Blob(#[from] BlobStoreError),
    /// The vector index cannot be compacted.
    #[error(transparent)]
    Index(#[from] IndexOpError),
    /// The library cannot be counted.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// A folder cannot be read, or the report not be written.
    #[error("a file or folder cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for DiagnosticsError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Store(error) => error.code(),
            Self::Blob(error) => error.code(),
            Self::Index(error) => error.code(),
            Self::Shelf(error) => error.code(),
            Self::Io(error) => ErrorCode::of_io(error),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
