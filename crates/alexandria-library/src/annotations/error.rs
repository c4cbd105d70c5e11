//! Why an annotation could not be made, changed or read.

use alexandria_domain::annotation::{MAX_NOTE_BYTES, MAX_TAG_BYTES};
use alexandria_domain::{CodedError, ErrorCode};
use alexandria_extract::ForeignNotesError;
use alexandria_store::StoreError;

use crate::blocking::Panicked;
use crate::change::ChangeError;

/// Why an annotation could not be made, changed or read.
#[derive(Debug, thiserror::Error)]
pub enum AnnotationError {
    /// No such publication.
    #[error("there is no such publication")]
    NoPublication,
    /// No annotation has this id.
    #[error("there is no annotation with the id {0}")]
    NotFound(String),
    /// An abbreviated id that more than one annotation has.
    #[error("more than one annotation has an id that starts with {0}")]
    Ambiguous(String),
    /// The text to be marked is not in the publication.
    #[error("the quoted text is not in this publication")]
    QuoteNotFound,
    /// The note is too long to be stored and sent to other devices.
    #[error("the note is longer than {MAX_NOTE_BYTES} bytes")]
    NoteTooLong,
    /// A tag is empty or too long.
    #[error("a tag has 1 to {MAX_TAG_BYTES} bytes and no line breaks")]
    InvalidTag,
    /// A file of notes cannot be read.
    #[error("the file cannot be read: {1}")]
    File(ErrorCode, String),
    /// A file is no export of notes, or is damaged.
    #[error(transparent)]
    Foreign(#[from] ForeignNotesError),
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

impl CodedError for AnnotationError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoPublication | Self::NotFound(_) | Self::QuoteNotFound => ErrorCode::NotFound,
            Self::Ambiguous(_) | Self::NoteTooLong | Self::InvalidTag => ErrorCode::InvalidInput,
            Self::File(code, _) => *code,
            Self::Foreign(error) => match error {
                ForeignNotesError::UnknownFormat => ErrorCode::UnsupportedFormat,
                ForeignNotesError::NotUtf8 | ForeignNotesError::Malformed { .. } => ErrorCode::Malformed,
                ForeignNotesError::TooMany => ErrorCode::LimitExceeded,
            },
            Self::Store(error) => error.code(),
            Self::Change(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
