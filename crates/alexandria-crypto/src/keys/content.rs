//! Keys that seal content in the ALX1 format, and the epochs that they can have.

use std::fmt;

use super::SecretKey;
use crate::hazmat;
use crate::random::RandomError;

#[cfg(test)]
mod tests;

/// Maximum number of epochs of one key. Bounds the size of the key ring.
pub const MAX_EPOCHS: usize = 256;

const KEY_ID_LABEL: &[u8] = b"alexandria/key-id/v1";

/// The public id of a content key, which the header of every file names. It is derived from the key, so that it commits to
/// it and reveals nothing about it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; Self::LEN]);

impl KeyId {
    /// Length in bytes.
    pub const LEN: usize = 8;

    /// An id as stored in a header.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// The stored bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

/// Lower-case hexadecimal digits.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// A secret that seals files of one use.
pub(crate) struct ContentKey {
    secret: SecretKey,
    id: KeyId,
    label: &'static [u8],
}

impl ContentKey {
    fn new(secret: SecretKey, label: &'static [u8]) -> Self {
        let mut id = [0; KeyId::LEN];
        hazmat::expand(secret.expose(), &[], &[KEY_ID_LABEL], &mut id);
        Self { secret, id: KeyId(id), label }
    }

    pub(crate) fn secret(&self) -> &[u8; 32] {
        self.secret.expose()
    }

    pub(crate) const fn id(&self) -> KeyId {
        self.id
    }

    /// The use of the sealed files; part of their authenticated data.
    pub(crate) fn label(&self) -> &'static [u8] {
        self.label
    }
}

/// The keys of one use, one for each epoch. The newest seals, all of them open.
pub(crate) struct ContentKeys {
    /// Oldest first.
    older: Vec<ContentKey>,
    newest: ContentKey,
}

impl ContentKeys {
    fn single(secret: SecretKey, label: &'static [u8]) -> Self {
        Self { older: Vec::new(), newest: ContentKey::new(secret, label) }
    }

    /// Keys of several epochs, oldest first.
    pub(crate) fn from_epochs(older: Vec<SecretKey>, newest: SecretKey, label: &'static [u8]) -> Self {
        let older = older.into_iter().map(|secret| ContentKey::new(secret, label)).collect();
        Self { older, newest: ContentKey::new(newest, label) }
    }

    /// The key that seals.
    pub(crate) const fn newest(&self) -> &ContentKey {
        &self.newest
    }

    /// The key with this id, which opens.
    pub(crate) fn get(&self, id: KeyId) -> Option<&ContentKey> {
        self.iter().find(|key| key.id == id)
    }

    /// All keys, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &ContentKey> {
        self.older.iter().chain([&self.newest])
    }

    /// Adds `secret` as the newest epoch.
    fn push(&mut self, secret: SecretKey) -> Result<KeyId, AddEpochError> {
        if self.older.len() + 1 >= MAX_EPOCHS {
            return Err(AddEpochError::TooMany);
        }
        let key = ContentKey::new(secret, self.newest.label);
        if self.get(key.id).is_some() {
            return Err(AddEpochError::Duplicate);
        }
        self.older.push(std::mem::replace(&mut self.newest, key));
        Ok(self.newest.id)
    }
}

/// Why an epoch cannot be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddEpochError {
    /// There are [`MAX_EPOCHS`] epochs.
    #[error("the key ring has the maximum of {MAX_EPOCHS} epochs")]
    TooMany,
    /// An epoch has the same key, or by chance the same id.
    #[error("the key ring already has an epoch with this key id")]
    Duplicate,
    /// The system's random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// The keys of the blob store, which seal books, one for each epoch. The newest seals, all of them open.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct BlobKeys(ContentKeys);

impl BlobKeys {
    const LABEL: &'static [u8] = b"alx/blob/v1";

    /// A new random key, as the only epoch.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn generate() -> Result<Self, RandomError> {
        SecretKey::generate().map(Self::from_secret)
    }

    /// The ids of all epochs, oldest first. The last one seals.
    #[must_use]
    pub fn ids(&self) -> Vec<KeyId> {
        self.0.iter().map(ContentKey::id).collect()
    }

    /// Adds a new random key as the newest epoch and returns its id. Files of older epochs stay readable.
    ///
    /// The key exists only in memory until the ring is wrapped and stored; nothing may be sealed before that.
    ///
    /// # Errors
    /// When there are [`MAX_EPOCHS`] epochs, or the operating system's random generator fails.
    pub fn add_epoch(&mut self) -> Result<KeyId, AddEpochError> {
        self.push(SecretKey::generate()?)
    }

    pub(crate) fn from_secret(secret: SecretKey) -> Self {
        Self(ContentKeys::single(secret, Self::LABEL))
    }

    pub(crate) fn push(&mut self, secret: SecretKey) -> Result<KeyId, AddEpochError> {
        self.0.push(secret)
    }

    pub(crate) const fn content(&self) -> &ContentKeys {
        &self.0
    }
}

macro_rules! single_content_key {
    ($(#[$doc:meta])* $name:ident, $label:literal) => {
        $(#[$doc])*
        #[expect(missing_debug_implementations, reason = "a secret is never printed")]
        pub struct $name(ContentKeys);

        impl $name {
            /// A new random key.
            ///
            /// # Errors
            /// When the operating system's random generator fails.
            pub fn generate() -> Result<Self, RandomError> {
                SecretKey::generate().map(Self::from_secret)
            }

            pub(crate) fn from_secret(secret: SecretKey) -> Self {
                Self(ContentKeys::single(secret, $label))
            }

            pub(crate) const fn content(&self) -> &ContentKeys {
                &self.0
            }
        }
    };
}

single_content_key! {
    /// Seals the files of the vector index. It has no epochs: the index is derived data, which never leaves the device.
    IndexKey, b"alx/index/v1"
}
single_content_key! {
    /// Seals the parts of a backup. It has no epochs: it follows the database key.
    BackupKey, b"alx/backup/v1"
}
