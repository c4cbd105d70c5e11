//! The cipher of one file: its derived key, its nonces and its authenticated data.

use super::header::{HEADER_LEN, Header, SUITE};
use super::{OpenError, SealError};
use crate::hazmat::{self, AeadKey, CommittedKey, NONCE_LEN};
use crate::keys::{ContentKey, ContentKeys};
use crate::random;

const INFO: &[u8] = b"alexandria/file-key/v1";
const SYNC_SALT_INFO: &[u8] = b"alexandria/sync-salt/v1";
const SALT_LEN: usize = 32;
const PREFIX_LEN: usize = 7;

/// Seals and opens the chunks of one file.
pub(crate) struct FileCipher {
    key: AeadKey,
    nonce_prefix: [u8; 7],
    /// Label of the key ‖ id of the file ‖ suite.
    additional_data: Vec<u8>,
}

impl FileCipher {
    /// The cipher of a new file `id`, and its header.
    pub(crate) fn create(key: &ContentKey, id: &[u8; 16]) -> Result<(Self, [u8; HEADER_LEN]), SealError> {
        Ok(Self::with_salt(key, id, random::bytes()?, random::bytes()?))
    }

    /// The cipher of the file `id` whose plaintext has this BLAKE3 hash, and its header. Salt and nonce prefix are derived from
    /// key and hash, so that the same key and content give the same bytes. The caller must have computed the hash from the
    /// very bytes that it seals (`docs/adr/0027-cloud-blobs.md`).
    pub(crate) fn for_content(key: &ContentKey, id: &[u8; 16], content_hash: &[u8; 32]) -> (Self, [u8; HEADER_LEN]) {
        let mut derived = [0; SALT_LEN + PREFIX_LEN];
        hazmat::expand(key.secret(), &[], &[SYNC_SALT_INFO, content_hash], &mut derived);
        let (mut salt, mut nonce_prefix) = ([0; SALT_LEN], [0; PREFIX_LEN]);
        salt.iter_mut().chain(&mut nonce_prefix).zip(derived).for_each(|(target, byte)| *target = byte);
        Self::with_salt(key, id, salt, nonce_prefix)
    }

    /// [`create`](Self::create) with a given salt and nonce prefix, for the test vectors and [`for_content`](Self::for_content). A
    /// salt must never be repeated for another plaintext.
    pub(crate) fn with_salt(
        key: &ContentKey,
        id: &[u8; 16],
        salt: [u8; SALT_LEN],
        nonce_prefix: [u8; PREFIX_LEN],
    ) -> (Self, [u8; HEADER_LEN]) {
        let header = Header { key_id: key.id(), salt, nonce_prefix };
        let derived = derive(key, &header);
        let bytes = header.to_bytes(&derived.commitment);
        (Self::new(derived.key, &header, key, id), bytes)
    }

    /// The cipher of the stored file `id` with this header, which names one of `keys`.
    pub(crate) fn open(keys: &ContentKeys, id: &[u8; 16], header: &[u8; HEADER_LEN]) -> Result<Self, OpenError> {
        let (header, commitment) = Header::parse(header)?;
        let key = keys.get(header.key_id).ok_or(OpenError::UnknownKey { id: header.key_id })?;
        let derived = derive(key, &header);
        if !derived.matches_commitment(commitment) {
            return Err(OpenError::WrongKey);
        }
        Ok(Self::new(derived.key, &header, key, id))
    }

    fn new(derived: AeadKey, header: &Header, key: &ContentKey, id: &[u8; 16]) -> Self {
        let additional_data = [key.label(), id, &[SUITE]].concat();
        Self { key: derived, nonce_prefix: header.nonce_prefix, additional_data }
    }

    /// Seals a chunk into `sealed`, which is a tag longer. A number must not be used twice.
    pub(crate) fn seal_chunk(&self, chunk: u32, last: bool, plain: &[u8], sealed: &mut [u8]) -> Result<(), SealError> {
        let nonce = self.nonce(chunk, last);
        self.key.seal(&nonce, &self.additional_data, plain, sealed).map_err(|_| SealError::TooLong)
    }

    /// Verifies and opens a chunk into `plain`, which is a tag shorter.
    pub(crate) fn open_chunk(&self, chunk: u32, last: bool, sealed: &[u8], plain: &mut [u8]) -> Result<(), OpenError> {
        let nonce = self.nonce(chunk, last);
        self.key.open(&nonce, &self.additional_data, sealed, plain).map_err(|_| OpenError::NotAuthentic { chunk })
    }

    /// [`seal_chunk`](Self::seal_chunk) in place; the last bytes of `buffer` receive the tag.
    pub(crate) fn seal_chunk_in_place(&self, chunk: u32, last: bool, buffer: &mut [u8]) -> Result<(), SealError> {
        let nonce = self.nonce(chunk, last);
        self.key.seal_in_place(&nonce, &self.additional_data, buffer).map_err(|_| SealError::TooLong)
    }

    /// [`open_chunk`](Self::open_chunk) in place; the tag stays after the plaintext.
    pub(crate) fn open_chunk_in_place(&self, chunk: u32, last: bool, buffer: &mut [u8]) -> Result<(), OpenError> {
        let nonce = self.nonce(chunk, last);
        self.key.open_in_place(&nonce, &self.additional_data, buffer).map_err(|_| OpenError::NotAuthentic { chunk })
    }

    /// Prefix (7) ‖ chunk number (4, big-endian) ‖ last (1).
    fn nonce(&self, chunk: u32, last: bool) -> [u8; NONCE_LEN] {
        let [p0, p1, p2, p3, p4, p5, p6] = self.nonce_prefix;
        let [c0, c1, c2, c3] = chunk.to_be_bytes();
        [p0, p1, p2, p3, p4, p5, p6, c0, c1, c2, c3, u8::from(last)]
    }
}

fn derive(key: &ContentKey, header: &Header) -> CommittedKey {
    CommittedKey::derive(key.secret(), &header.salt, &[INFO, &header.bound_part()])
}
