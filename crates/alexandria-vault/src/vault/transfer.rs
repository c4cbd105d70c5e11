//! Taking a vault along in a backup, and making it the vault of a restored library.
//!
//! A restored library is a new device. If two machines kept one device id, both would stamp changes with it, and one of
//! two different changes would pass for a repetition of the other. And it has a keychain entry of its own: if the
//! library that was backed up lives on beside it, neither may take away what the other opens with.

use std::path::Path;

use alexandria_crypto::keys::LibraryKey;
use alexandria_crypto::random;
use alexandria_domain::{CodedError, DeviceId};

use super::custody::{KeepError, account, forget, fresh_entry, keep, vacant};
use super::open::{Opened, open_one, read};
use super::{Credential, Unlocked, Vault, Witness, context, store_first};
use crate::error::{AdoptError, UnlockError};
use crate::file::{self, Contents, Found, Origin, ParseError, Whole};
use crate::keychain::Keychain;
use crate::slot::{Slot, SlotKind};

impl Vault {
    /// The text of the vault in `folder`, to be kept in a backup; that of its copy, if by the `witness` the copy is
    /// what opens. It says as much as the file does, which is no secret.
    ///
    /// # Errors
    /// When there is no vault, it is damaged, of a newer version, or cannot be read.
    pub fn copy(folder: &Path, witness: &Witness) -> Result<String, UnlockError> {
        let (first, beside) = read(folder)?;
        let copy = beside.other().filter(|copy| witness.prefers(&copy.contents, &first.contents));
        Ok(copy.unwrap_or(&first).contents.to_text()?)
    }

    /// The kinds of slots in the text of a vault, that is, what opens it.
    ///
    /// # Errors
    /// When it is no vault, or of a newer version.
    pub fn kinds_in(text: &[u8]) -> Result<Vec<SlotKind>, UnlockError> {
        Ok(parse(text)?.kinds())
    }

    /// Makes the vault that `text` says the vault of `folder`, under a new device id. All slots are kept, also of kinds
    /// not known here; that of the keychain only if this keychain holds the key, which it then keeps a second time. If
    /// it refuses that, the slot is left out, unless it is what opened the vault.
    ///
    /// # Errors
    /// When there is a vault in `folder`, `text` is none, `credential` does not open it or is the keychain and that
    /// keeps no second entry, or the file cannot be written.
    pub fn adopt(
        folder: &Path,
        text: &[u8],
        credential: &Credential,
        keychain: &dyn Keychain,
    ) -> Result<Unlocked, AdoptError> {
        if !matches!(file::read(folder)?, Found::Nothing) {
            return Err(AdoptError::Exists);
        }
        let vault = Whole { contents: parse(text)?, origin: Origin::Current };
        let Opened { key, keys, vault, .. } = open_one(vault, credential, keychain)?;
        let Contents { library, mut slots, .. } = vault.contents;
        let (by, device) = (credential.kind(), DeviceId::from_bytes(random::bytes()?));
        let wrapped = keys.wrap(&key, &context(&library, device))?;
        let kept = match move_entry(folder, &library, &mut slots, &key, by, keychain) {
            Err(KeepError::Keychain(error)) if by != SlotKind::Keychain => {
                tracing::warn!(code = %error.code(), "the keychain does not keep the key of the restored library");
                None
            }
            kept => kept?,
        };
        let contents = Contents { library, device, slots, keys: wrapped };
        store_first(folder, &contents, kept.as_deref(), keychain)?;
        Ok(Unlocked { keys, device, library, witness: Witness { by, opened: contents, refused: None } })
    }

    /// Removes the keychain entry that [`adopt`](Self::adopt) made for the vault in `folder`, which never became a
    /// library's and is about to be removed.
    pub fn abandon(folder: &Path, keychain: &dyn Keychain) {
        let Ok((vault, _)) = read(folder) else { return };
        for slot in &vault.contents.slots {
            // One without an id is the first of a library, and no adopted vault has it.
            if let Slot::Keychain(entry @ Some(_)) = slot {
                let _left_behind = forget(&account(&vault.contents.library, *entry), keychain);
            }
        }
    }
}

/// Takes the keychain's slot out of `slots`, and if this keychain holds the key, puts one with an entry of its own in
/// its place, for the vault in `folder`. Gives the account of that entry.
fn move_entry(
    folder: &Path,
    library: &[u8; 16],
    slots: &mut Vec<Slot>,
    key: &LibraryKey,
    by: SlotKind,
    keychain: &dyn Keychain,
) -> Result<Option<String>, KeepError> {
    let is_keychain = |slot: &Slot| slot.kind() == Some(SlotKind::Keychain);
    let Some(place) = slots.iter().position(is_keychain) else { return Ok(None) };
    let holds_key = |slot: &Slot| match slot {
        Slot::Keychain(entry) => keychain.get(&account(library, *entry)).is_ok_and(|kept| kept.is_same(key)),
        _ => false,
    };
    let is_held = by == SlotKind::Keychain || slots.iter().any(holds_key);
    slots.retain(|slot| !is_keychain(slot));
    if !is_held {
        return Ok(None);
    }
    let entry = fresh_entry()?;
    let account = account(library, entry);
    vacant(&account, keychain)?;
    keep(folder, &account, key, keychain)?;
    slots.insert(place, Slot::Keychain(entry));
    Ok(Some(account))
}

fn parse(text: &[u8]) -> Result<Contents, UnlockError> {
    Contents::parse(text).map_err(|error| match error {
        ParseError::Damaged => UnlockError::Damaged,
        ParseError::Newer => UnlockError::NewerVersion,
    })
}
