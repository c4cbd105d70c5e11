//! Random access to a blob.

use std::io::{self, Read, Seek, SeekFrom};

use zeroize::Zeroizing;

use super::BlobError;
use crate::chunked::Opener;
use crate::format::{HEADER_LEN, OpenError, SEALED_CHUNK_LEN};
use crate::keys::{BlobKeys, ContentKeys};

/// Opens a sealed blob. The length is verified on opening, and every chunk before any of its bytes is returned.
pub struct BlobReader<R> {
    source: R,
    opener: Opener,
    position: u64,
    /// The chunk read last: its plaintext if `opened` is set, else its ciphertext.
    chunk: Zeroizing<Vec<u8>>,
    /// Number of the chunk whose plaintext is in `chunk`, cached for small sequential reads.
    opened: Option<u32>,
}

impl<R> std::fmt::Debug for BlobReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlobReader").field("opener", &self.opener).finish_non_exhaustive()
    }
}

impl<R: Read + Seek> BlobReader<R> {
    /// Opens the blob `id` with the one of `keys` that its header names, verifying its header, length and last chunk.
    ///
    /// # Errors
    /// When the source fails, or is not that blob, complete and unchanged.
    pub fn open(source: R, keys: &BlobKeys, id: &[u8; 16]) -> Result<Self, BlobError> {
        Self::with_content_keys(source, keys.content(), id)
    }

    pub(crate) fn with_content_keys(mut source: R, keys: &ContentKeys, id: &[u8; 16]) -> Result<Self, BlobError> {
        let cipher_len = source.seek(SeekFrom::End(0))?;
        if cipher_len < HEADER_LEN as u64 {
            return Err(OpenError::WrongLength.into());
        }
        source.seek(SeekFrom::Start(0))?;
        let mut header = [0; HEADER_LEN];
        source.read_exact(&mut header)?;
        let opener = Opener::with_content_keys(keys, id, &header, cipher_len)?;
        let last = opener.layout().last_chunk();
        let mut reader = Self { source, opener, position: 0, chunk: Zeroizing::default(), opened: None };
        reader.load(last)?;
        Ok(reader)
    }

    /// Plaintext length in bytes.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a file, not a collection")]
    pub fn len(&self) -> u64 {
        self.opener.plain_len()
    }

    /// Reads plaintext from `offset` until `buffer` is full or the blob ends, and returns the number of bytes read. Does not
    /// move the position of [`Read`] and [`Seek`].
    ///
    /// # Errors
    /// When the source fails, or a chunk in the range was changed. `buffer` may then hold bytes of earlier chunks.
    pub fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, BlobError> {
        let available = self.len().saturating_sub(offset);
        let length = usize::try_from(available).map_or(buffer.len(), |available| available.min(buffer.len()));
        let (mut rest, _) = buffer.split_at_mut(length);
        let (mut chunk, mut skip) = self.opener.layout().locate(offset);
        while !rest.is_empty() {
            let chunk_len = self.opener.layout().plain_chunk_len(chunk);
            let wanted = chunk_len.saturating_sub(skip).min(rest.len());
            let (target, later) = rest.split_at_mut(wanted);
            if wanted == chunk_len && self.opened != Some(chunk) {
                self.fetch(chunk)?;
                self.opener.open_chunk(chunk, &self.chunk, target)?;
            } else {
                self.load(chunk)?;
                let part = self.chunk.get(skip..skip + wanted).ok_or(OpenError::OutOfRange)?;
                target.copy_from_slice(part);
            }
            rest = later;
            skip = 0;
            chunk = chunk.saturating_add(1);
        }
        Ok(length)
    }

    /// Loads the plaintext of a chunk into `chunk`.
    fn load(&mut self, chunk: u32) -> Result<(), BlobError> {
        if self.opened != Some(chunk) {
            self.fetch(chunk)?;
            self.opener.open_chunk_in_place(chunk, &mut self.chunk)?;
            self.opened = Some(chunk);
        }
        Ok(())
    }

    /// Reads the ciphertext of a chunk into `chunk`.
    fn fetch(&mut self, chunk: u32) -> Result<(), BlobError> {
        let stored = self.opener.layout().sealed_chunk(chunk);
        let length = usize::try_from(stored.end - stored.start).unwrap_or(SEALED_CHUNK_LEN);
        self.opened = None;
        if self.chunk.capacity() < length {
            // A growing buffer would leave plaintext behind.
            self.chunk = Zeroizing::new(Vec::with_capacity(SEALED_CHUNK_LEN));
        }
        self.chunk.resize(length, 0);
        self.source.seek(SeekFrom::Start(stored.start))?;
        Ok(self.source.read_exact(&mut self.chunk)?)
    }
}

impl<R: Read + Seek> Read for BlobReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.read_at(self.position, buffer)?;
        self.position = self.position.saturating_add(read as u64);
        Ok(read)
    }
}

impl<R: Read + Seek> Seek for BlobReader<R> {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        let position = match target {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.len().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
