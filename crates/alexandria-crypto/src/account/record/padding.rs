//! Padding, so that the length of a record tells little about what is in it.
//!
//! A padded payload is its length in four bytes, the payload, and zeros up to one of a few lengths. It has one encoding.

use zeroize::Zeroizing;

use crate::envelope;

/// The lengths in bytes that a sealed payload can have.
pub const SEALED_LENGTHS: [usize; 6] = [256, 1024, 4 * 1024, 16 * 1024, 64 * 1024, 256 * 1024];

/// Maximum length of a payload in bytes.
pub const MAX_PAYLOAD_LEN: usize = 256 * 1024 - OVERHEAD;

const LENGTH_LEN: usize = 4;
const OVERHEAD: usize = envelope::sealed_len(LENGTH_LEN);

/// Length of the sealed form of a payload.
pub(super) fn sealed_len(payload_len: usize) -> Option<usize> {
    let needed = payload_len.checked_add(OVERHEAD)?;
    SEALED_LENGTHS.into_iter().find(|length| *length >= needed)
}

pub(super) fn pad(payload: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let length = envelope::plain_len(sealed_len(payload.len())?)?;
    // Allocated once: growing would leave copies of the payload behind.
    let mut padded = Zeroizing::new(Vec::with_capacity(length));
    padded.extend_from_slice(&u32::try_from(payload.len()).ok()?.to_be_bytes());
    padded.extend_from_slice(payload);
    padded.resize(length, 0);
    Some(padded)
}

/// The payload of a padded one, unless it has another encoding than [`pad`] gives it.
pub(super) fn unpad(mut padded: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
    let (length, rest) = padded.split_first_chunk::<LENGTH_LEN>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let zeros = rest.get(length..)?;
    if sealed_len(length) != Some(envelope::sealed_len(padded.len())) || zeros.iter().any(|byte| *byte != 0) {
        return None;
    }
    padded.copy_within(LENGTH_LEN..LENGTH_LEN + length, 0);
    padded.truncate(length);
    Some(padded)
}
