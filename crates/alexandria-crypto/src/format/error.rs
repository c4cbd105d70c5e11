//! Why sealing or opening fails.

use crate::keys::KeyId;
use crate::random::RandomError;

/// Why data cannot be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The system's random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// More than 2^32 chunks.
    #[error("the file exceeds 256 TiB")]
    TooLong,
}

/// Why sealed data does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The header does not begin with `ALX1`, or breaks the rules of its version.
    #[error("not a sealed file")]
    NotSealed,
    /// A newer version wrote the file.
    #[error("the file was sealed by a newer version of Alexandria")]
    NewerVersion,
    /// The header names a key that is not among the given ones: the file belongs to another library, or to an epoch that
    /// this key ring does not have.
    #[error("the file was sealed under the unknown key {id}")]
    UnknownKey {
        /// The id in the header.
        id: KeyId,
    },
    /// The header was changed, or the file was sealed under another key with the same id.
    #[error("the file was sealed under another key")]
    WrongKey,
    /// No sealed file has this length: it was truncated or extended.
    #[error("the sealed file is truncated or too long")]
    WrongLength,
    /// A chunk was changed or moved, or belongs to another file.
    #[error("chunk {chunk} of the sealed file is not authentic")]
    NotAuthentic {
        /// Number of the chunk, from 0.
        chunk: u32,
    },
    /// The range ends after the file does, or the ciphertext does not cover it exactly.
    #[error("the range lies outside the sealed file")]
    OutOfRange,
}
