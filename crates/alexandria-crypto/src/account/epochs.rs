//! The epochs of an account: independent random secrets, of which the newest seals and all open.
//!
//! A device is revoked by adding an epoch that it does not receive. The keys of each use are derived from the epoch's secret.

use zeroize::Zeroizing;

use super::record::RecordKeys;
use super::snapshot::SnapshotKeys;
use crate::blob::cloud::CloudBlobKeys;
use crate::hazmat;
use crate::keys::{AddEpochError, KeyId, SecretKey};
use crate::random::RandomError;

/// Maximum number of epochs of one account.
pub const MAX_ACCOUNT_EPOCHS: usize = 256;

/// All epochs of an account, numbered from 1.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct Epochs {
    /// Oldest first.
    older: Vec<SecretKey>,
    newest: SecretKey,
}

impl Epochs {
    /// A first epoch with a random secret.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn generate() -> Result<Self, RandomError> {
        Ok(Self { older: Vec::new(), newest: SecretKey::generate()? })
    }

    /// A second copy, which is wiped when it is dropped.
    pub(super) fn duplicate(&self) -> Self {
        Self { older: self.older.iter().map(SecretKey::duplicate).collect(), newest: self.newest.duplicate() }
    }

    /// Epochs with these secrets, oldest first.
    pub(crate) fn from_secrets(mut secrets: Vec<SecretKey>) -> Option<Self> {
        let newest = secrets.pop()?;
        (secrets.len() < MAX_ACCOUNT_EPOCHS).then_some(Self { older: secrets, newest })
    }

    /// Number of the newest epoch, which seals.
    #[must_use]
    pub fn newest(&self) -> u32 {
        u32::try_from(self.older.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Adds a new random epoch, which seals from now on, and returns its number.
    ///
    /// # Errors
    /// When there are [`MAX_ACCOUNT_EPOCHS`] epochs, or the operating system's random generator fails.
    pub fn add_epoch(&mut self) -> Result<u32, AddEpochError> {
        if self.older.len() + 1 >= MAX_ACCOUNT_EPOCHS {
            return Err(AddEpochError::TooMany);
        }
        let secret = SecretKey::generate()?;
        self.older.push(std::mem::replace(&mut self.newest, secret));
        Ok(self.newest())
    }

    /// The public id of the newest epoch, which commits to its secret.
    #[must_use]
    pub fn newest_id(&self) -> KeyId {
        epoch_id(&self.newest)
    }

    /// The seed of the account's Ed25519 key, which vouches for a device that joins by password or recovery code. It changes with
    /// the epoch, because a revoked device knows the one before.
    #[must_use]
    pub fn account_signing_seed(&self) -> Zeroizing<[u8; 32]> {
        let mut seed = Zeroizing::new([0; 32]);
        hazmat::expand(self.newest.expose(), &[], &[b"alexandria/account-signing-seed/v1"], &mut seed);
        seed
    }

    /// The keys that seal and open records.
    #[must_use]
    pub fn record_keys(&self) -> RecordKeys {
        RecordKeys::from_secrets(self.derive(b"alexandria/record-key/v1"))
    }

    /// The keys of blobs in the cloud.
    #[must_use]
    pub fn blob_keys(&self) -> CloudBlobKeys {
        let (older, newest) = self.derive(b"alexandria/cloud-blob-key/v1");
        CloudBlobKeys::from_secrets(older, newest)
    }

    /// The keys of snapshots.
    #[must_use]
    pub fn snapshot_keys(&self) -> SnapshotKeys {
        let (older, newest) = self.derive(b"alexandria/snapshot-key/v1");
        SnapshotKeys::from_secrets(older, newest)
    }

    pub(super) fn newest_secret(&self) -> &SecretKey {
        &self.newest
    }

    /// All secrets, oldest first.
    pub(super) fn secrets(&self) -> impl DoubleEndedIterator<Item = &SecretKey> {
        self.older.iter().chain([&self.newest])
    }

    fn derive(&self, label: &[u8]) -> (Vec<SecretKey>, SecretKey) {
        let derive = |secret: &SecretKey| {
            let mut key = Zeroizing::new([0; 32]);
            hazmat::expand(secret.expose(), &[], &[label], &mut key);
            SecretKey::take(&mut key)
        };
        (self.older.iter().map(derive).collect(), derive(&self.newest))
    }
}

/// The public id of an epoch's secret.
pub(super) fn epoch_id(secret: &SecretKey) -> KeyId {
    let mut id = [0; KeyId::LEN];
    hazmat::expand(secret.expose(), &[], &[b"alexandria/epoch-id/v1"], &mut id);
    KeyId::from_bytes(id)
}
