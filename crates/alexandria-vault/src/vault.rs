//! Making, opening and re-protecting a vault.

use std::path::Path;

use alexandria_crypto::EnvelopeError;
use alexandria_crypto::keys::{KeyRing, LibraryKey};
use alexandria_crypto::passphrase::{Cost, Passphrase, PassphraseSlot, SealSlotError};
use alexandria_crypto::random;
use alexandria_domain::DeviceId;

use self::custody::{account, forget, keep, keep_again, vacant};
use crate::error::{CreateError, ProtectError, StateError, UnlockError};
use crate::file::{self, Contents, Found};
use crate::keychain::{Keychain, KeychainError};
use crate::slot::{Slot, SlotKind};

mod custody;
#[cfg(test)]
mod tests;

/// How a library is protected.
#[expect(missing_debug_implementations, reason = "holds a secret, which is never printed")]
pub enum Protection {
    /// The operating system's keychain keeps the key.
    Keychain,
    /// The key is sealed under a passphrase.
    Passphrase(Passphrase),
}

/// What opens a library.
#[expect(missing_debug_implementations, reason = "holds a secret, which is never printed")]
pub enum Credential {
    /// The operating system's keychain.
    Keychain,
    /// A passphrase.
    Passphrase(Passphrase),
}

/// What an open vault gives.
#[expect(missing_debug_implementations, reason = "holds secrets, which are never printed")]
pub struct Unlocked {
    /// The library's working keys.
    pub keys: KeyRing,
    /// This installation.
    pub device: DeviceId,
    /// The library.
    pub library: [u8; 16],
}

/// What is in a library's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultState {
    /// No vault.
    None,
    /// A vault that any of these opens.
    Locked {
        /// The kinds of its slots, in the order they were added.
        slots: Vec<SlotKind>,
    },
    /// A vault file that is not whole, and no previous copy that is.
    Damaged,
}

/// The operations on a library's vault. The caller holds the lock on the library's folder.
#[derive(Clone, Copy, Debug)]
pub struct Vault;

impl Vault {
    /// What is in `folder`. Asks nothing of the keychain.
    ///
    /// # Errors
    /// When the file cannot be read, or a newer version wrote it.
    pub fn state(folder: &Path) -> Result<VaultState, StateError> {
        match file::read(folder)? {
            Found::Nothing => Ok(VaultState::None),
            Found::Damaged => Ok(VaultState::Damaged),
            Found::Newer => Err(StateError::NewerVersion),
            Found::Vault(contents) => {
                Ok(VaultState::Locked { slots: contents.slots.iter().filter_map(Slot::kind).collect() })
            }
        }
    }

    /// Makes a vault with fresh keys in `folder`, which exists.
    ///
    /// # Errors
    /// When there is one, even a damaged one; when the keychain does anything but say that it has no entry, keep the
    /// new one and give it back; when the passphrase is too short; when the file cannot be written. No vault is left
    /// behind then.
    pub fn create(folder: &Path, protection: Protection, keychain: &dyn Keychain) -> Result<Unlocked, CreateError> {
        if !matches!(file::read(folder)?, Found::Nothing) {
            return Err(CreateError::Exists);
        }
        let library = random::bytes()?;
        let device = DeviceId::from_bytes(random::bytes()?);
        let account = account(&library);
        if matches!(protection, Protection::Keychain) {
            vacant(&account, keychain)?;
        }
        let key = LibraryKey::generate()?;
        let keys = KeyRing::generate()?;
        let wrapped = keys.wrap(&key, &context(&library, device))?;
        let slot = match protection {
            Protection::Passphrase(passphrase) => sealed(&key, &passphrase)?,
            Protection::Keychain => keep(&account, &key, keychain)?,
        };
        let in_keychain = slot == Slot::Keychain;
        let contents = Contents { library, device, slots: vec![slot], keys: wrapped };
        if let Err(error) = file::write(folder, &contents) {
            // If the file cannot be taken back either, its key has to stay too.
            if file::discard(folder).is_ok() && in_keychain {
                forget(&account, keychain);
            }
            return Err(error.into());
        }
        Ok(Unlocked { keys, device, library })
    }

