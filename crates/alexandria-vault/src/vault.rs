//! A vault: its state, making one, opening it. Changing what opens it is in `protect`, `recovery` and `rotate`; what is
//! done when its copy says something else, in `copies`.

use std::io;
use std::path::Path;

use alexandria_crypto::keys::{KeyRing, LibraryKey};
use alexandria_crypto::passphrase::{Cost, Passphrase, PassphraseSlot, SealSlotError};
use alexandria_crypto::random;
use alexandria_crypto::recovery::RecoveryCode;
use alexandria_domain::DeviceId;

use self::custody::{account, forget, keep, vacant};
use self::open::Opened;
use crate::error::{CreateError, StateError, UnlockError};
use crate::file::{self, Contents, Found, Origin};
use crate::keychain::Keychain;
use crate::slot::{Slot, SlotKind};

mod copies;
mod custody;
mod inspect;
mod open;
mod protect;
mod recovery;
mod rotate;
#[cfg(test)]
pub(crate) mod tests;
mod transfer;

pub use self::copies::Witness;
pub(crate) use self::custody::KeepError;
pub use self::inspect::{CopyStanding, Inspection, KeychainStanding};
pub use self::protect::Leftover;
pub use self::recovery::NewRecoveryCode;
pub use self::rotate::Rotation;

/// What stretching a new passphrase costs. The tests here do it hundreds of times.
const COST: Cost = if cfg!(test) { Cost::FLOOR } else { Cost::STANDARD };

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
    /// A recovery code.
    RecoveryCode(RecoveryCode),
}

impl Credential {
    /// The kind of slot that it opens.
    #[must_use]
    pub fn kind(&self) -> SlotKind {
        match self {
            Self::Keychain => SlotKind::Keychain,
            Self::Passphrase(_) => SlotKind::Passphrase,
            Self::RecoveryCode(_) => SlotKind::RecoveryCode,
        }
    }
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
    /// What opened.
    pub witness: Witness,
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
            Found::Vault { first, .. } => Ok(VaultState::Locked { slots: first.contents.kinds() }),
        }
    }

    /// Makes a vault with fresh keys in `folder`, which exists.
    ///
    /// # Errors
    /// When there is one, even a damaged one; when the keychain does anything but say that it has no entry, keep the
    /// new one and give it back; when the passphrase is too short; when the file cannot be written. No vault is left
    /// behind then.
    pub fn create(folder: &Path, protection: &Protection, keychain: &dyn Keychain) -> Result<Unlocked, CreateError> {
        if !matches!(file::read(folder)?, Found::Nothing) {
            return Err(CreateError::Exists);
        }
        let library = random::bytes()?;
        let device = DeviceId::from_bytes(random::bytes()?);
        let account = account(&library, None);
        if matches!(protection, Protection::Keychain) {
            vacant(&account, keychain)?;
        }
        let key = LibraryKey::generate()?;
        let keys = KeyRing::generate()?;
        let wrapped = keys.wrap(&key, &context(&library, device))?;
        let (slot, by, kept) = match protection {
            Protection::Passphrase(passphrase) => (sealed(&key, passphrase)?, SlotKind::Passphrase, None),
            Protection::Keychain => {
                keep(folder, &account, &key, keychain)?;
                (Slot::Keychain(None), SlotKind::Keychain, Some(account.as_str()))
            }
        };
        let contents = Contents { library, device, slots: vec![slot], keys: wrapped };
        store_first(folder, &contents, kept, keychain)?;
        Ok(Unlocked { keys, device, library, witness: Witness { by, opened: contents, refused: None } })
    }

    /// Opens the vault in `folder`. If the vault does not open because it is damaged, its previous copy is tried. If
    /// the vault opens, and a change of it was cut short, that change is finished: what it took away is removed from
    /// the copy and from the keychain. Nothing else is written, and nothing at all if it does not open.
    ///
    /// # Errors
    /// When there is none, it is damaged, the credential does not open it, or the keychain cannot be used now.
    pub fn unlock(folder: &Path, credential: &Credential, keychain: &dyn Keychain) -> Result<Unlocked, UnlockError> {
        let Opened { keys, vault, other, .. } = open::open(folder, credential, keychain)?;
        let (by, opened) = (credential.kind(), vault.contents);
        let refused = match vault.origin {
            Origin::Previous => other,
            Origin::Current => {
                if let Some(copy) = &other {
                    copies::finish_cut_short(folder, &opened, by, copy, keychain);
                }
                None
            }
        };
        let Contents { device, library, .. } = opened;
        Ok(Unlocked { keys, device, library, witness: Witness { by, opened, refused } })
    }
}

/// Makes `contents` the first vault in `folder`, for which the keychain keeps the key under the account `kept`. If it
/// cannot be written, there is no vault and no such entry.
fn store_first(folder: &Path, contents: &Contents, kept: Option<&str>, keychain: &dyn Keychain) -> io::Result<()> {
    if let Err(error) = file::write(folder, None, contents) {
        // If the file cannot be taken back either, its key has to stay too.
        if let (Ok(()), Some(account)) = (file::discard(folder), kept) {
            let _left_behind = forget(account, keychain);
        }
        return Err(error);
    }
    if file::settle(folder, contents).is_err() {
        tracing::warn!("the new vault has no copy yet; the next change makes one");
    }
    Ok(())
}

fn sealed(key: &LibraryKey, passphrase: &Passphrase) -> Result<Slot, SealSlotError> {
    PassphraseSlot::seal(key, passphrase, COST).map(Slot::Passphrase)
}

/// What the wrapped ring is bound to, so that neither id in the file can be changed.
fn context(library: &[u8; 16], device: DeviceId) -> Vec<u8> {
    [b"alexandria/vault/v1".as_slice(), library, device.as_bytes()].concat()
}
