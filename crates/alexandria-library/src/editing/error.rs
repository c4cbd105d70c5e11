//! Why publications could not be edited.

use alexandria_domain::annotation::MAX_TAG_BYTES;
use alexandria_domain::edits::MAX_RATING;
use alexandria_domain::{CodedError, ErrorCode};
use alexandria_store::StoreError;

use super::limits::{MAX_AUTHORS, MAX_DESCRIPTION_BYTES, MAX_SERIES_NUMBER, MAX_TEXT_BYTES};
use crate::blocking::Panicked;
use crate::change::ChangeError;

/// Why publications could not be edited. None of them was.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// No publication has this id.
    #[error("there is no publication with the id {0}")]
    NotFound(String),
    /// A title without a character.
    #[error("a title cannot be empty")]
    EmptyTitle,
    /// A text beyond its limit.
    #[error("the {0} is longer than {MAX_TEXT_BYTES} bytes")]
    TooLong(&'static str),
    /// A description beyond its limit.
    #[error("the description is longer than {MAX_DESCRIPTION_BYTES} bytes")]
    DescriptionTooLong,
    /// More authors than there can be.
    #[error("there are more than {MAX_AUTHORS} authors")]
    TooManyAuthors,
    /// A number in a series that is none.
    #[error("`{0}` is not a number in a series; it is 0 to {MAX_SERIES_NUMBER}, such as 2 or 1.5")]
    InvalidSeriesNumber(String),
    /// A number in a series without its name.
    #[error("a number in a series needs the name of the series")]
    NumberWithoutSeries,
    /// A language that is no tag.
    #[error("`{0}` is not a language tag such as en or pt-br")]
    InvalidLanguage(String),
    /// A rating beyond the stars that there are.
    #[error("{0} is not a rating; a rating is 0 to {MAX_RATING}")]
    InvalidRating(u8),
    /// A tag is empty or too long.
    #[error("a tag has 1 to {MAX_TAG_BYTES} bytes and no line breaks")]
    InvalidTag,
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

impl CodedError for EditError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::EmptyTitle
            | Self::TooLong(_)
            | Self::DescriptionTooLong
            | Self::TooManyAuthors
            | Self::InvalidSeriesNumber(_)
            | Self::NumberWithoutSeries
            | Self::InvalidLanguage(_)
            | Self::InvalidRating(_)
            | Self::InvalidTag => ErrorCode::InvalidInput,
            Self::Store(error) => error.code(),
            Self::Change(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
