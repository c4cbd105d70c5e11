//! Snapshots of an account's state, sealed as files of the ALX1 format (`docs/formats/blob.md`) and padded.
//!
//! A snapshot has a random salt, so that it shares no key with another. It lists in its plaintext what it covers; what the server
//! says about that is not trusted. Absent: compression, which comes before.

use zeroize::Zeroizing;

use crate::chunked::Sealer;
use crate::format::{OpenError, SealError};
use crate::keys::{ContentKeys, SecretKey};
use crate::{chunked, format};

#[cfg(test)]
mod tests;

const LENGTH_LEN: usize = 8;
/// Shorter snapshots are padded to this length in bytes, including the length field.
const MIN_PADDED_LEN: usize = 4096;

/// The snapshot keys of all epochs. The newest seals.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct SnapshotKeys(ContentKeys);

impl SnapshotKeys {
    pub(super) fn from_secrets(older: Vec<SecretKey>, newest: SecretKey) -> Self {
        Self(ContentKeys::from_epochs(older, newest, b"alx/snapshot/v1"))
    }

    #[cfg(test)]
    pub(crate) const fn content(&self) -> &ContentKeys {
        &self.0
    }

    /// Seals the snapshot `id`.
    ///
    /// # Errors
    /// When the operating system's random generator fails, or the snapshot is too long.
    pub fn seal(&self, id: &[u8; 16], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        self.seal_with(Sealer::with_content_key(self.0.newest(), id)?, plain)
    }

    pub(crate) fn seal_with(&self, mut sealer: Sealer, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let padded = padded_len(plain.len()).ok_or(SealError::TooLong)?;
        let length = u64::try_from(plain.len()).map_err(|_| SealError::TooLong)?;
        let total = format::cipher_len(u64::try_from(padded).map_err(|_| SealError::TooLong)?);
        let mut sealed = Vec::with_capacity(usize::try_from(total).map_err(|_| SealError::TooLong)?);
        sealer.push(&length.to_be_bytes(), &mut sealed)?;
        sealer.push(plain, &mut sealed)?;
        sealer.push(&vec![0; padded.saturating_sub(LENGTH_LEN + plain.len())], &mut sealed)?;
        sealer.finish(&mut sealed)?;
        Ok(sealed)
    }

    /// Opens the snapshot `id`.
    ///
    /// # Errors
    /// When it was sealed under another key or id, was changed since, or is not padded as snapshots are.
    pub fn open(&self, id: &[u8; 16], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let mut padded = Zeroizing::new(chunked::open_content(&self.0, id, sealed)?);
        let (length, rest) = padded.split_first_chunk::<LENGTH_LEN>().ok_or(OpenError::WrongLength)?;
        let length = usize::try_from(u64::from_be_bytes(*length)).map_err(|_| OpenError::WrongLength)?;
        let zeros = rest.get(length..).ok_or(OpenError::WrongLength)?;
        if padded_len(length) != Some(padded.len()) || zeros.iter().any(|byte| *byte != 0) {
            return Err(OpenError::WrongLength);
        }
        padded.copy_within(LENGTH_LEN..LENGTH_LEN + length, 0);
        padded.truncate(length);
        Ok(padded)
    }
}

/// Length with padding by the Padmé rule (Nikitin and others, "Reducing Metadata Leakage from Encrypted Files", 2019): at most
/// an eighth longer, and only so many low bits differ that the length reveals O(log log n) bits.
fn padded_len(plain_len: usize) -> Option<usize> {
    let length = plain_len.checked_add(LENGTH_LEN)?.max(MIN_PADDED_LEN);
    let exponent = length.ilog2();
    let low_bits = exponent - (exponent.ilog2() + 1);
    let mask = (1_usize << low_bits) - 1;
    Some(length.checked_add(mask)? & !mask)
}
