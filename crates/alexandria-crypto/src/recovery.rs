//! A library key sealed under a recovery code, which a person keeps on paper.
//!
//! A code has 130 random bits, so it needs no stretching: the sealing key is derived from it directly. The `code` module
//! defines how a code is written.

use zeroize::Zeroizing;

use crate::envelope::{self, EnvelopeError};
use crate::hazmat;
use crate::keys::{LibraryKey, SecretKey};
use crate::random::{self, RandomError};

mod code;
#[cfg(test)]
mod tests;

pub use code::{InvalidRecoveryCode, RecoveryCode};

const CODE_LABEL: &[u8] = b"alexandria/recovery-code/v1";
const SLOT_LABEL: &[u8] = b"alexandria/recovery-slot/v1";

/// Why a recovery code does not open a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenRecoveryError {
    /// It was sealed under another code.
    #[error("the recovery code belongs to another library, or was replaced by a newer code")]
    WrongCode,
    /// The sealed key was changed, or a newer version wrote it.
    #[error(transparent)]
    Envelope(EnvelopeError),
}

/// A library key sealed under a recovery code. It is not secret; changing it makes it fail to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoverySlot {
    /// The sealed key.
    pub envelope: Vec<u8>,
}

impl RecoverySlot {
    /// Seals `key` under `code`.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn seal(key: &LibraryKey, code: &RecoveryCode) -> Result<Self, RandomError> {
        Ok(Self::seal_with_salt(key, code, &random::bytes()?))
    }

    /// [`seal`](Self::seal) with a given salt, for the test vectors.
    pub(crate) fn seal_with_salt(key: &LibraryKey, code: &RecoveryCode, salt: &[u8; 32]) -> Self {
        Self { envelope: envelope::seal_with_salt(sealing_key(code).expose(), SLOT_LABEL, &[], key.expose(), salt) }
    }

    /// Opens the slot.
    ///
    /// # Errors
    /// When the code is wrong, or the slot was changed.
    pub fn open(&self, code: &RecoveryCode) -> Result<LibraryKey, OpenRecoveryError> {
        let opened = envelope::open(sealing_key(code).expose(), SLOT_LABEL, &[], &self.envelope);
        let mut key = opened.map_err(|error| match error {
            EnvelopeError::WrongKey => OpenRecoveryError::WrongCode,
            other => OpenRecoveryError::Envelope(other),
        })?;
        Ok(LibraryKey::take(&mut key))
    }
}

/// HKDF of the code's secret digits in ASCII. No salt: each envelope has its own.
fn sealing_key(code: &RecoveryCode) -> SecretKey {
    let mut key = Zeroizing::new([0; 32]);
    hazmat::expand(code.expose_secret_digits().as_bytes(), &[], &[CODE_LABEL], &mut key);
    SecretKey::take(&mut key)
}
