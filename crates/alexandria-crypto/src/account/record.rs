//! The payload of a sync record, sealed under the record key of an epoch and bound to the clear fields of its frame.
//!
//! The nonce cannot repeat: each record has a key of its own, derived from the epoch's record key and a salt of 256 random bits,
//! and that key seals one message. Deriving it from device, stream and number instead would need no salt, but would seal two
//! texts under one key as soon as a device that was restored from a backup writes a number again.

use zeroize::Zeroizing;

use crate::envelope::{self, EnvelopeError};
use crate::keys::SecretKey;
use crate::random::{self, RandomError};

mod padding;
#[cfg(test)]
mod tests;

pub use padding::{MAX_PAYLOAD_LEN, SEALED_LENGTHS};

const LABEL: &[u8] = b"alexandria/record/v1";

/// Why a payload cannot be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealRecordError {
    /// It has more than [`MAX_PAYLOAD_LEN`] bytes.
    #[error("the record has {length} bytes; the maximum is {MAX_PAYLOAD_LEN}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// The system's random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// Why a sealed payload does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenRecordError {
    /// This device does not have the epoch: it has not received it yet, or never will.
    #[error("the record was sealed in epoch {epoch}, whose key this device does not have")]
    UnknownEpoch {
        /// The epoch that the frame names.
        epoch: u32,
    },
    /// It was sealed under another key than the epoch's.
    #[error("the record was sealed under another key than that of its epoch")]
    WrongKey,
    /// A newer version wrote it.
    #[error("the record was sealed by a newer version of Alexandria")]
    NewerVersion,
    /// It has a length that no record has, an unknown suite, or padding that is not canonical.
    #[error("the record is damaged")]
    Malformed,
    /// The payload or a clear field of the frame was changed.
    #[error("the record is not authentic")]
    NotAuthentic,
}

impl From<EnvelopeError> for OpenRecordError {
    fn from(error: EnvelopeError) -> Self {
        match error {
            EnvelopeError::Malformed => Self::Malformed,
            EnvelopeError::NewerVersion => Self::NewerVersion,
            EnvelopeError::WrongKey => Self::WrongKey,
            EnvelopeError::NotAuthentic => Self::NotAuthentic,
        }
    }
}

/// Length in bytes of the sealed form of a payload of `payload_len` bytes: one of [`SEALED_LENGTHS`]. The frame states it before
/// the payload is sealed.
///
/// # Errors
/// When the payload is too long for a record.
pub fn sealed_len(payload_len: usize) -> Result<usize, SealRecordError> {
    padding::sealed_len(payload_len).ok_or(SealRecordError::TooLong { length: payload_len })
}

/// The record keys of all epochs. The newest seals.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct RecordKeys {
    /// Oldest first.
    older: Vec<SecretKey>,
    newest: SecretKey,
}

impl RecordKeys {
    pub(super) fn from_secrets((older, newest): (Vec<SecretKey>, SecretKey)) -> Self {
        Self { older, newest }
    }

    /// Number of the epoch that [`seal`](Self::seal) uses, which the frame names.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        u32::try_from(self.older.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Seals a payload in the newest epoch. `head` is everything in the frame that precedes the sealed payload: version, suite,
    /// device, stream, number, epoch, hash of the previous record, clock and length. It is authenticated, not stored.
    ///
    /// # Errors
    /// When the payload is too long, or the operating system's random generator fails.
    pub fn seal(&self, head: &[u8], payload: &[u8]) -> Result<Vec<u8>, SealRecordError> {
        self.seal_with_salt(head, payload, &random::bytes()?)
    }

    /// [`seal`](Self::seal) with a given salt, for the test vectors.
    pub(crate) fn seal_with_salt(
        &self,
        head: &[u8],
        payload: &[u8],
        salt: &[u8; 32],
    ) -> Result<Vec<u8>, SealRecordError> {
        let padded = padding::pad(payload).ok_or(SealRecordError::TooLong { length: payload.len() })?;
        Ok(envelope::seal_with_salt(self.newest.expose(), LABEL, head, &padded, salt))
    }

    /// Opens the sealed payload of a frame that names `epoch` and whose other fields are `head`.
    ///
    /// # Errors
    /// When this device does not have the epoch, or the frame is not what was sealed in it, complete and unchanged.
    pub fn open(&self, epoch: u32, head: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenRecordError> {
        if !SEALED_LENGTHS.contains(&sealed.len()) {
            return Err(OpenRecordError::Malformed);
        }
        let position = usize::try_from(epoch).ok().and_then(|epoch| epoch.checked_sub(1));
        let key = position.and_then(|position| self.older.iter().chain([&self.newest]).nth(position));
        let key = key.ok_or(OpenRecordError::UnknownEpoch { epoch })?;
        let padded = envelope::open_vec(key.expose(), LABEL, head, sealed)?;
        padding::unpad(padded).ok_or(OpenRecordError::Malformed)
    }
}
