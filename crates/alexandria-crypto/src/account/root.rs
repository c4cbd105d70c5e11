//! The account root key, and the keys that stay the same when the epoch changes.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::hazmat;
use crate::keys::SecretKey;
use crate::random::RandomError;

/// The root of an account's keys: 32 random bytes that every device of the account has, revoked ones included.
///
/// What a revoked device must not read therefore hangs on an epoch ([`Epochs`](super::Epochs)), which is random.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct AccountRootKey(SecretKey);

impl AccountRootKey {
    /// A new random key.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn generate() -> Result<Self, RandomError> {
        SecretKey::generate().map(Self)
    }

    /// Moves the key out of `bytes`, which are wiped.
    #[must_use]
    pub fn take(bytes: &mut [u8; 32]) -> Self {
        Self(SecretKey::take(bytes))
    }

    /// The public value that commits to this key: a device compares it before it writes anything for the account.
    #[must_use]
    pub fn key_check(&self) -> KeyCheck {
        let mut check = [0; KeyCheck::LEN];
        hazmat::expand(self.0.expose(), &[], &[b"alexandria/account-key-check/v1"], &mut check);
        KeyCheck(check)
    }

    /// The key that names cloud blobs. It has no epochs: with another key an equal file would get another name and be
    /// uploaded again.
    #[must_use]
    pub fn blob_names(&self) -> BlobNameKey {
        BlobNameKey(self.derive(b"alexandria/blob-name-key/v1"))
    }

    /// Whether two keys are equal, compared in constant time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.is_same(&other.0)
    }

    /// A second copy, which is wiped when it is dropped.
    pub(super) fn duplicate(&self) -> Self {
        Self(self.0.duplicate())
    }

    /// The key that authenticates the key bundle.
    pub(super) fn bundle_key(&self) -> SecretKey {
        self.derive(b"alexandria/bundle-mac/v1")
    }

    /// The secret that sender and recipient of an epoch share, which the server lacks.
    pub(super) fn grant_secret(&self) -> SecretKey {
        self.derive(b"alexandria/epoch-grant-secret/v1")
    }

    pub(super) fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    fn derive(&self, label: &[u8]) -> SecretKey {
        let mut key = Zeroizing::new([0; 32]);
        hazmat::expand(self.0.expose(), &[], &[label], &mut key);
        SecretKey::take(&mut key)
    }
}

impl From<SecretKey> for AccountRootKey {
    fn from(secret: SecretKey) -> Self {
        Self(secret)
    }
}

/// The key check value of an account. Public; it commits to the root key and reveals nothing about it.
#[derive(Clone, Copy, Debug)]
pub struct KeyCheck([u8; Self::LEN]);

impl KeyCheck {
    /// Length in bytes.
    pub const LEN: usize = 32;

    /// A value as received.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// The bytes to send.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

/// Compared in constant time.
impl PartialEq for KeyCheck {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for KeyCheck {}

/// Derives the ids of cloud blobs from content hashes.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct BlobNameKey(SecretKey);

impl BlobNameKey {
    /// The id of the cloud blob whose plaintext has this BLAKE3 hash: the first 16 bytes of an HMAC. Devices of one account
    /// agree on it; without the key it cannot be told whether the account has a given file.
    #[must_use]
    pub fn blob_id(&self, content_hash: &[u8; 32]) -> [u8; 16] {
        let mac = hazmat::mac(self.0.expose(), &[b"alexandria/blob-id/v1", content_hash]);
        let mut id = [0; 16];
        id.iter_mut().zip(mac).for_each(|(target, byte)| *target = byte);
        id
    }
}
