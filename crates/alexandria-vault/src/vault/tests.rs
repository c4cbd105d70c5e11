//! Whatever a keychain does, the vault stays intact, and an acknowledged change persists.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use alexandria_crypto::keys::LibraryKey;
use alexandria_crypto::passphrase::Passphrase;
use alexandria_domain::DeviceId;
use keyring_core::Error as Keyring;
use tempfile::TempDir;

use super::*;
use crate::error::{CreateError, ProtectError, StateError, UnlockError};
use crate::file::{self, Contents, VaultFiles, fault_injection};
use crate::keychain::{IsReferenced, Keychain, KeychainError};
use crate::slot::SlotKind;

mod crash;
mod epochs;
mod faults;
mod files;
mod frozen;
mod import_export;
mod publication_ids;
mod recovery;
mod removal;
mod rotation;

/// An in-memory keychain with scripted errors.
#[derive(Default)]
struct FakeKeychain {
    entries: Mutex<HashMap<String, String>>,
    /// The errors of the next calls, in reverse order; `None` is a call that succeeds, as are all calls after the last.
    script: Mutex<Vec<Option<KeychainError>>>,
    /// Stores another value than it is given.
    corrupts_writes: bool,
}

impl FakeKeychain {
    fn scripted(script: impl IntoIterator<Item = Option<KeychainError>>) -> Self {
        let fake = Self::default();
        fake.set_script(script);
        fake
    }

    fn set_script(&self, script: impl IntoIterator<Item = Option<KeychainError>>) {
        let mut script: Vec<_> = script.into_iter().collect();
        script.reverse();
        *self.script.lock().unwrap() = script;
    }

    fn next(&self) -> Result<(), KeychainError> {
        if fault_injection::is_crashed() {
            return Err(KeychainError::Unavailable);
        }
        self.script.lock().unwrap().pop().flatten().map_or(Ok(()), Err)
    }

    fn entries(&self) -> HashMap<String, String> {
        self.entries.lock().unwrap().clone()
    }
}

impl Keychain for FakeKeychain {
    fn get(&self, account: &str) -> Result<LibraryKey, KeychainError> {
        self.next()?;
        let entries = self.entries.lock().unwrap();
        let entry = entries.get(account).ok_or(KeychainError::NoEntry)?;
        LibraryKey::from_hex(entry.clone().into_bytes()).map_err(|_| KeychainError::Malformed)
    }

    fn set(&self, account: &str, key: &LibraryKey, _: IsReferenced) -> Result<(), KeychainError> {
        self.next()?;
        let entry = if self.corrupts_writes { "0".repeat(64) } else { key.expose_hex().to_string() };
        self.entries.lock().unwrap().insert(account.to_owned(), entry);
        Ok(())
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        self.next()?;
        self.entries.lock().unwrap().remove(account).map(drop).ok_or(KeychainError::NoEntry)
    }
}

/// Every error of a keyring store, and the keychain error it maps to.
pub(crate) fn store_errors() -> Vec<(Keyring, KeychainError)> {
    let detail = || -> Box<dyn std::error::Error + Send + Sync> { "detail".into() };
    vec![
        (Keyring::NoEntry, KeychainError::NoEntry),
        (Keyring::PlatformFailure(detail()), KeychainError::Unavailable),
        (Keyring::NoStorageAccess(detail()), KeychainError::Locked),
        (Keyring::BadEncoding(vec![0xff; 32]), KeychainError::Malformed),
        (Keyring::BadDataFormat(vec![0xff; 32], detail()), KeychainError::Malformed),
        (Keyring::BadStoreFormat("detail".into()), KeychainError::Unavailable),
        (Keyring::TooLong("detail".into(), 9), KeychainError::Unavailable),
        (Keyring::Invalid("detail".into(), "detail".into()), KeychainError::Unavailable),
        (Keyring::Ambiguous(Vec::new()), KeychainError::Ambiguous),
        (Keyring::NoDefaultStore, KeychainError::Unavailable),
        (Keyring::NotSupportedByStore("detail".into()), KeychainError::Unavailable),
    ]
}

