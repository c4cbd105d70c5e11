//! Creating a vault with new keys.

use std::io;
use std::path::Path;

use alexandria_crypto::keys::{KeyRing, LibraryKey};
use alexandria_crypto::random;
use alexandria_domain::DeviceId;

use super::credential::{Protection, passphrase_slot};
use super::key_store::{account_name, ensure_no_entry, remove_entry, store_key};
use super::ring;
use super::state::Vault;
use super::unlock::Unlocked;
use super::unlock_record::UnlockRecord;
use crate::error::CreateError;
use crate::file::{self, Contents, VaultFiles};
use crate::keychain::Keychain;
use crate::slot::{Slot, SlotKind};

impl Vault {
    /// Creates a vault with new keys in `folder`, which exists.
    ///
    /// # Errors
    /// When there is a vault, even a damaged one; when the keychain does not report that it has no entry, store the new
    /// one and return it; when the passphrase is too short; when the file cannot be written. No vault is left behind.
    pub fn create(folder: &Path, protection: &Protection, keychain: &dyn Keychain) -> Result<Unlocked, CreateError> {
        if !matches!(file::read(folder)?, VaultFiles::Absent) {
            return Err(CreateError::Exists);
        }
        let library = random::bytes()?;
        let device = DeviceId::from_bytes(random::bytes()?);
        let account = account_name(&library, None);
        if matches!(protection, Protection::Keychain) {
            ensure_no_entry(&account, keychain)?;
        }
        let key = LibraryKey::generate()?;
        let keys = KeyRing::generate()?;
        let wrapped = ring::wrap(&keys, &key, &library, device)?;
        let (slot, by, entry) = match protection {
            Protection::Passphrase(passphrase) => (passphrase_slot(&key, passphrase)?, SlotKind::Passphrase, None),
            Protection::Keychain => {
                store_key(folder, &account, &key, keychain)?;
                (Slot::Keychain(None), SlotKind::Keychain, Some(account.as_str()))
            }
        };
        let contents = Contents { library, device, slots: vec![slot], keys: wrapped };
        write_first(folder, &contents, entry, keychain)?;
        let unlock_record = UnlockRecord { by, opened: contents, rejected: None };
        Ok(Unlocked { keys, device, library, unlock_record })
    }
}

/// Writes the first vault of `folder`, whose key the keychain stores under the account `entry`. After an error there is
/// neither a vault nor that entry.
pub(super) fn write_first(
    folder: &Path,
    contents: &Contents,
    entry: Option<&str>,
    keychain: &dyn Keychain,
) -> io::Result<()> {
    if let Err(error) = file::write(folder, None, contents) {
        // A vault that cannot be removed needs its key.
        if let (Ok(()), Some(account)) = (file::remove_first(folder), entry) {
            let _logged = remove_entry(account, keychain);
        }
        return Err(error);
    }
    if file::sync_copy(folder, contents).is_err() {
        tracing::warn!("the new vault has no copy; the next change creates one");
    }
    Ok(())
}
