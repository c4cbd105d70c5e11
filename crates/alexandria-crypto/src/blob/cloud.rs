//! Blobs for the cloud: the ALX1 format with a salt that is derived from the content, so that the same key and content give the
//! same bytes on every device and after every restart.
//!
//! An upload can then continue after a crash without a copy of the ciphertext, and two devices that upload one book agree part
//! by part. [`CloudBlob`] computes the hash itself, from a source that cannot change between hashing and sealing; a caller who
//! could pass a hash could make one key and nonce meet two texts. The argument is in `docs/adr/0027-cloud-blobs.md`.

use std::io::{Read, Seek};

use super::{BlobError, BlobReader};
use crate::account::BlobNameKey;
use crate::chunked::Opener;
use crate::format::{CHUNK_LEN, FileCipher, HEADER_LEN, Layout, OpenError, SEALED_CHUNK_LEN, SealError};
use crate::hazmat::TAG_LEN;
use crate::keys::{ContentKeys, KeyId, SecretKey};
use zeroize::Zeroizing;

mod source;
#[cfg(test)]
mod tests;

pub use source::FixedSource;

/// The blob keys of all epochs of an account. The newest seals, all of them open.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct CloudBlobKeys(ContentKeys);

impl CloudBlobKeys {
    pub(crate) fn from_secrets(older: Vec<SecretKey>, newest: SecretKey) -> Self {
        Self(ContentKeys::from_epochs(older, newest, b"alx/cloud-blob/v1"))
    }

    /// The id of the key that seals.
    #[must_use]
    pub fn newest_id(&self) -> KeyId {
        self.0.newest().id()
    }
}

/// The ciphertext of a file, computed where and when it is read.
pub struct CloudBlob<S> {
    source: S,
    cipher: FileCipher,
    header: [u8; HEADER_LEN],
    layout: Layout,
    id: [u8; 16],
    content_hash: [u8; 32],
    /// The plaintext of one chunk.
    plain: Zeroizing<Vec<u8>>,
    /// The ciphertext of the chunk `sealed_chunk`, cached for ranges that divide one.
    sealed: Vec<u8>,
    sealed_chunk: Option<u32>,
}

impl<S> std::fmt::Debug for CloudBlob<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CloudBlob").field("layout", &self.layout).finish_non_exhaustive()
    }
}

impl<S: FixedSource> CloudBlob<S> {
    /// Hashes all of `source`, and prepares to seal it under the newest of `keys`. The id of the blob follows from `names`.
    ///
    /// # Errors
    /// When the source cannot be read.
    pub fn new(mut source: S, keys: &CloudBlobKeys, names: &BlobNameKey) -> Result<Self, BlobError> {
        let length = source.plain_len();
        let mut plain = Zeroizing::new(vec![0; CHUNK_LEN]);
        let mut hasher = blake3::Hasher::new();
        let mut offset = 0;
        while offset < length {
            let read = source.read_at(offset, &mut plain)?;
            let part = plain.get(..read).filter(|part| !part.is_empty()).ok_or(OpenError::WrongLength)?;
            hasher.update(part);
            offset = offset.saturating_add(read as u64);
        }
        let content_hash = *hasher.finalize().as_bytes();
        let id = names.blob_id(&content_hash);
        let (cipher, header) = FileCipher::for_content(keys.0.newest(), &id, &content_hash);
        let layout = Layout::from_plain_len(length).ok_or(SealError::TooLong)?;
        Ok(Self { source, cipher, header, layout, id, content_hash, plain, sealed: Vec::new(), sealed_chunk: None })
    }

    /// The id of the blob.
    #[must_use]
    pub const fn id(&self) -> &[u8; 16] {
        &self.id
    }

    /// BLAKE3 of the plaintext. Secret: it tells which file it is.
    #[must_use]
    pub const fn content_hash(&self) -> &[u8; 32] {
        &self.content_hash
    }

    /// Length of the plaintext in bytes.
    #[must_use]
    pub fn plain_len(&self) -> u64 {
        self.layout.plain_len()
    }

    /// Length of the ciphertext in bytes.
    #[must_use]
    pub fn sealed_len(&self) -> u64 {
        crate::format::cipher_len(self.plain_len())
    }

    /// Reads ciphertext from `offset` until `buffer` is full or the blob ends, and returns the number of bytes.
    ///
    /// # Errors
    /// When the source cannot be read, or is shorter than it was.
    pub fn read_sealed(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, BlobError> {
        let available = self.sealed_len().saturating_sub(offset);
        let length = usize::try_from(available).map_or(buffer.len(), |available| available.min(buffer.len()));
        let (target, _) = buffer.split_at_mut(length);
        let in_header = usize::try_from(offset).unwrap_or(HEADER_LEN).min(HEADER_LEN);
        let head = self.header.split_at(in_header).1;
        let (first, mut rest) = target.split_at_mut(head.len().min(length));
        first.iter_mut().zip(head).for_each(|(target, byte)| *target = *byte);
        let body = offset.max(HEADER_LEN as u64) - HEADER_LEN as u64;
        let mut chunk = u32::try_from(body / SEALED_CHUNK_LEN as u64).map_err(|_| SealError::TooLong)?;
        let mut skip = usize::try_from(body % SEALED_CHUNK_LEN as u64).map_err(|_| SealError::TooLong)?;
        while !rest.is_empty() {
            self.seal(chunk)?;
            let part = self.sealed.get(skip..).filter(|part| !part.is_empty()).ok_or(OpenError::WrongLength)?;
            let (now, later) = rest.split_at_mut(part.len().min(rest.len()));
            now.iter_mut().zip(part).for_each(|(target, byte)| *target = *byte);
            rest = later;
            skip = 0;
            chunk = chunk.checked_add(1).ok_or(SealError::TooLong)?;
        }
        Ok(length)
    }

    /// Seals a chunk into `sealed`.
    fn seal(&mut self, chunk: u32) -> Result<(), BlobError> {
        if self.sealed_chunk == Some(chunk) {
            return Ok(());
        }
        self.sealed_chunk = None;
        let length = self.layout.plain_chunk_len(chunk);
        let plain = self.plain.get_mut(..length).ok_or(SealError::TooLong)?;
        if self.source.read_at(u64::from(chunk) * CHUNK_LEN as u64, plain)? != length {
            return Err(OpenError::WrongLength.into());
        }
        self.sealed.resize(length + TAG_LEN, 0);
        self.cipher.seal_chunk(chunk, chunk == self.layout.last_chunk(), plain, &mut self.sealed)?;
        self.sealed_chunk = Some(chunk);
        Ok(())
    }
}

/// Opens a cloud blob that is complete on this device.
///
/// # Errors
/// When the source fails, or is not that blob, complete and unchanged.
pub fn open<R: Read + Seek>(source: R, keys: &CloudBlobKeys, id: &[u8; 16]) -> Result<BlobReader<R>, BlobError> {
    BlobReader::with_content_keys(source, &keys.0, id)
}

/// Prepares to open ranges of a cloud blob that is still in the cloud, given its header and its length there.
///
/// # Errors
/// When the header is invalid, was changed or belongs to an unknown epoch, or no blob can have that length.
pub fn opener(
    keys: &CloudBlobKeys,
    id: &[u8; 16],
    header: &[u8; HEADER_LEN],
    sealed_len: u64,
) -> Result<Opener, OpenError> {
    Opener::with_content_keys(&keys.0, id, header, sealed_len)
}
