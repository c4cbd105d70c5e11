//! The positions of chunks: conversions between lengths and ranges of plaintext and ciphertext, in closed form.

use std::ops::Range;

use super::OpenError;
use super::header::HEADER_LEN;
use crate::hazmat::TAG_LEN;

/// Plaintext length of every chunk but the last.
pub(crate) const CHUNK_LEN: usize = 1 << 16;
/// Stored length of every chunk but the last.
pub(crate) const SEALED_CHUNK_LEN: usize = CHUNK_LEN + TAG_LEN;

const CHUNK: u64 = CHUNK_LEN as u64;
const SEALED_CHUNK: u64 = SEALED_CHUNK_LEN as u64;
const HEADER: u64 = HEADER_LEN as u64;
const TAG: u64 = TAG_LEN as u64;

/// Stored length of a file with `plain_len` bytes of plaintext.
pub(crate) const fn cipher_len(plain_len: u64) -> u64 {
    let chunks = if plain_len == 0 { 1 } else { plain_len.div_ceil(CHUNK) };
    HEADER.saturating_add(plain_len).saturating_add(chunks.saturating_mul(TAG))
}

/// The chunk layout of one file, derived from its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    plain_len: u64,
    last_chunk: u32,
}

impl Layout {
    /// The layout of a stored file of `cipher_len` bytes, if a file can have that length.
    pub(crate) fn from_cipher_len(cipher_len: u64) -> Result<Self, OpenError> {
        let body = cipher_len.checked_sub(HEADER).filter(|&body| body >= TAG).ok_or(OpenError::WrongLength)?;
        let chunks = body.div_ceil(SEALED_CHUNK);
        let last_chunk = u32::try_from(chunks - 1).map_err(|_| OpenError::WrongLength)?;
        let last_len = body - u64::from(last_chunk) * SEALED_CHUNK;
        // Only the empty file has an empty chunk.
        if last_len < TAG || (last_len == TAG && last_chunk > 0) {
            return Err(OpenError::WrongLength);
        }
        Ok(Self { plain_len: body - chunks * TAG, last_chunk })
    }

    /// The layout of a file with `plain_len` bytes of plaintext, unless that is too long.
    pub(crate) fn from_plain_len(plain_len: u64) -> Option<Self> {
        Self::from_cipher_len(cipher_len(plain_len)).ok().filter(|layout| layout.plain_len == plain_len)
    }

    /// Plaintext length in bytes.
    pub(crate) const fn plain_len(&self) -> u64 {
        self.plain_len
    }

    /// Number of the last chunk, counted from 0.
    pub(crate) const fn last_chunk(&self) -> u32 {
        self.last_chunk
    }

    /// The chunk that holds the byte at `offset`, and the offset within it. The end of the file belongs to the last chunk.
    pub(crate) fn locate(&self, offset: u64) -> (u32, usize) {
        let chunk = u32::try_from(offset / CHUNK).unwrap_or(u32::MAX).min(self.last_chunk);
        let within = offset.saturating_sub(u64::from(chunk) * CHUNK);
        (chunk, usize::try_from(within).unwrap_or(CHUNK_LEN).min(CHUNK_LEN))
    }

    /// Plaintext length of a chunk.
    pub(crate) fn plain_chunk_len(&self, chunk: u32) -> usize {
        let rest = self.plain_len.saturating_sub(u64::from(chunk) * CHUNK);
        usize::try_from(rest).map_or(CHUNK_LEN, |rest| rest.min(CHUNK_LEN))
    }

    /// The stored range of a chunk.
    pub(crate) fn sealed_chunk(&self, chunk: u32) -> Range<u64> {
        let start = HEADER + u64::from(chunk) * SEALED_CHUNK;
        start..start + self.plain_chunk_len(chunk) as u64 + TAG
    }

    /// The first and the last chunk that hold `plain`; `None` for an empty range.
    pub(crate) fn chunks_for(&self, plain: &Range<u64>) -> Result<Option<(u32, u32)>, OpenError> {
        if plain.start > plain.end || plain.end > self.plain_len {
            return Err(OpenError::OutOfRange);
        }
        if plain.is_empty() {
            return Ok(None);
        }
        Ok(Some((self.locate(plain.start).0, self.locate(plain.end - 1).0)))
    }

    /// The stored range of the chunks that hold `plain`. Empty for an empty range.
    pub(crate) fn sealed_range(&self, plain: &Range<u64>) -> Result<Range<u64>, OpenError> {
        Ok(match self.chunks_for(plain)? {
            Some((first, last)) => self.sealed_chunk(first).start..self.sealed_chunk(last).end,
            None => HEADER..HEADER,
        })
    }
}

#[cfg(test)]
mod tests;