/// Every keychain error but [`KeychainError::NoEntry`].
fn errors() -> Vec<KeychainError> {
    let mapped = store_errors().into_iter().map(|(error, _)| KeychainError::from(error));
    mapped.filter(|error| *error != KeychainError::NoEntry).chain([KeychainError::TimedOut]).collect()
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

fn with_passphrase(text: &str) -> Credential {
    Credential::Passphrase(passphrase(text))
}

/// What can be compared of the keys of a ring, and both ids.
fn fingerprint(unlocked: &Unlocked) -> (String, [u8; 16], DeviceId, [u8; 16]) {
    let pragma = unlocked.keys.database.expose_raw_key_pragma().to_string();
    (pragma, unlocked.keys.ids.publication_id(&[0; 32]), unlocked.device, unlocked.library)
}

/// Names and contents of all files in a folder.
pub(crate) fn snapshot(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn locked(slots: &[SlotKind]) -> VaultState {
    VaultState::Locked { slots: slots.to_vec() }
}

#[test]
fn vault_protected_by_keychain_unlocks() {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    assert_eq!(Vault::state(folder.path()).unwrap(), VaultState::None);
    let created = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Keychain]));
    let before = snapshot(folder.path());
    let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
    assert_eq!(fingerprint(&created), fingerprint(&opened));
    assert_eq!(snapshot(folder.path()), before);
    let error = Vault::unlock(folder.path(), &Credential::Passphrase(passphrase("anything")), &keychain).err().unwrap();
    assert!(matches!(error, UnlockError::NoSlot));
}

#[test]
fn vault_protected_by_passphrase_needs_no_keychain() {
    let (folder, broken) = (folder(), FakeKeychain::scripted([Some(KeychainError::Unavailable); 9]));
    let created =
        Vault::create(folder.path(), &Protection::Passphrase(passphrase("open sesame")), &broken).ok().unwrap();
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Passphrase]));
    let unlock = |text| Vault::unlock(folder.path(), &Credential::Passphrase(passphrase(text)), &broken);
    assert_eq!(fingerprint(&unlock("open sesame").ok().unwrap()), fingerprint(&created));
    assert!(matches!(unlock("open says me").err(), Some(UnlockError::WrongPassphrase)));
    assert_eq!(broken.script.lock().unwrap().len(), 9);
}

#[test]
fn protect_adds_and_replaces_slots() {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    let created = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let protect = |credential: &Credential, protection: &Protection| {
        let outcome = Vault::protect(folder.path(), credential, protection, &keychain);
        // The copy opens with the same credentials, and no others.
        let read = |name| fs::read(folder.path().join(name)).unwrap();
        assert_eq!(read("vault"), read("vault.prev"));
        outcome
    };
    assert_eq!(protect(&Credential::Keychain, &Protection::Passphrase(passphrase("the first one"))).unwrap(), []);
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Keychain, SlotKind::Passphrase]));

    let (first, second) = (with_passphrase("the first one"), with_passphrase("the second one"));
    protect(&first, &Protection::Passphrase(passphrase("the second one"))).unwrap();
    let rejected = protect(&first, &Protection::Keychain);
    assert!(matches!(rejected, Err(ProtectError::Unlock(UnlockError::WrongPassphrase))));
    // The keychain lost the key, and gets the same key again.
    let lost = std::mem::take(&mut *keychain.entries.lock().unwrap());
    let failed = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).err().unwrap();
    assert!(matches!(failed, UnlockError::Keychain(KeychainError::NoEntry)));
    protect(&second, &Protection::Keychain).unwrap();
    assert_eq!(keychain.entries(), lost);
    for credential in [&Credential::Keychain, &second] {
        let opened = Vault::unlock(folder.path(), credential, &keychain).ok().unwrap();
        assert_eq!(fingerprint(&opened), fingerprint(&created));
    }
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Keychain, SlotKind::Passphrase]));
}

#[test]
fn short_passphrase_prevents_vault_creation() {
    let folder = folder();
    let error =
        Vault::create(folder.path(), &Protection::Passphrase(passphrase("short")), &FakeKeychain::default()).err();
    assert!(matches!(error, Some(CreateError::Passphrase(_))));
    assert_eq!(snapshot(folder.path()), []);
}

#[test]
fn vault_file_contains_no_secret() {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    let created = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let text = fs::read_to_string(folder.path().join("vault")).unwrap();
    let library_key = keychain.entries().into_values().next().unwrap();
    let pragma = created.keys.database.expose_raw_key_pragma();
    assert!(!text.contains(&library_key) && !text.contains(pragma.get(2..66).unwrap()));
}
