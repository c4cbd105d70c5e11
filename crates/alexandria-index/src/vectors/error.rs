//! Errors of the vector index.

use std::error::Error;
use std::io;

use alexandria_crypto::chunked::OpenError;
use alexandria_domain::{CodedError, ErrorCode};

/// Why an operation on the vector index failed.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Files were changed, removed, encrypted under another key or written in another format.
    #[error("the vector index is damaged or of another version")]
    Damaged(#[source] Option<Box<dyn Error + Send + Sync>>),
    /// A file operation failed.
    #[error("the vector index cannot be read or written")]
    Io(#[source] io::Error),
    /// The folder's path is relative, or a vector is not finite.
    #[error("invalid input for the vector index: {0}")]
    InvalidInput(&'static str),
    /// LanceDB failed for another reason.
    #[error("the vector index failed")]
    Engine(#[source] lancedb::Error),
}

impl CodedError for IndexError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Damaged(_) => ErrorCode::Damaged,
            Self::Io(error) => ErrorCode::of_io(error),
            Self::InvalidInput(_) => ErrorCode::InvalidInput,
            Self::Engine(_) => ErrorCode::Internal,
        }
    }
}

/// The table is not on the local file system, which [`open`](super::VectorIndex::open) rules out.
pub(super) const NOT_LOCAL: IndexError = IndexError::InvalidInput("a table that is not on a local disk");

/// The error of a blocking task that did not finish because the async runtime is shutting down.
pub(super) fn task_failed(error: tokio::task::JoinError) -> IndexError {
    IndexError::Io(error.into())
}

/// The error of a file of the index that cannot be read. A missing or short file is damage.
pub(super) fn read_failed(error: io::Error) -> IndexError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof => IndexError::Damaged(Some(Box::new(error))),
        _ => IndexError::Io(error),
    }
}

impl From<lancedb::Error> for IndexError {
    /// Searches the chain of sources for damage or an I/O error, because Lance wraps them differently by operation.
    fn from(error: lancedb::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(current) = cause {
            if is_damage(current) {
                return Self::Damaged(Some(Box::new(error)));
            }
            // Recreated from its number: an error inside a chain cannot be moved out.
            if let Some(number) = current.downcast_ref().and_then(io::Error::raw_os_error) {
                return Self::Io(io::Error::from_raw_os_error(number));
            }
            cause = current.source();
        }
        Self::Engine(error)
    }
}

/// Whether an error shows that a file is missing or was changed. Every byte is authenticated, so the list is complete.
fn is_damage(error: &(dyn Error + 'static)) -> bool {
    let is_missing = |error: &object_store::Error| matches!(error, object_store::Error::NotFound { .. });
    let is_missing_or_corrupt = |error: &lance_core::Error| {
        matches!(error.find_root(), lance_core::Error::NotFound { .. } | lance_core::Error::CorruptFile { .. })
    };
    error.is::<OpenError>()
        || error.downcast_ref().is_some_and(is_missing)
        || error.downcast_ref().is_some_and(is_missing_or_corrupt)
        || matches!(error.downcast_ref(), Some(lancedb::Error::TableCorrupted { .. }))
}
