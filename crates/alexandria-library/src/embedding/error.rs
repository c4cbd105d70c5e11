//! Why embedding stopped before it was done.

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_index::LoadError;
use alexandria_store::StoreError;

use crate::blocking::Panicked;
use crate::semantic_index::IndexOpError;
use crate::shelf::ShelfError;

/// Why embedding stopped before it was done. What was recorded stays; the next run resumes there.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The model or its runtime could not be loaded.
    #[error(transparent)]
    Model(#[from] LoadError),
    /// The model failed.
    #[error(transparent)]
    Embed(#[from] alexandria_index::EmbedError),
    /// The vector index failed.
    #[error(transparent)]
    Index(#[from] IndexOpError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An interrupted deletion could not be finished.
    #[error(transparent)]
    Delete(#[from] ShelfError),
    /// It was cancelled.
    #[error("cancelled; the next run resumes where this one stopped")]
    Cancelled,
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for EmbedError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Model(error) => error.code(),
            Self::Embed(error) => error.code(),
            Self::Index(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Delete(error) => error.code(),
            Self::Cancelled => ErrorCode::Cancelled,
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
