//! Whole buffers and ranges in the ALX1 format, for the vector index's object store.
//!
//! The store works on byte ranges of files that it fetches itself. It reads the header and the ciphertext that covers a
//! plaintext range ([`Opener::cipher_range`]) and gets plaintext back. A file's length is only certain once its last
//! chunk has been opened: by a range that reaches the end, or by [`Opener::verify_end`].

use std::ops::Range;

use crate::format::{self, Layout};
pub use crate::format::{OpenError, SealError};
use crate::keys::IndexKey;

mod opener;
mod sealer;
#[cfg(test)]
mod tests;

pub use opener::Opener;
pub use sealer::Sealer;

/// Bytes of a file's header, which has to be read before anything else.
pub const HEADER_LEN: usize = format::HEADER_LEN;
/// Plaintext bytes of every chunk but the last.
pub const CHUNK_LEN: usize = format::CHUNK_LEN;

/// Stored length of a file with `plain_len` bytes of plaintext.
#[must_use]
pub const fn cipher_len(plain_len: u64) -> u64 {
    format::cipher_len(plain_len)
}

/// Plaintext length of a stored file of `cipher_len` bytes.
///
/// # Errors
/// [`OpenError::WrongLength`] if no file has that length.
pub fn plain_len(cipher_len: u64) -> Result<u64, OpenError> {
    Layout::of_sealed(cipher_len).map(|layout| layout.plain_len())
}

/// The stored bytes that hold the plaintext range `plain` of a stored file of `cipher_len` bytes: whole chunks.
///
/// # Errors
/// When no file has that length, or the range ends after it does.
pub fn cipher_range(plain: Range<u64>, cipher_len: u64) -> Result<Range<u64>, OpenError> {
    Layout::of_sealed(cipher_len)?.sealed_range(&plain)
}

/// Seals a whole buffer as the file called `id`.
///
/// # Errors
/// When the operating system has no randomness.
pub fn seal(key: &IndexKey, id: &[u8; 16], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let total = cipher_len(u64::try_from(plain.len()).map_err(|_| SealError::TooLong)?);
    let mut sealed = Vec::with_capacity(usize::try_from(total).map_err(|_| SealError::TooLong)?);
    let mut sealer = Sealer::new(key, id)?;
    sealer.push(plain, &mut sealed)?;
    sealer.finish(&mut sealed)?;
    Ok(sealed)
}

/// Opens a whole sealed file called `id`.
///
/// # Errors
/// When it was sealed under another key or id, or was changed since.
pub fn open(key: &IndexKey, id: &[u8; 16], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
    let (header, body) = sealed.split_first_chunk().ok_or(OpenError::WrongLength)?;
    let length = u64::try_from(sealed.len()).map_err(|_| OpenError::WrongLength)?;
    let opener = Opener::new(key, id, header, length)?;
    if opener.plain_len() == 0 {
        return opener.verify_end(body).map(|()| Vec::new());
    }
    opener.open_range(0..opener.plain_len(), body)
}
