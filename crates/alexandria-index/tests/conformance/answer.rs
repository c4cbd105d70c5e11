//! The observable result of an operation, in the same form for every store.

use std::ops::Range;

use object_store::Error;

/// A store's answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Success without a value.
    Done,
    /// Bytes, their range in the object, and the object's length.
    Read { bytes: Digest, range: Range<u64>, size: u64 },
    /// The bytes of several ranges.
    Parts(Vec<Digest>),
    /// An object's length.
    Size(u64),
    /// Objects and their lengths, by name.
    Listed(Vec<(String, u64)>),
    /// The folders and objects of one level.
    Level { folders: Vec<String>, objects: Vec<(String, u64)> },
    /// The paths of a bulk deletion, in order.
    Deleted(Vec<Result<String, Kind>>),
    /// An error.
    Failed(Kind),
}

/// Bytes in a printable form: their number and a checksum.
#[derive(PartialEq, Eq)]
pub(crate) struct Digest {
    length: usize,
    sum: u64,
}

impl Digest {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        // FNV-1a: sufficient to distinguish content that is not chosen to collide.
        let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self { length: bytes.len(), sum: bytes.iter().fold(0xcbf2_9ce4_8422_2325, step) }
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes #{:016x}", self.length, self.sum)
    }
}

/// A kind of error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Generic,
    NotFound,
    AlreadyExists,
    Precondition,
    NotModified,
    NotImplemented,
    Other,
}

impl Kind {
    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::Generic { .. } => Self::Generic,
            Error::NotFound { .. } => Self::NotFound,
            Error::AlreadyExists { .. } => Self::AlreadyExists,
            Error::Precondition { .. } => Self::Precondition,
            Error::NotModified { .. } => Self::NotModified,
            Error::NotImplemented { .. } => Self::NotImplemented,
            _ => Self::Other,
        }
    }
}

impl From<Error> for Answer {
    fn from(error: Error) -> Self {
        Self::Failed(Kind::of(&error))
    }
}
