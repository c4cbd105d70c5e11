//! The error of all operations on the database but opening and inserting, which have errors of their own.

use alexandria_domain::{CodedError, ErrorCode};
use rusqlite::ffi;

/// Why an operation on the database failed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has a long write transaction.
    #[error("the library is in use by another process; close it there and try again")]
    Busy,
    /// The disk is full.
    #[error("the disk is full; free some space and try again")]
    DiskFull,
    /// The file may not be written.
    #[error("the library's database may not be written; check the permissions of its folder")]
    ReadOnly,
    /// A page does not authenticate, or a stored value is invalid.
    #[error("the library's database is damaged; restore a copy of the library's folder")]
    Damaged,
    /// The operating system failed.
    #[error("the library's database cannot be read or written; check the disk")]
    Io(#[source] rusqlite::Error),
    /// The engine failed because of a bug in this crate.
    #[error("the database engine failed")]
    Engine(#[source] rusqlite::Error),
}

impl CodedError for StoreError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Busy => ErrorCode::LibraryInUse,
            Self::DiskFull => ErrorCode::DiskFull,
            Self::ReadOnly => ErrorCode::PermissionDenied,
            Self::Damaged => ErrorCode::Damaged,
            Self::Io(_) => ErrorCode::Io,
            Self::Engine(_) => ErrorCode::Internal,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error;
        match &error {
            Error::FromSqlConversionFailure(..) | Error::IntegralValueOutOfRange(..) | Error::InvalidColumnType(..) => {
                return Self::Damaged;
            }
            _ => {}
        }
        match error.sqlite_error().map(|error| error.extended_code & 0xff) {
            Some(ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED) => Self::Busy,
            Some(ffi::SQLITE_FULL) => Self::DiskFull,
            Some(ffi::SQLITE_READONLY | ffi::SQLITE_PERM) => Self::ReadOnly,
            Some(ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB) => Self::Damaged,
            Some(ffi::SQLITE_IOERR | ffi::SQLITE_CANTOPEN) => Self::Io(error),
            _ => Self::Engine(error),
        }
    }
}
