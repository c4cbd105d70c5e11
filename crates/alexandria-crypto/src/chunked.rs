//! Buffers and ranges in the ALX1 format, for the object store of the vector index.
//!
//! The store fetches byte ranges of files itself: the header, and the ciphertext that covers a plaintext range
//! ([`Opener::cipher_range`]). The length of a file is authentic only after its last chunk has been opened, by a range that
//! reaches the end or by [`Opener::verify_end`].

use std::ops::Range;

use crate::format::{self, Layout};
pub use crate::format::{OpenError, SealError};
use crate::keys::{ContentKeys, IndexKey};

mod opener;
mod sealer;
#[cfg(test)]
mod tests;

pub use opener::Opener;
pub use sealer::Sealer;
pub(crate) use sealer::Sink;

/// Length of a file's header in bytes.
pub const HEADER_LEN: usize = format::HEADER_LEN;
/// Plaintext length of every chunk but the last.
pub const CHUNK_LEN: usize = format::CHUNK_LEN;

/// Stored length of a file with `plain_len` bytes of plaintext.
#[must_use]
pub const fn cipher_len(plain_len: u64) -> u64 {
    format::cipher_len(plain_len)
}

/// Plaintext length of a stored file of `cipher_len` bytes.
///
/// # Errors
/// [`OpenError::WrongLength`] if no file can have that length.
pub fn plain_len(cipher_len: u64) -> Result<u64, OpenError> {
    Layout::from_cipher_len(cipher_len).map(|layout| layout.plain_len())
}

/// The stored range of the chunks that hold the plaintext range `plain` of a stored file of `cipher_len` bytes.
///
/// # Errors
/// When no file can have that length, or the range ends after the file does.
pub fn cipher_range(plain: Range<u64>, cipher_len: u64) -> Result<Range<u64>, OpenError> {
    Layout::from_cipher_len(cipher_len)?.sealed_range(&plain)
}

/// Seals a buffer as the file `id`.
///
/// # Errors
/// When the operating system's random generator fails.
pub fn seal(key: &IndexKey, id: &[u8; 16], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let total = cipher_len(u64::try_from(plain.len()).map_err(|_| SealError::TooLong)?);
    let mut sealed = Vec::with_capacity(usize::try_from(total).map_err(|_| SealError::TooLong)?);
    let mut sealer = Sealer::new(key, id)?;
    sealer.push(plain, &mut sealed)?;
    sealer.finish(&mut sealed)?;
    Ok(sealed)
}

/// Opens the complete sealed file `id`.
///
/// # Errors
/// When it was sealed under another key or id, or was changed since.
pub fn open(key: &IndexKey, id: &[u8; 16], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
    open_content(key.content(), id, sealed)
}

/// [`open`] with the one of `keys` that the header names.
pub(crate) fn open_content(keys: &ContentKeys, id: &[u8; 16], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
    let (header, body) = sealed.split_first_chunk().ok_or(OpenError::WrongLength)?;
    let length = u64::try_from(sealed.len()).map_err(|_| OpenError::WrongLength)?;
    let opener = Opener::with_content_keys(keys, id, header, length)?;
    if opener.plain_len() == 0 {
        return opener.verify_end(body).map(|()| Vec::new());
    }
    opener.open_range(0..opener.plain_len(), body)
}
