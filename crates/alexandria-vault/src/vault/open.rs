//! Getting the library key out of a slot, and the ring out with it.

use std::path::Path;

use alexandria_crypto::EnvelopeError;
use alexandria_crypto::keys::{KeyRing, LibraryKey};

use super::custody::account;
use super::{Credential, context};
use crate::error::UnlockError;
use crate::file::{self, Contents, Found, Whole};
use crate::keychain::{Keychain, KeychainError};
use crate::slot::Slot;

/// A vault that a credential opened.
pub(super) struct Opened {
    pub(super) key: LibraryKey,
    pub(super) keys: KeyRing,
    /// What it says, and which file said it.
    pub(super) vault: Whole,
}

/// Opens the vault in `folder`, or its previous copy if that helps.
pub(super) fn open(folder: &Path, credential: &Credential, keychain: &dyn Keychain) -> Result<Opened, UnlockError> {
    let (first, second) = match file::read(folder)? {
        Found::Nothing => return Err(UnlockError::NoVault),
        Found::Damaged => return Err(UnlockError::Damaged),
        Found::Newer => return Err(UnlockError::NewerVersion),
        Found::Vault { first, second } => (first, second),
    };
    // A copy that is the same in all that this credential needs would fail in the same way.
    let needed = |vault: &Whole| {
        let contents = &vault.contents;
        (contents.library, contents.device, contents.keys.clone(), contents.slot(credential.kind()).cloned())
    };
    let of_first = needed(&first);
    let second = second.filter(|second| needed(second) != of_first);
    match (open_one(first, credential, keychain), second) {
        (Err(error), Some(second)) if may_be_damage(&error) => {
            let opened = open_one(second, credential, keychain).map_err(|_| error)?;
            tracing::warn!("the vault does not open; its previous copy is used");
            Ok(opened)
        }
        (outcome, _) => outcome,
    }
}

/// Whether a vault with another slot or another ring may open where this one did not.
fn may_be_damage(error: &UnlockError) -> bool {
    match error {
        UnlockError::Damaged
        | UnlockError::NoSlot
        | UnlockError::WrongPassphrase
        | UnlockError::WrongRecoveryCode
        | UnlockError::Keychain(KeychainError::NoEntry | KeychainError::Malformed) => true,
        UnlockError::NoVault
        | UnlockError::NewerVersion
        | UnlockError::Memory
        | UnlockError::Io(_)
        | UnlockError::Keychain(_) => false,
    }
}

/// Opens one vault.
pub(super) fn open_one(vault: Whole, credential: &Credential, keychain: &dyn Keychain) -> Result<Opened, UnlockError> {
    let key = library_key(&vault.contents, credential, keychain)?;
    let keys = open_ring(&vault.contents, &key).map_err(|error| match (error, credential) {
        // This says more about the keychain than about the vault.
        (EnvelopeError::WrongKey, Credential::Keychain) => KeychainError::Malformed.into(),
        _ => UnlockError::Damaged,
    })?;
    Ok(Opened { key, keys, vault })
}

/// Gets the library key out of the slot that `credential` opens.
fn library_key(
    contents: &Contents,
    credential: &Credential,
    keychain: &dyn Keychain,
) -> Result<LibraryKey, UnlockError> {
    match (contents.slot(credential.kind()), credential) {
        (Some(Slot::Keychain(entry)), Credential::Keychain) => Ok(keychain.get(&account(&contents.library, *entry))?),
        (Some(Slot::Passphrase(slot)), Credential::Passphrase(passphrase)) => Ok(slot.open(passphrase)?),
        (Some(Slot::Recovery(slot)), Credential::RecoveryCode(code)) => Ok(slot.open(code)?),
        _ => Err(UnlockError::NoSlot),
    }
}

/// Opens the ring with the library key.
pub(super) fn open_ring(contents: &Contents, key: &LibraryKey) -> Result<KeyRing, EnvelopeError> {
    KeyRing::unwrap(key, &context(&contents.library, contents.device), &contents.keys)
}
