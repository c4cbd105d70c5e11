//! Exporting a vault into a backup, and importing it as the vault of a restored library.
//!
//! A restored library is a new device. If two machines shared one device id, both would stamp changes with it, and of two
//! different changes one would be taken for a repetition of the other. It also gets its own keychain entry: if the original
//! library is still in use, neither may remove the entry that the other uses.

use std::path::Path;

use alexandria_crypto::keys::LibraryKey;
use alexandria_crypto::random;
use alexandria_domain::{CodedError, DeviceId};

use super::create::write_first;
use super::credential::Credential;
use super::key_store::{account_name, ensure_no_entry, new_entry_id, remove_entry, store_key};
use super::open::{OpenedVault, open_file, read};
use super::ring;
use super::state::Vault;
use super::unlock::Unlocked;
use super::unlock_record::UnlockRecord;
use crate::error::{ImportVaultError, StoreKeyError, UnlockError};
use crate::file::{self, Contents, Origin, ParseError, VaultFile, VaultFiles};
use crate::keychain::Keychain;
use crate::slot::{Slot, SlotKind};

impl Vault {
    /// The text of the vault in `folder`, for a backup; that of its copy if, according to `unlock_record`, the copy is the
    /// intact one. It reveals as much as the file does, which is no secret.
    ///
    /// # Errors
    /// When there is no vault, it is damaged, was written by a newer version, or cannot be read.
    pub fn export(folder: &Path, unlock_record: &UnlockRecord) -> Result<String, UnlockError> {
        let (primary, copy) = read(folder)?;
        let copy = copy.different().filter(|copy| unlock_record.prefers(&copy.contents, &primary.contents));
        Ok(copy.unwrap_or(&primary).contents.to_text()?)
    }

    /// The kinds of slots in an exported vault, that is, what unlocks it.
    ///
    /// # Errors
    /// When it is not a vault, or was written by a newer version.
    pub fn slot_kinds(text: &[u8]) -> Result<Vec<SlotKind>, UnlockError> {
        Ok(parse(text)?.kinds())
    }

    /// Imports the exported vault `text` into `folder`, under a new device id. All slots are preserved, also those of
    /// unknown kinds; the keychain slot only if this keychain has the key, which is then stored in a second entry. If the
    /// keychain cannot store it, the slot is omitted, unless it is what unlocked the vault.
    ///
    /// # Errors
    /// When there is a vault in `folder`, `text` is not a vault, `credential` does not open it or is the keychain and that
    /// cannot store a second entry, or the file cannot be written.
    pub fn import(
        folder: &Path,
        text: &[u8],
        credential: &Credential,
        keychain: &dyn Keychain,
    ) -> Result<Unlocked, ImportVaultError> {
        if !matches!(file::read(folder)?, VaultFiles::Absent) {
            return Err(ImportVaultError::Exists);
        }
        let vault = VaultFile { contents: parse(text)?, origin: Origin::Current };
        let OpenedVault { key, keys, vault, .. } = open_file(vault, credential, keychain)?;
        let Contents { library, mut slots, .. } = vault.contents;
        let (by, device) = (credential.kind(), DeviceId::from_bytes(random::bytes()?));
        let wrapped = ring::wrap(&keys, &key, &library, device)?;
        let entry = match replace_keychain_slot(folder, &library, &mut slots, &key, by, keychain) {
            Err(StoreKeyError::Keychain(error)) if by != SlotKind::Keychain => {
                tracing::warn!(code = %error.code(), "the keychain cannot store the key of the restored library");
                None
            }
            outcome => outcome?,
        };
        let contents = Contents { library, device, slots, keys: wrapped };
        write_first(folder, &contents, entry.as_deref(), keychain)?;
        let unlock_record = UnlockRecord { by, opened: contents, rejected: None };
        Ok(Unlocked { keys, device, library, unlock_record })
    }

    /// Removes the keychain entry that [`import`](Self::import) created for the vault in `folder`, which never became a
    /// library's and is about to be removed.
    pub fn discard_import(folder: &Path, keychain: &dyn Keychain) {
        let Ok((vault, _)) = read(folder) else { return };
        for slot in &vault.contents.slots {
            // The entry without an id belongs to the original library; no imported vault references it.
            if let Slot::Keychain(entry @ Some(_)) = slot {
                let _logged = remove_entry(&account_name(&vault.contents.library, *entry), keychain);
            }
        }
    }
}

/// Removes the keychain slot from `slots`. If this keychain has the key, stores it in a new entry for the vault in
/// `folder`, inserts a slot for that and returns the entry's account.
fn replace_keychain_slot(
    folder: &Path,
    library: &[u8; 16],
    slots: &mut Vec<Slot>,
    key: &LibraryKey,
    by: SlotKind,
    keychain: &dyn Keychain,
) -> Result<Option<String>, StoreKeyError> {
    let is_keychain = |slot: &Slot| slot.kind() == Some(SlotKind::Keychain);
    let Some(position) = slots.iter().position(is_keychain) else { return Ok(None) };
    let has_key = |slot: &Slot| match slot {
        Slot::Keychain(entry) => keychain.get(&account_name(library, *entry)).is_ok_and(|stored| stored.is_same(key)),
        _ => false,
    };
    let keychain_has_key = by == SlotKind::Keychain || slots.iter().any(has_key);
    slots.retain(|slot| !is_keychain(slot));
    if !keychain_has_key {
        return Ok(None);
    }
    let entry = new_entry_id()?;
    let account = account_name(library, entry);
    ensure_no_entry(&account, keychain)?;
    store_key(folder, &account, key, keychain)?;
    slots.insert(position, Slot::Keychain(entry));
    Ok(Some(account))
}

fn parse(text: &[u8]) -> Result<Contents, UnlockError> {
    Contents::parse(text).map_err(|error| match error {
        ParseError::Damaged => UnlockError::Damaged,
        ParseError::NewerVersion => UnlockError::NewerVersion,
    })
}
