//! Getting the library key from a slot, and with it the key ring.

use std::path::Path;

use alexandria_crypto::EnvelopeError;
use alexandria_crypto::keys::{KeyRing, LibraryKey};

use super::compare::differ_by_damage;
use super::credential::Credential;
use super::key_store::account_name;
use super::ring;
use crate::error::UnlockError;
use crate::file::{self, Contents, CopyState, VaultFile, VaultFiles};
use crate::keychain::{Keychain, KeychainError};
use crate::slot::{Slot, SlotKind};

/// A vault that a credential opened.
pub(super) struct OpenedVault {
    pub(super) key: LibraryKey,
    pub(super) keys: KeyRing,
    /// The file that was opened.
    pub(super) vault: VaultFile,
    /// The contents of the other file, vault or copy, if they differ.
    pub(super) other: Option<Contents>,
}

/// Reads the vault in `folder`, and its copy.
pub(super) fn read(folder: &Path) -> Result<(VaultFile, CopyState), UnlockError> {
    match file::read(folder)? {
        VaultFiles::Absent => Err(UnlockError::NoVault),
        VaultFiles::Damaged => Err(UnlockError::Damaged),
        VaultFiles::NewerVersion => Err(UnlockError::NewerVersion),
        VaultFiles::Present { primary, copy } => Ok((primary, copy)),
    }
}

/// Opens the vault in `folder`, or its copy if the vault is damaged.
pub(super) fn open(
    folder: &Path,
    credential: &Credential,
    keychain: &dyn Keychain,
) -> Result<OpenedVault, UnlockError> {
    let (primary, copy) = read(folder)?;
    let CopyState::Different(copy) = copy else { return open_file(primary, credential, keychain) };
    match open_file(primary.clone(), credential, keychain) {
        Err(error) if may_fall_back(&copy.contents, &primary.contents, credential.kind(), &error) => {
            let opened = open_file(copy, credential, keychain).map_err(|_| error)?;
            tracing::warn!("the vault does not open; using its copy");
            Ok(OpenedVault { other: Some(primary.contents), ..opened })
        }
        outcome => outcome.map(|opened| OpenedVault { other: Some(copy.contents), ..opened }),
    }
}

/// Whether `copy` may be opened after `vault` failed with `error`. An interrupted change must not bring back what it
/// revoked.
fn may_fall_back(copy: &Contents, vault: &Contents, kind: SlotKind, error: &UnlockError) -> bool {
    // A copy that is equal in everything this credential uses would fail in the same way.
    let is_equal = (copy.library, copy.device) == (vault.library, vault.device)
        && copy.keys == vault.keys
        && copy.slot(kind) == vault.slot(kind);
    if is_equal {
        return false;
    }
    match error {
        // No change causes these, but the keychain may have lost its newest entry.
        UnlockError::Damaged | UnlockError::Keychain(KeychainError::NoEntry | KeychainError::Malformed) => true,
        UnlockError::NoSlot | UnlockError::WrongPassphrase | UnlockError::WrongRecoveryCode => {
            differ_by_damage(vault, copy)
        }
        UnlockError::NoVault
        | UnlockError::NewerVersion
        | UnlockError::Memory
        | UnlockError::Io(_)
        | UnlockError::Keychain(_) => false,
    }
}

/// Opens one vault file.
pub(super) fn open_file(
    vault: VaultFile,
    credential: &Credential,
    keychain: &dyn Keychain,
) -> Result<OpenedVault, UnlockError> {
    let key = library_key(&vault.contents, credential, keychain)?;
    let keys = ring::unwrap(&vault.contents, &key).map_err(|error| match (error, credential) {
        // The keychain has another key; the vault may be intact.
        (EnvelopeError::WrongKey, Credential::Keychain) => KeychainError::Malformed.into(),
        _ => UnlockError::Damaged,
    })?;
    Ok(OpenedVault { key, keys, vault, other: None })
}

/// Gets the library key from the slot that `credential` opens.
fn library_key(
    contents: &Contents,
    credential: &Credential,
    keychain: &dyn Keychain,
) -> Result<LibraryKey, UnlockError> {
    match (contents.slot(credential.kind()), credential) {
        (Some(Slot::Keychain(entry)), Credential::Keychain) => {
            Ok(keychain.get(&account_name(&contents.library, *entry))?)
        }
        (Some(Slot::Passphrase(slot)), Credential::Passphrase(passphrase)) => Ok(slot.open(passphrase)?),
        (Some(Slot::Recovery(slot)), Credential::RecoveryCode(code)) => Ok(slot.open(code)?),
        _ => Err(UnlockError::NoSlot),
    }
}
