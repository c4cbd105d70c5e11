//! Keys that seal content in the ALX1 format.

use super::SecretKey;
use crate::hazmat;
use crate::random::RandomError;

/// A secret that seals files, with the public id that is written into their headers.
pub(crate) struct ContentKey {
    secret: SecretKey,
    id: [u8; 8],
    label: &'static [u8],
}

impl ContentKey {
    fn new(secret: SecretKey, label: &'static [u8]) -> Self {
        let mut id = [0; 8];
        hazmat::expand(secret.expose(), &[], &[b"alexandria/key-id/v1"], &mut id);
        Self { secret, id, label }
    }

    pub(crate) fn secret(&self) -> &[u8; 32] {
        self.secret.expose()
    }

    /// Tells keys apart; says nothing about the secret.
    pub(crate) fn id(&self) -> &[u8; 8] {
        &self.id
    }

    /// What the sealed files are for; part of their authenticated data.
    pub(crate) fn label(&self) -> &'static [u8] {
        self.label
    }
}

macro_rules! content_key {
    ($(#[$doc:meta])* $name:ident, $label:literal) => {
        $(#[$doc])*
        #[expect(missing_debug_implementations, reason = "a secret is never printed")]
        pub struct $name(ContentKey);

        impl $name {
            /// A fresh random key.
            ///
            /// # Errors
            /// When the operating system has no randomness.
            pub fn generate() -> Result<Self, RandomError> {
                SecretKey::generate().map(Self::from_secret)
            }

            pub(crate) fn from_secret(secret: SecretKey) -> Self {
                Self(ContentKey::new(secret, $label))
            }

            pub(crate) fn content(&self) -> &ContentKey {
                &self.0
            }
        }
    };
}

content_key! {
    /// Seals the files of the blob store: books.
    BlobKey, b"alx/blob/v1"
}
content_key! {
    /// Seals the files of the vector index.
    IndexKey, b"alx/index/v1"
}
content_key! {
    /// Seals the parts of a backup.
    BackupKey, b"alx/backup/v1"
}
