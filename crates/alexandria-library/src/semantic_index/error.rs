//! Why an operation on the vector index failed.

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_index::IndexError;
use alexandria_store::StoreError;

use crate::blocking::Panicked;

/// Why an operation on the vector index failed.
#[derive(Debug, thiserror::Error)]
pub enum IndexOpError {
    /// The index itself failed.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The database, which records the state of the index, failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl IndexOpError {
    /// Whether the index is damaged. A damaged database is another matter: rebuilding the index would not help.
    pub(crate) fn is_index_damage(&self) -> bool {
        matches!(self, Self::Index(error) if error.code() == ErrorCode::Damaged)
    }
}

impl CodedError for IndexOpError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Index(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
