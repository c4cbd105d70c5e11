//! Opening ranges of a sealed file.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::format::{FileCipher, HEADER_LEN, Layout, OpenError, SEALED_CHUNK_LEN};
use crate::keys::{ContentKeys, IndexKey};

/// Opens ranges of one sealed file with a known header and length. The caller fetches the ciphertext.
pub struct Opener {
    cipher: FileCipher,
    layout: Layout,
}

impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opener").field("layout", &self.layout).finish_non_exhaustive()
    }
}

impl Opener {
    /// Prepares to open the file `id` with this `header` and a stored length of `cipher_len` bytes.
    ///
    /// # Errors
    /// When the header is invalid, was changed or belongs to another key, or no file can have that length. The last chunk
    /// authenticates the length.
    pub fn new(key: &IndexKey, id: &[u8; 16], header: &[u8; HEADER_LEN], cipher_len: u64) -> Result<Self, OpenError> {
        Self::with_content_keys(key.content(), id, header, cipher_len)
    }

    pub(crate) fn with_content_keys(
        keys: &ContentKeys,
        id: &[u8; 16],
        header: &[u8; HEADER_LEN],
        cipher_len: u64,
    ) -> Result<Self, OpenError> {
        Ok(Self { cipher: FileCipher::open(keys, id, header)?, layout: Layout::from_cipher_len(cipher_len)? })
    }

    /// Plaintext length in bytes, provided that the last chunk is authentic.
    #[must_use]
    pub fn plain_len(&self) -> u64 {
        self.layout.plain_len()
    }

    /// The stored range of the chunks that hold the plaintext range `plain`. Empty for an empty range.
    ///
    /// # Errors
    /// When the range ends after the file does.
    pub fn cipher_range(&self, plain: &Range<u64>) -> Result<Range<u64>, OpenError> {
        self.layout.sealed_range(plain)
    }

    /// The stored range of the last chunk.
    #[must_use]
    pub fn end_range(&self) -> Range<u64> {
        self.layout.sealed_chunk(self.layout.last_chunk())
    }

    /// Verifies the length of the file, given the stored bytes of [`end_range`](Self::end_range).
    ///
    /// # Errors
    /// When chunks were removed from or added to the end, or the last one was changed.
    pub fn verify_end(&self, sealed: &[u8]) -> Result<(), OpenError> {
        let last = self.layout.last_chunk();
        let mut plain = Zeroizing::new(vec![0; self.layout.plain_chunk_len(last)]);
        self.open_chunk(last, sealed, &mut plain)
    }

    /// Opens the plaintext range `plain` from `sealed`, the stored bytes of [`cipher_range`](Self::cipher_range).
    ///
    /// # Errors
    /// When the range ends after the file does, `sealed` does not cover it exactly, or any of its chunks was changed.
    pub fn open_range(&self, plain: Range<u64>, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let stored = self.cipher_range(&plain)?;
        if u64::try_from(sealed.len()).ok() != stored.end.checked_sub(stored.start) {
            return Err(OpenError::OutOfRange);
        }
        let length = usize::try_from(plain.end - plain.start).map_err(|_| OpenError::OutOfRange)?;
        let mut opened = vec![0; length];
        let Some((first, _)) = self.layout.chunks_for(&plain)? else { return Ok(opened) };
        let (_, mut skip) = self.layout.locate(plain.start);
        let mut edge = Zeroizing::new(Vec::new());
        let mut rest = opened.as_mut_slice();
        for (number, chunk) in (first..).zip(sealed.chunks(SEALED_CHUNK_LEN)) {
            let chunk_len = self.layout.plain_chunk_len(number);
            let wanted = chunk_len.saturating_sub(skip).min(rest.len());
            let (target, later) = rest.split_at_mut(wanted);
            rest = later;
            if wanted == chunk_len {
                self.open_chunk(number, chunk, target)?;
            } else {
                // Only the first and the last chunk of a range can be partial.
                edge.resize(chunk_len, 0);
                self.open_chunk(number, chunk, &mut edge)?;
                let part = edge.get(skip..skip + wanted).ok_or(OpenError::OutOfRange)?;
                target.copy_from_slice(part);
            }
            skip = 0;
        }
        Ok(opened)
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Opens one chunk.
    pub(crate) fn open_chunk(&self, number: u32, sealed: &[u8], plain: &mut [u8]) -> Result<(), OpenError> {
        self.cipher.open_chunk(number, number == self.layout.last_chunk(), sealed, plain)
    }

    /// Opens one chunk in place.
    pub(crate) fn open_chunk_in_place(&self, number: u32, buffer: &mut [u8]) -> Result<(), OpenError> {
        self.cipher.open_chunk_in_place(number, number == self.layout.last_chunk(), buffer)
    }
}
