//! Why the shelf could not be read or changed.

use alexandria_domain::{CodedError, ErrorCode, QueryError};
use alexandria_store::{BlobStoreError, StoreError};

use crate::blocking::Panicked;
use crate::change::ChangeError;
use crate::semantic_index::IndexOpError;

/// Why the shelf could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// No publication has this id.
    #[error("there is no publication with the id {0}")]
    NotFound(String),
    /// An abbreviated id that more than one publication has.
    #[error("more than one publication has an id that starts with {0}")]
    Ambiguous(String),
    /// No collection has this id.
    #[error("there is no collection with the id {0}")]
    NoCollection(String),
    /// The filter cannot be understood.
    #[error(transparent)]
    Filter(#[from] QueryError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The encrypted files failed.
    #[error(transparent)]
    Blob(#[from] BlobStoreError),
    /// The vector index failed.
    #[error(transparent)]
    Index(#[from] IndexOpError),
    /// The change could not be recorded.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// The caller cancelled it.
    #[error("cancelled")]
    Cancelled,
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for ShelfError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound(_) | Self::NoCollection(_) => ErrorCode::NotFound,
            Self::Filter(_) => ErrorCode::MalformedQuery,
            Self::Ambiguous(_) => ErrorCode::InvalidInput,
            Self::Store(error) => error.code(),
            Self::Blob(error) => error.code(),
            Self::Index(error) => error.code(),
            Self::Change(error) => error.code(),
            Self::Cancelled => ErrorCode::Cancelled,
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
