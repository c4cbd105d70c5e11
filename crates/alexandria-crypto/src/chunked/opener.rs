//! Opening ranges of a sealed file.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::format::{FileCipher, HEADER_LEN, Layout, OpenError, SEALED_CHUNK_LEN};
use crate::keys::{ContentKey, IndexKey};

/// Opens ranges of one sealed file whose header and length are known. The caller fetches the ciphertext.
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
    /// Prepares to open the file called `id` that begins with `header` and is `cipher_len` bytes long in all.
    ///
    /// # Errors
    /// When the header is not one, belongs to another key or was changed, or no file has that length. Whether the
    /// length is the true one shows only at the last chunk.
    pub fn new(key: &IndexKey, id: &[u8; 16], header: &[u8; HEADER_LEN], cipher_len: u64) -> Result<Self, OpenError> {
        Self::of_content(key.content(), id, header, cipher_len)
    }

    pub(crate) fn of_content(
        key: &ContentKey,
        id: &[u8; 16],
        header: &[u8; HEADER_LEN],
        cipher_len: u64,
    ) -> Result<Self, OpenError> {
        Ok(Self { cipher: FileCipher::open(key, id, header)?, layout: Layout::of_sealed(cipher_len)? })
    }

    /// Bytes of plaintext, if the last chunk is genuine.
    #[must_use]
    pub fn plain_len(&self) -> u64 {
        self.layout.plain_len()
    }

    /// The stored bytes that hold the plaintext range `plain`: whole chunks. Empty for an empty range.
    ///
    /// # Errors
    /// When the range ends after the file does.
    pub fn cipher_range(&self, plain: &Range<u64>) -> Result<Range<u64>, OpenError> {
        self.layout.sealed_range(plain)
    }

    /// Where the last chunk is stored.
    #[must_use]
    pub fn end_range(&self) -> Range<u64> {
        self.layout.sealed_chunk(self.layout.last_chunk())
    }

    /// Checks that the file ends where its length says, given the stored bytes of [`end_range`](Self::end_range).
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
    /// When the range ends after the file does, `sealed` is not as long as it needs, or any chunk of it was changed.
    pub fn open_range(&self, plain: Range<u64>, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let stored = self.cipher_range(&plain)?;
        if u64::try_from(sealed.len()).ok() != stored.end.checked_sub(stored.start) {
            return Err(OpenError::OutOfRange);
        }
        let length = usize::try_from(plain.end - plain.start).map_err(|_| OpenError::OutOfRange)?;
        let mut opened = vec![0; length];
        let Some((first, _)) = self.layout.chunks_of(&plain)? else { return Ok(opened) };
        let (_, mut skip) = self.layout.locate(plain.start);
        let mut edge = Zeroizing::new(Vec::new());
        let mut rest = opened.as_mut_slice();
        for (number, chunk) in (first..).zip(sealed.chunks(SEALED_CHUNK_LEN)) {
            let chunk_len = self.layout.plain_chunk_len(number);
            let wanted = chunk_len.saturating_sub(skip).min(rest.len());
            let (place, later) = rest.split_at_mut(wanted);
            rest = later;
            if wanted == chunk_len {
                self.open_chunk(number, chunk, place)?;
            } else {
                // Only the first and the last chunk of a range can be wanted in part.
                edge.resize(chunk_len, 0);
                self.open_chunk(number, chunk, &mut edge)?;
                let part = edge.get(skip..skip + wanted).ok_or(OpenError::OutOfRange)?;
                place.copy_from_slice(part);
            }
            skip = 0;
        }
        Ok(opened)
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Opens one whole chunk.
    pub(crate) fn open_chunk(&self, number: u32, sealed: &[u8], plain: &mut [u8]) -> Result<(), OpenError> {
        self.cipher.open_chunk(number, number == self.layout.last_chunk(), sealed, plain)
    }

    /// Opens one whole chunk where it lies.
    pub(crate) fn open_chunk_in_place(&self, number: u32, buffer: &mut [u8]) -> Result<(), OpenError> {
        self.cipher.open_chunk_in_place(number, number == self.layout.last_chunk(), buffer)
    }
}
