//! Adding an epoch to the key ring, so that what is sealed from then on opens only with a new key.
//!
//! This is what the revocation of a device will need. Files of older epochs stay as they are and stay readable; see "Epochs"
//! in `docs/formats/vault.md`. Absent: deciding when to add one, sealing older files again, and sending keys to other
//! devices.

use std::path::Path;

use alexandria_crypto::keys::{AddEpochError, KeyId};

use super::change_ring::{ChangedRing, change_ring};
use super::credential::Credential;
use super::protect::CleanupFailure;
use super::state::Vault;
use super::unlock::Unlocked;
use crate::error::ProtectError;
use crate::keychain::Keychain;

/// A key ring with a new epoch, stored in the vault.
#[expect(missing_debug_implementations, reason = "holds secrets, which are never printed")]
pub struct AddedEpoch {
    /// The id of the new key, which is the newest of `unlocked.keys.blobs`.
    pub id: KeyId,
    /// The vault with the new ring.
    pub unlocked: Unlocked,
    /// What could not be cleaned up. With [`CleanupFailure::PreviousCopy`] only one file has the new key: seal nothing under
    /// it until [`Vault::repair`] or [`Vault::unlock`] has replaced the copy.
    pub cleanup_failures: Vec<CleanupFailure>,
}

impl Vault {
    /// Adds an epoch to the key ring of the vault in `folder`. What opens the vault does not change. A library that is open
    /// keeps sealing under its old newest key until it is given the new ring.
    ///
    /// # Errors
    /// When `credential` does not open the vault, the ring has the maximum number of epochs, the random generator fails, or
    /// the file cannot be written.
    pub fn add_epoch(
        folder: &Path,
        credential: &Credential,
        keychain: &dyn Keychain,
    ) -> Result<AddedEpoch, ProtectError> {
        let added = change_ring(folder, credential, keychain, |keys| {
            keys.blobs.add_epoch().map_err(|error| match error {
                AddEpochError::TooMany | AddEpochError::Duplicate => ProtectError::TooManyEpochs,
                AddEpochError::Random(error) => ProtectError::Random(error),
            })
        })?;
        let ChangedRing { outcome: id, unlocked, cleanup_failures } = added;
        Ok(AddedEpoch { id, unlocked, cleanup_failures })
    }
}
