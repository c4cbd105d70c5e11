//! Why sealing or opening fails.

use crate::random::RandomError;

/// Why data cannot be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// No salt can be made.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// More than 2^32 chunks.
    #[error("a file above 256 TiB cannot be sealed; split it")]
    TooLong,
}

/// Why sealed data does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The header does not begin with `ALX1`, or breaks the rules of its version.
    #[error("this is not a sealed file; restore it from a backup or import the book again")]
    NotSealed,
    /// A newer version wrote the file.
    #[error("a newer version of Alexandria sealed this file; update Alexandria")]
    NewerVersion,
    /// The file was sealed under another key.
    #[error("the file was sealed under another key; it belongs to another library")]
    WrongKey,
    /// No sealed file has this length: it was cut off or added to.
    #[error("the sealed file is cut off or too long; restore it from a backup or import the book again")]
    WrongLength,
    /// A chunk was changed, moved or belongs to another file.
    #[error("part {chunk} of the sealed file has been changed; restore it from a backup or import the book again")]
    NotAuthentic {
        /// Number of the chunk, from 0.
        chunk: u32,
    },
    /// A range that ends after the file does, or ciphertext that is not what the range needs.
    #[error("the range lies outside the sealed file; ask for a range within its length")]
    OutOfRange,
}
