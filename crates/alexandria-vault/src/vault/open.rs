//! Getting the library key out of a slot, and the ring out with it.

use std::path::Path;

use alexandria_crypto::EnvelopeError;
use alexandria_crypto::keys::{KeyRing, LibraryKey};

use super::copies::is_damage;
use super::custody::account;
use super::{Credential, context};
use crate::error::UnlockError;
use crate::file::{self, Beside, Contents, Found, Whole};
use crate::keychain::{Keychain, KeychainError};
use crate::slot::{Slot, SlotKind};

/// A vault that a credential opened.
pub(super) struct Opened {
    pub(super) key: LibraryKey,
    pub(super) keys: KeyRing,
    /// What it says, and which file said it.
    pub(super) vault: Whole,
    /// What the other of vault and copy says, if that is something else.
    pub(super) other: Option<Contents>,
}

/// The vault in `folder`, and what is beside it.
pub(super) fn read(folder: &Path) -> Result<(Whole, Beside), UnlockError> {
    match file::read(folder)? {
        Found::Nothing => Err(UnlockError::NoVault),
        Found::Damaged => Err(UnlockError::Damaged),
        Found::Newer => Err(UnlockError::NewerVersion),
        Found::Vault { first, beside } => Ok((first, beside)),
    }
}

/// Opens the vault in `folder`, or its previous copy if the vault is damaged.
pub(super) fn open(folder: &Path, credential: &Credential, keychain: &dyn Keychain) -> Result<Opened, UnlockError> {
    let (first, beside) = read(folder)?;
    let Beside::Other(copy) = beside else { return open_one(first, credential, keychain) };
    match open_one(first.clone(), credential, keychain) {
        Err(error) if may_stand_in(&copy.contents, &first.contents, credential.kind(), &error) => {
            let opened = open_one(copy, credential, keychain).map_err(|_| error)?;
            tracing::warn!("the vault does not open; its previous copy is used");
            Ok(Opened { other: Some(first.contents), ..opened })
        }
        outcome => outcome.map(|opened| Opened { other: Some(copy.contents), ..opened }),
    }
}

/// Whether `copy` may open with a credential of this kind where `vault` did not, for `error`, and is allowed to: what a
/// change took away does not come back because the change was cut short.
fn may_stand_in(copy: &Contents, vault: &Contents, kind: SlotKind, error: &UnlockError) -> bool {
    // One that is the same in all that this credential needs would fail in the same way.
    let is_same = (copy.library, copy.device) == (vault.library, vault.device)
        && copy.keys == vault.keys
        && copy.slot(kind) == vault.slot(kind);
    if is_same {
        return false;
    }
    match error {
        // No change makes these; the keychain may have lost the entry that it was given last.
        UnlockError::Damaged | UnlockError::Keychain(KeychainError::NoEntry | KeychainError::Malformed) => true,
        UnlockError::NoSlot | UnlockError::WrongPassphrase | UnlockError::WrongRecoveryCode => is_damage(vault, copy),
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
    Ok(Opened { key, keys, vault, other: None })
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
