//! Sealed files with random access: books, in the ALX1 format (`docs/formats/blob.md`).
//!
//! [`BlobWriter`] seals what is written to it; [`BlobReader`] opens any part of a finished blob without reading the rest.
//! Absent: paths, temporary files and fsync, which are the blob store's.

pub mod cloud;

mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub use reader::BlobReader;
pub use writer::BlobWriter;

use crate::format::{OpenError, SealError};

/// Why a blob cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The underlying file failed.
    #[error("the sealed file cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Opening failed.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// An earlier write to this blob failed, so the writer cannot continue.
    #[error("an earlier write to the sealed file failed")]
    Poisoned,
}

/// Carries the error through `std::io` traits; [`std::io::Error::get_ref`] returns it.
impl From<BlobError> for std::io::Error {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Io(error) => error,
            BlobError::Open(_) => Self::new(std::io::ErrorKind::InvalidData, error),
            BlobError::Seal(_) | BlobError::Poisoned => Self::other(error),
        }
    }
}
