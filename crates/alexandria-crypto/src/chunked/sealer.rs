//! Incremental sealing.

use zeroize::Zeroizing;

use crate::format::{CHUNK_LEN, FileCipher, HEADER_LEN, SEALED_CHUNK_LEN, SealError};
use crate::hazmat::TAG_LEN;
use crate::keys::{ContentKey, IndexKey};

/// Where the parts of a sealed file go, in order.
pub(crate) trait Sink {
    type Error: From<SealError>;

    fn put(&mut self, part: &[u8]) -> Result<(), Self::Error>;

    /// Takes a full chunk, which `seal` writes. `buffer` is as long and may be used for it.
    fn put_chunk(
        &mut self,
        buffer: &mut [u8],
        seal: impl FnOnce(&mut [u8]) -> Result<(), SealError>,
    ) -> Result<(), Self::Error> {
        seal(buffer)?;
        self.put(buffer)
    }
}

/// Chunks are sealed where they stay, since a copy takes a quarter of the time of encryption.
impl Sink for Vec<u8> {
    type Error = SealError;

    fn put(&mut self, part: &[u8]) -> Result<(), SealError> {
        self.extend_from_slice(part);
        Ok(())
    }

    fn put_chunk(
        &mut self,
        buffer: &mut [u8],
        seal: impl FnOnce(&mut [u8]) -> Result<(), SealError>,
    ) -> Result<(), SealError> {
        let start = self.len();
        self.resize(start + buffer.len(), 0);
        let sealed = seal(self.get_mut(start..).unwrap_or_default());
        if sealed.is_err() {
            self.truncate(start);
        }
        sealed
    }
}

/// Seals a file that arrives in parts of any size. The concatenated output of [`push`](Self::push) and
/// [`finish`](Self::finish) is the file; without the end it does not open.
pub struct Sealer {
    cipher: FileCipher,
    /// Emitted before the first chunk.
    header: Option<[u8; HEADER_LEN]>,
    /// Number of the chunk that is being filled; `None` after the last possible number.
    next: Option<u32>,
    /// Buffer for one chunk: first its plaintext, then its ciphertext.
    chunk: Zeroizing<Vec<u8>>,
    /// Plaintext bytes in `chunk`. A full chunk is sealed only when more plaintext follows, because the last chunk is marked.
    filled: usize,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer").field("next", &self.next).finish_non_exhaustive()
    }
}

impl Sealer {
    /// Starts the file `id`.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn new(key: &IndexKey, id: &[u8; 16]) -> Result<Self, SealError> {
        Self::with_content_key(key.content().newest(), id)
    }

    pub(crate) fn with_content_key(key: &ContentKey, id: &[u8; 16]) -> Result<Self, SealError> {
        FileCipher::create(key, id).map(Self::from_cipher)
    }

    pub(crate) fn from_cipher((cipher, header): (FileCipher, [u8; HEADER_LEN])) -> Self {
        let chunk = Zeroizing::new(vec![0; SEALED_CHUNK_LEN]);
        Self { cipher, header: Some(header), next: Some(0), chunk, filled: 0 }
    }

    /// A sealer whose next chunk has the number `next`, to test the highest numbers.
    #[cfg(test)]
    pub(crate) fn at_chunk(self, next: u32) -> Self {
        Self { next: Some(next), ..self }
    }

    /// Adds plaintext, and appends the parts of the file that can be sealed by now to `sealed`.
    ///
    /// # Errors
    /// When the file becomes too long. It can then not be finished.
    pub fn push(&mut self, plain: &[u8], sealed: &mut Vec<u8>) -> Result<(), SealError> {
        self.push_to(plain, sealed)
    }

    /// Appends the end of the file to `sealed`.
    ///
    /// # Errors
    /// When the file is too long.
    pub fn finish(self, sealed: &mut Vec<u8>) -> Result<(), SealError> {
        self.finish_to(sealed)
    }

    /// [`push`](Self::push), passing each part of the file to `sink` as soon as it is sealed.
    pub(crate) fn push_to<S: Sink>(&mut self, mut plain: &[u8], sink: &mut S) -> Result<(), S::Error> {
        while !plain.is_empty() {
            if self.filled == CHUNK_LEN {
                self.seal_filled(false, sink)?;
            }
            if self.filled == 0 && plain.len() > CHUNK_LEN {
                // Sealed directly from the caller's buffer, since more plaintext follows.
                let (whole, rest) = plain.split_at(CHUNK_LEN);
                let number = self.begin_chunk(sink)?;
                sink.put_chunk(&mut self.chunk, |sealed| self.cipher.seal_chunk(number, false, whole, sealed))?;
                plain = rest;
            } else {
                let (fits, rest) = plain.split_at(plain.len().min(CHUNK_LEN - self.filled));
                let end = self.filled + fits.len();
                self.chunk.get_mut(self.filled..end).ok_or(SealError::TooLong)?.copy_from_slice(fits);
                self.filled = end;
                plain = rest;
            }
        }
        Ok(())
    }

    /// [`finish`](Self::finish), passing the end to `sink`.
    pub(crate) fn finish_to<S: Sink>(mut self, sink: &mut S) -> Result<(), S::Error> {
        self.seal_filled(true, sink)
    }

    fn seal_filled<S: Sink>(&mut self, last: bool, sink: &mut S) -> Result<(), S::Error> {
        let number = self.begin_chunk(sink)?;
        let sealed = self.chunk.get_mut(..self.filled + TAG_LEN).ok_or(SealError::TooLong)?;
        self.filled = 0;
        self.cipher.seal_chunk_in_place(number, last, sealed)?;
        sink.put(sealed)
    }

    /// Consumes the next chunk number, and emits the header before the first chunk.
    fn begin_chunk<S: Sink>(&mut self, sink: &mut S) -> Result<u32, S::Error> {
        let number = self.next.take().ok_or(SealError::TooLong)?;
        self.next = number.checked_add(1);
        if let Some(header) = self.header.take() {
            sink.put(&header)?;
        }
        Ok(number)
    }
}
