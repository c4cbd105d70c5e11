//! Why a collection could not be made, changed or read.

use alexandria_domain::collection::MAX_COLLECTION_NAME_BYTES;
use alexandria_domain::{CodedError, ErrorCode, QueryError};
use alexandria_store::StoreError;

use crate::blocking::Panicked;
use crate::change::ChangeError;

/// Why a collection could not be made, changed or read.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// No collection has this id.
    #[error("there is no collection with the id {0}")]
    NotFound(String),
    /// No publication has this id.
    #[error("there is no publication with the id {0}")]
    NoPublication(String),
    /// A name that is empty or too long.
    #[error("the name of a collection has 1 to {MAX_COLLECTION_NAME_BYTES} bytes and no line breaks")]
    InvalidName,
    /// Another collection has the name.
    #[error("there is a collection with this name already")]
    NameTaken,
    /// The filter cannot be understood.
    #[error(transparent)]
    Filter(#[from] QueryError),
    /// The filter of a collection selects by collection.
    #[error("the filter of a collection cannot use `collection:`")]
    FilterWithinFilter,
    /// The filter lets everything through.
    #[error("the filter of a collection cannot be empty")]
    EmptyFilter,
    /// A filter fills the collection, so nothing can be put into it.
    #[error("this collection is filled by its filter; no books can be put into it or taken out")]
    HasFilter,
    /// The collection is filled by hand, so it has no filter to change.
    #[error("this collection is filled by hand; it has no filter")]
    HasNoFilter,
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

impl CodedError for CollectionError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound(_) | Self::NoPublication(_) => ErrorCode::NotFound,
            Self::InvalidName | Self::NameTaken | Self::HasFilter | Self::HasNoFilter => ErrorCode::InvalidInput,
            Self::Filter(_) | Self::FilterWithinFilter | Self::EmptyFilter => ErrorCode::MalformedQuery,
            Self::Store(error) => error.code(),
            Self::Change(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
