//! Changing the key ring of a vault and storing it, without changing what opens the vault.

use std::path::Path;

use alexandria_crypto::keys::KeyRing;

use super::credential::Credential;
use super::open::{OpenedVault, open};
use super::protect::{CleanupFailure, replace_vault};
use super::ring;
use super::unlock::Unlocked;
use super::unlock_record::UnlockRecord;
use crate::error::{ProtectError, UnlockError};
use crate::file::Contents;
use crate::keychain::Keychain;

/// A changed key ring, stored in the vault.
pub(super) struct ChangedRing<T> {
    /// What the change returned.
    pub(super) outcome: T,
    /// The vault with the new ring.
    pub(super) unlocked: Unlocked,
    pub(super) cleanup_failures: Vec<CleanupFailure>,
}

/// Opens the vault in `folder`, changes its ring, and stores it.
pub(super) fn change_ring<T>(
    folder: &Path,
    credential: &Credential,
    keychain: &dyn Keychain,
    change: impl FnOnce(&mut KeyRing) -> Result<T, ProtectError>,
) -> Result<ChangedRing<T>, ProtectError> {
    let OpenedVault { key, mut keys, vault, .. } = open(folder, credential, keychain)?;
    let outcome = change(&mut keys)?;
    let Contents { library, device, ref slots, .. } = vault.contents;
    let wrapped = ring::wrap(&keys, &key, &library, device)?;
    let contents = Contents { library, device, slots: slots.clone(), keys: wrapped };
    // Writing a ring that does not open would lose the library.
    ring::unwrap(&contents, &key).map_err(|_| UnlockError::Damaged)?;
    let cleanup_failures = replace_vault(folder, &vault, &contents, || None)?;
    let unlock_record = UnlockRecord { by: credential.kind(), opened: contents, rejected: None };
    Ok(ChangedRing { outcome, unlocked: Unlocked { keys, device, library, unlock_record }, cleanup_failures })
}
