//! Taking the publication id key of an account, so that a library that joins names a book as all other devices do.
//!
//! Absent: giving the stored publications their new ids, which comes first and is the caller's.

use std::path::Path;

use alexandria_crypto::keys::PublicationIdKey;

use super::change_ring::{ChangedRing, change_ring};
use super::credential::Credential;
use super::protect::CleanupFailure;
use super::state::Vault;
use super::unlock::Unlocked;
use crate::error::ProtectError;
use crate::keychain::Keychain;

/// A key ring with another publication id key, stored in the vault.
#[expect(missing_debug_implementations, reason = "holds secrets, which are never printed")]
pub struct ReplacedPublicationIds {
    /// The vault with the new ring.
    pub unlocked: Unlocked,
    /// What could not be cleaned up. With [`CleanupFailure::PreviousCopy`] the copy has the old key until [`Vault::repair`] or
    /// [`Vault::unlock`] has replaced it.
    pub cleanup_failures: Vec<CleanupFailure>,
}

impl Vault {
    /// Replaces the publication id key of the vault in `folder`. What opens the vault does not change. Doing it again with the same
    /// key changes nothing that could be observed.
    ///
    /// # Errors
    /// When `credential` does not open the vault, the random generator fails, or the file cannot be written.
    pub fn replace_publication_ids(
        folder: &Path,
        credential: &Credential,
        keychain: &dyn Keychain,
        ids: &PublicationIdKey,
    ) -> Result<ReplacedPublicationIds, ProtectError> {
        let changed = change_ring(folder, credential, keychain, |keys| {
            keys.ids = ids.duplicate();
            Ok(())
        })?;
        let ChangedRing { outcome: (), unlocked, cleanup_failures } = changed;
        Ok(ReplacedPublicationIds { unlocked, cleanup_failures })
    }
}
