//! Taking a vault along in a backup, and making it the vault of a restored library.
//!
//! A restored library is a new device. If two machines kept one device id, both would stamp changes with it, and one of
//! two different changes would pass for a repetition of the other.

use std::path::Path;

use alexandria_crypto::random;
use alexandria_domain::DeviceId;

use super::custody::account;
use super::open::{Opened, open_one};
use super::{Credential, Unlocked, Vault, context};
use crate::error::{AdoptError, UnlockError};
use crate::file::{self, Contents, Found, Origin, ParseError, Whole};
use crate::keychain::Keychain;
use crate::slot::{Slot, SlotKind};

impl Vault {
    /// The text of the vault in `folder`, to be kept in a backup. It says as much as the file does, which is no secret.
    ///
    /// # Errors
    /// When there is no vault, it is damaged, of a newer version, or cannot be read.
    pub fn copy(folder: &Path) -> Result<String, UnlockError> {
        match file::read(folder)? {
            Found::Nothing => Err(UnlockError::NoVault),
            Found::Damaged => Err(UnlockError::Damaged),
            Found::Newer => Err(UnlockError::NewerVersion),
            Found::Vault { first, .. } => Ok(first.contents.to_text()?),
        }
    }

    /// The kinds of slots in the text of a vault, that is, what opens it.
    ///
    /// # Errors
    /// When it is no vault, or of a newer version.
    pub fn kinds_in(text: &[u8]) -> Result<Vec<SlotKind>, UnlockError> {
        Ok(parse(text)?.kinds())
    }

    /// Makes the vault that `text` says the vault of `folder`, under a new device id. All slots are kept, also of kinds
    /// not known here; that of the keychain only if this keychain holds the key.
    ///
    /// # Errors
    /// When there is a vault in `folder`, `text` is none, `credential` does not open it, or the file cannot be written.
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
        let Opened { key, keys, vault } = open_one(vault, credential, keychain)?;
        let Contents { library, mut slots, .. } = vault.contents;
        slots.retain(|slot| match slot {
            Slot::Keychain(entry) => keychain.get(&account(&library, *entry)).is_ok_and(|kept| kept.is_same(&key)),
            _ => true,
        });
        let device = DeviceId::from_bytes(random::bytes()?);
        let contents = Contents { library, device, slots, keys: keys.wrap(&key, &context(&library, device))? };
        file::write(folder, None, &contents)?;
        file::settle(folder, &contents)?;
        Ok(Unlocked { keys, device, library })
    }
}

fn parse(text: &[u8]) -> Result<Contents, UnlockError> {
    Contents::parse(text).map_err(|error| match error {
        ParseError::Damaged => UnlockError::Damaged,
        ParseError::Newer => UnlockError::NewerVersion,
    })
}
