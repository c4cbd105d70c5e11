//! Why the database could not be opened.

use std::io;

use alexandria_domain::{CodedError, ErrorCode};

use crate::database_file::FILE_NAME;
use crate::error::StoreError;

/// Why the database could not be opened. Nothing on disk was changed, unless a migration is named.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database engine was built without encryption.
    #[error("this build of Alexandria has no database encryption and will not store anything")]
    NoCipher,
    /// The file is a plaintext database.
    #[error("the library's database is not encrypted, so Alexandria did not write it; its file is {FILE_NAME}")]
    Plaintext,
    /// The file was created with another key.
    #[error("the library's key does not open its database; the vault and the database are of different libraries")]
    WrongKey,
    /// The file is truncated, or a page does not authenticate.
    #[error("the library's database is damaged")]
    Damaged,
    /// There is no file, or an empty one, although there are files of books: the library has lost it.
    #[error("the library's database {FILE_NAME} is missing or empty, although its books are there")]
    Missing,
    /// A newer version of Alexandria wrote the file.
    #[error("the library was written by a newer version of Alexandria (schema {found}, this one knows {known})")]
    Newer {
        /// Schema version of the file.
        found: u32,
        /// Newest schema version this build knows.
        known: u32,
    },
    /// The file, or the copy before a migration, cannot be read or written.
    #[error("the library's database cannot be opened: {0}")]
    Io(#[from] io::Error),
    /// The engine failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CodedError for OpenError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoCipher => ErrorCode::Internal,
            Self::Plaintext | Self::WrongKey | Self::Damaged | Self::Missing => ErrorCode::Damaged,
            Self::Newer { .. } => ErrorCode::NewerVersion,
            Self::Io(error) => ErrorCode::of_io(error),
            Self::Store(error) => error.code(),
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}
