//! Why bytes are not a record frame.

use super::layout::MAX_CIPHERTEXT_BYTES;

/// Why bytes are not a record frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// They do not begin as a frame does.
    #[error("not a record frame")]
    NotAFrame,
    /// The frame's version or suite is not known here: a newer program wrote it.
    #[error("the record frame has version {version} and suite {suite}, which this program does not know")]
    Unknown {
        /// The frame's version.
        version: u8,
        /// The frame's suite.
        suite: u8,
    },
    /// A field has a value that no writer gives it.
    #[error("the record frame has an invalid {field}")]
    Invalid {
        /// Name of the field.
        field: &'static str,
    },
    /// The ciphertext is empty or longer than [`MAX_CIPHERTEXT_BYTES`].
    #[error("a record has 1 to {MAX_CIPHERTEXT_BYTES} bytes of ciphertext, not {bytes}")]
    Length {
        /// The length in question, in bytes.
        bytes: usize,
    },
    /// There are fewer bytes than the frame has.
    #[error("the record frame is truncated")]
    Truncated,
    /// Bytes follow the frame.
    #[error("{bytes} bytes follow the record frame")]
    Trailing {
        /// How many.
        bytes: usize,
    },
}
