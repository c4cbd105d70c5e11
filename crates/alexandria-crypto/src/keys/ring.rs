//! The working keys of a library, and wrapping them under the library key.

use zeroize::Zeroizing;

use super::secret::push_hex;
use super::{BackupKey, BlobKey, IndexKey, LibraryKey, SecretKey};
use crate::envelope::{self, EnvelopeError};
use crate::hazmat;
use crate::random::RandomError;

#[cfg(test)]
mod tests;

const LABEL: &[u8] = b"alexandria/key-ring/v1";
const RING_LEN: usize = 4 * 32;

/// Why a wrapped ring does not open. [`EnvelopeError::WrongKey`] means: not this library key.
pub type WrapError = EnvelopeError;

/// The key of the SQLCipher database.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct DatabaseKey(SecretKey);

impl DatabaseKey {
    /// A fresh random key.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate() -> Result<Self, RandomError> {
        SecretKey::generate().map(Self)
    }

    /// The value for `PRAGMA key`: `x'<64 hex digits of key><32 hex digits of salt>'`, which makes SQLCipher take the
    /// key as it is instead of stretching it on every connection. The salt is derived from the key; SQLCipher writes
    /// it in clear at the start of the file.
    #[must_use]
    pub fn expose_raw_key_pragma(&self) -> Zeroizing<String> {
        let mut salt = [0; 16];
        hazmat::expand(self.0.expose(), &[], &[b"alexandria/database-salt/v1"], &mut salt);
        // All of it is reserved at once: growing would leave copies of the key behind.
        let mut pragma = Zeroizing::new(String::with_capacity(3 + 2 * (32 + 16)));
        pragma.push_str("x'");
        push_hex(&mut pragma, self.0.expose());
        push_hex(&mut pragma, &salt);
        pragma.push('\'');
        pragma
    }
}

/// Makes identifiers out of content hashes.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct IdKey(SecretKey);

impl IdKey {
    /// A fresh random key.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate() -> Result<Self, RandomError> {
        SecretKey::generate().map(Self)
    }

    /// The id of the publication whose file has this BLAKE3 hash: the same for the same file in one library, and
    /// telling nobody without the key which file it is. Keyed BLAKE3, first 16 bytes.
    #[must_use]
    pub fn publication_id(&self, content_hash: &[u8; 32]) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new_keyed(self.0.expose());
        hasher.update(b"alexandria/publication-id/v1").update(content_hash);
        let mut id = [0; 16];
        hasher.finalize_xof().fill(&mut id);
        id
    }
}

/// The working keys of one library. Random and independent, so that one can be replaced without the others.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct KeyRing {
    /// Opens the database.
    pub database: DatabaseKey,
    /// Seals books.
    pub blobs: BlobKey,
    /// Seals the vector index.
    pub index: IndexKey,
    /// Makes publication ids.
    pub ids: IdKey,
}

impl KeyRing {
    /// A ring of fresh random keys.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate() -> Result<Self, RandomError> {
        Ok(Self {
            database: DatabaseKey::generate()?,
            blobs: BlobKey::generate()?,
            index: IndexKey::generate()?,
            ids: IdKey::generate()?,
        })
    }

    /// The key that seals backups. It follows from the database's, so that no vault had to change for it: whoever has
    /// the ring could read everything a backup holds anyway.
    #[must_use]
    pub fn backup_key(&self) -> BackupKey {
        let mut secret = Zeroizing::new([0; 32]);
        hazmat::expand(self.database.0.expose(), &[], &[b"alexandria/backup-key/v1"], &mut secret);
        BackupKey::from_secret(SecretKey::take(&mut secret))
    }

    /// Seals the ring under `library_key`. `context` says which library and device it belongs to; it is not stored,
    /// but [`unwrap`](Self::unwrap) works only with the same.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn wrap(&self, library_key: &LibraryKey, context: &[u8]) -> Result<Vec<u8>, RandomError> {
        envelope::seal(library_key.expose(), LABEL, context, self.concatenated().as_slice())
    }

    /// Opens a sealed ring.
    ///
    /// # Errors
    /// When `wrapped` was sealed under another key or with another context, or was changed since.
    pub fn unwrap(library_key: &LibraryKey, context: &[u8], wrapped: &[u8]) -> Result<Self, WrapError> {
        let mut ring = envelope::open::<RING_LEN>(library_key.expose(), LABEL, context, wrapped)?;
        let mut keys = ring.as_chunks_mut::<32>().0.iter_mut().map(SecretKey::take);
        let mut next = || keys.next().ok_or(EnvelopeError::Malformed);
        Ok(Self {
            database: DatabaseKey(next()?),
            blobs: BlobKey::from_secret(next()?),
            index: IndexKey::from_secret(next()?),
            ids: IdKey(next()?),
        })
    }

    /// The keys one after another, in the order of the fields.
    fn concatenated(&self) -> Box<Zeroizing<[u8; RING_LEN]>> {
        let keys = [
            self.database.0.expose(),
            self.blobs.content().secret(),
            self.index.content().secret(),
            self.ids.0.expose(),
        ];
        let mut all = Box::new(Zeroizing::new([0; RING_LEN]));
        for (place, key) in all.as_chunks_mut().0.iter_mut().zip(keys) {
            *place = *key;
        }
        all
    }
}
