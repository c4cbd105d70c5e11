//! The working keys of a library, and how they are wrapped under the library key.
//!
//! A wrapped ring has two forms, which its length tells apart (`encoding`): version 1 for a ring with one epoch, version 2 for
//! every other.

use zeroize::Zeroizing;

use self::encoding::{DecodedRing, RingSecrets, UnknownEntry};
use super::secret::push_hex;
use super::{BackupKey, BlobKeys, ContentKey, IndexKey, LibraryKey, SecretKey};
use crate::envelope::{self, EnvelopeError};
use crate::hazmat;
use crate::random::RandomError;

mod encoding;
#[cfg(test)]
mod tests;

/// The key of the SQLCipher database.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct DatabaseKey(SecretKey);

impl DatabaseKey {
    /// A new random key.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn generate() -> Result<Self, RandomError> {
        SecretKey::generate().map(Self)
    }

    /// The value for `PRAGMA key`: `x'<64 hex digits of key><32 hex digits of salt>'`, which makes SQLCipher use the raw key
    /// instead of stretching it on every connection. The salt is derived from the key; SQLCipher stores it as plaintext at
    /// the start of the file.
    #[must_use]
    pub fn expose_raw_key_pragma(&self) -> Zeroizing<String> {
        let mut salt = [0; 16];
        hazmat::expand(self.0.expose(), &[], &[b"alexandria/database-salt/v1"], &mut salt);
        // Allocated once: growing would leave copies of the key behind.
        let mut pragma = Zeroizing::new(String::with_capacity(3 + 2 * (32 + 16)));
        pragma.push_str("x'");
        push_hex(&mut pragma, self.0.expose());
        push_hex(&mut pragma, &salt);
        pragma.push('\'');
        pragma
    }
}

/// Derives publication ids from content hashes.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct PublicationIdKey(SecretKey);

impl PublicationIdKey {
    /// A new random key.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn generate() -> Result<Self, RandomError> {
        SecretKey::generate().map(Self)
    }

    /// The id of the publication whose file has this BLAKE3 hash. Equal files of one library have equal ids; without the key
    /// an id does not reveal which file it belongs to. Keyed BLAKE3, first 16 bytes.
    #[must_use]
    pub fn publication_id(&self, content_hash: &[u8; 32]) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new_keyed(self.0.expose());
        hasher.update(b"alexandria/publication-id/v1").update(content_hash);
        let mut id = [0; 16];
        hasher.finalize_xof().fill(&mut id);
        id
    }

    /// A second copy, which is wiped when it is dropped: the first device of an account gives its key to the account, and a
    /// library that joins takes that of the account.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.duplicate())
    }

    /// Whether two keys are equal, compared in constant time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.is_same(&other.0)
    }

    /// Moves the key out of `bytes`, which are wiped.
    pub(crate) fn take(bytes: &mut [u8; 32]) -> Self {
        Self(SecretKey::take(bytes))
    }

    pub(crate) fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

impl From<SecretKey> for PublicationIdKey {
    fn from(secret: SecretKey) -> Self {
        Self(secret)
    }
}

/// Seals the secrets of the account and of this device, for the library's database.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct AccountStoreKey(SecretKey);

impl AccountStoreKey {
    pub(crate) fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

/// The working keys of one library. They are random and independent, so that one can be replaced without the others.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct KeyRing {
    /// Opens the database.
    pub database: DatabaseKey,
    /// Seals books. Has one or more epochs.
    pub blobs: BlobKeys,
    /// Seals the vector index.
    pub index: IndexKey,
    /// Derives publication ids.
    pub ids: PublicationIdKey,
    /// Entries that only a newer version knows, preserved in order.
    unknown: Vec<UnknownEntry>,
}

impl KeyRing {
    /// Length in bytes of a wrapped ring of version 1, which a ring with one epoch and no unknown entries has. A ring of
    /// version 2 has another length.
    pub const V1_WRAPPED_LEN: usize = envelope::sealed_len(encoding::V1_LEN);

    /// A ring of new random keys, with one epoch.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn generate() -> Result<Self, RandomError> {
        Ok(Self {
            database: DatabaseKey::generate()?,
            blobs: BlobKeys::generate()?,
            index: IndexKey::generate()?,
            ids: PublicationIdKey::generate()?,
            unknown: Vec::new(),
        })
    }

    /// The key that seals backups. It is derived from the database key: the holder of the ring can read everything in a
    /// backup anyway, so it needs no independent key.
    #[must_use]
    pub fn backup_key(&self) -> BackupKey {
        let mut secret = Zeroizing::new([0; 32]);
        hazmat::expand(self.database.0.expose(), &[], &[b"alexandria/backup-key/v1"], &mut secret);
        BackupKey::from_secret(SecretKey::take(&mut secret))
    }

    /// The key that seals what this device keeps of its account, in the library's database. Derived like the backup key.
    #[must_use]
    pub fn account_store_key(&self) -> AccountStoreKey {
        let mut secret = Zeroizing::new([0; 32]);
        hazmat::expand(self.database.0.expose(), &[], &[b"alexandria/account-store-key/v1"], &mut secret);
        AccountStoreKey(SecretKey::take(&mut secret))
    }

    /// Wraps the ring under `library_key`. `context` names the library and the device it belongs to; it is not stored, and
    /// [`unwrap`](Self::unwrap) requires the same.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn wrap(&self, library_key: &LibraryKey, context: &[u8]) -> Result<Vec<u8>, RandomError> {
        let (label, plain) = encoding::encode(&self.secrets());
        envelope::seal(library_key.expose(), label, context, &plain)
    }

    /// Unwraps a wrapped ring.
    ///
    /// # Errors
    /// [`EnvelopeError::WrongKey`] for another library key; other errors if the context differs or the ring was changed.
    pub fn unwrap(library_key: &LibraryKey, context: &[u8], wrapped: &[u8]) -> Result<Self, EnvelopeError> {
        let label = encoding::label(wrapped)?;
        let ring = encoding::decode(envelope::open_vec(library_key.expose(), label, context, wrapped)?)?;
        let DecodedRing { database, index, publication_ids, first_epoch, later_epochs, unknown } = ring;
        let mut blobs = BlobKeys::from_secret(first_epoch);
        for secret in later_epochs {
            blobs.push(secret).map_err(|_| EnvelopeError::Malformed)?;
        }
        Ok(Self {
            database: DatabaseKey(database),
            blobs,
            index: IndexKey::from_secret(index),
            ids: PublicationIdKey(publication_ids),
            unknown,
        })
    }

    fn secrets(&self) -> RingSecrets<'_> {
        RingSecrets {
            database: self.database.0.expose(),
            index: self.index.content().newest().secret(),
            publication_ids: self.ids.0.expose(),
            epochs: self.blobs.content().iter().map(ContentKey::secret).collect(),
            unknown: &self.unknown,
        }
    }
}
