//! Why something could not be read.

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_extract::{ExtractError, ThumbnailError};
use alexandria_store::{BlobStoreError, StoreError};
use alexandria_worker::WorkerError;

use crate::blocking::Panicked;
use crate::change::ChangeError;

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No such publication.
    #[error("there is no such publication")]
    NoPublication,
    /// The publication has no section or resource with this address.
    #[error("the publication has no such section or resource")]
    NoResource,
    /// The text that a locator quotes is not in the publication.
    #[error("the quoted text is not in this publication")]
    QuoteNotFound,
    /// The publication's file cannot be read.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The process that reads the publication's pages failed.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// The encrypted file is missing or cannot be opened.
    #[error(transparent)]
    BlobStore(#[from] BlobStoreError),
    /// The cover is not an image that can be shown.
    #[error(transparent)]
    Thumbnail(#[from] ThumbnailError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The change could not be recorded.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for ReadError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoPublication | Self::NoResource | Self::QuoteNotFound => ErrorCode::NotFound,
            Self::Extract(error) => error.code(),
            Self::Worker(error) => error.code(),
            Self::BlobStore(error) => error.code(),
            Self::Thumbnail(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Change(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
