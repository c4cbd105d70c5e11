//! Why the index failed, and what that means for it.

use std::error::Error;
use std::io;

use alexandria_crypto::chunked::OpenError;
use alexandria_domain::{CodedError, ErrorCode};

/// Why an operation on the vector index failed.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Files were changed, removed, sealed under another key or written in another format.
    #[error(
        "the index for search by meaning is damaged or of another version; `alexandria doctor --repair` begins it \
         anew"
    )]
    Damaged(#[source] Option<Box<dyn Error + Send + Sync>>),
    /// The operating system failed.
    #[error("the index for search by meaning cannot be read or written; check the disk's space and permissions")]
    Io(#[source] io::Error),
    /// The folder's path is relative, or a row's vector is not finite.
    #[error("the index for search by meaning refuses {0}")]
    InvalidInput(&'static str),
    /// LanceDB failed for a reason of its own.
    #[error(
        "the index for search by meaning failed; restart Alexandria, and use `alexandria doctor --repair` if that does \
         not help"
    )]
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

impl From<lancedb::Error> for IndexError {
    /// Looks for the cause that matters; Lance wraps it in layers that differ from operation to operation.
    fn from(error: lancedb::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(error_here) = cause {
            if is_damage(error_here) {
                return Self::Damaged(Some(Box::new(error)));
            }
            // Made anew from its number: an error inside a chain cannot be taken out of it.
            if let Some(number) = error_here.downcast_ref().and_then(io::Error::raw_os_error) {
                return Self::Io(io::Error::from_raw_os_error(number));
            }
            cause = error_here.source();
        }
        Self::Engine(error)
    }
}

/// Whether an error says that a file is not what it was: every byte is authenticated, so these are all the ways.
fn is_damage(error: &(dyn Error + 'static)) -> bool {
    let gone = |error: &object_store::Error| matches!(error, object_store::Error::NotFound { .. });
    let gone_or_broken = |error: &lance_core::Error| {
        matches!(error.find_root(), lance_core::Error::NotFound { .. } | lance_core::Error::CorruptFile { .. })
    };
    error.is::<OpenError>()
        || error.downcast_ref().is_some_and(gone)
        || error.downcast_ref().is_some_and(gone_or_broken)
        || matches!(error.downcast_ref(), Some(lancedb::Error::TableCorrupted { .. }))
}