    /// Opens the vault in `folder`. Writes nothing.
    ///
    /// # Errors
    /// When there is none, it is damaged, the credential does not open it, or the keychain cannot be used now.
    pub fn unlock(folder: &Path, credential: Credential, keychain: &dyn Keychain) -> Result<Unlocked, UnlockError> {
        let contents = contents(folder)?;
        let from_keychain = matches!(credential, Credential::Keychain);
        let key = library_key(&contents, credential, keychain)?;
        let keys = open_ring(&contents, &key).map_err(|error| match error {
            // This says more about the keychain than about the vault.
            EnvelopeError::WrongKey if from_keychain => KeychainError::Malformed.into(),
            _ => UnlockError::Damaged,
        })?;
        Ok(Unlocked { keys, device: contents.device, library: contents.library })
    }

    /// Adds `protection` to the vault in `folder`, in place of one of the same kind: the way to change a passphrase.
    /// Copies of the vault made before still open with what opened them.
    ///
    /// # Errors
    /// When `credential` does not open the vault, the new protection cannot be made, or the file cannot be written.
    pub fn protect(
        folder: &Path,
        credential: Credential,
        protection: Protection,
        keychain: &dyn Keychain,
    ) -> Result<(), ProtectError> {
        let mut contents = contents(folder)?;
        let key = library_key(&contents, credential, keychain)?;
        // A key that does not open the ring must not be given another slot.
        open_ring(&contents, &key).map_err(|_| UnlockError::Damaged)?;
        let slot = match protection {
            Protection::Passphrase(passphrase) => sealed(&key, &passphrase)?,
            Protection::Keychain => keep_again(&account(&contents.library), &key, keychain)?,
        };
        match contents.slots.iter_mut().find(|old| old.kind() == slot.kind()) {
            Some(old) => *old = slot,
            None => contents.slots.push(slot),
        }
        Ok(file::write(folder, &contents)?)
    }
}

fn contents(folder: &Path) -> Result<Contents, UnlockError> {
    match file::read(folder)? {
        Found::Nothing => Err(UnlockError::NoVault),
        Found::Damaged => Err(UnlockError::Damaged),
        Found::Newer => Err(UnlockError::NewerVersion),
        Found::Vault(contents) => Ok(contents),
    }
}

/// Gets the library key out of the slot that `credential` opens.
fn library_key(
    contents: &Contents,
    credential: Credential,
    keychain: &dyn Keychain,
) -> Result<LibraryKey, UnlockError> {
    match credential {
        Credential::Keychain if contents.slots.contains(&Slot::Keychain) => {
            Ok(keychain.get(&account(&contents.library))?)
        }
        Credential::Keychain => Err(UnlockError::NoSlot),
        Credential::Passphrase(passphrase) => {
            let mut slots = contents.slots.iter();
            let slot = slots.find_map(|slot| if let Slot::Passphrase(slot) = slot { Some(slot) } else { None });
            Ok(slot.ok_or(UnlockError::NoSlot)?.open(&passphrase)?)
        }
    }
}

fn open_ring(contents: &Contents, key: &LibraryKey) -> Result<KeyRing, EnvelopeError> {
    KeyRing::unwrap(key, &context(&contents.library, contents.device), &contents.keys)
}

fn sealed(key: &LibraryKey, passphrase: &Passphrase) -> Result<Slot, SealSlotError> {
    PassphraseSlot::seal(key, passphrase, Cost::STANDARD).map(Slot::Passphrase)
}

/// What the wrapped ring is bound to, so that neither id in the file can be changed.
fn context(library: &[u8; 16], device: DeviceId) -> Vec<u8> {
    [b"alexandria/vault/v1".as_slice(), library, device.as_bytes()].concat()
}
