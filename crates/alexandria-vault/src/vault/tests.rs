//! Whatever a keychain does, the vault stays as it was; what is acknowledged opens again.

use std::collections::HashMap;
use std::fs;
use std::sync::Mutex;

use keyring_core::Error as Keyring;
use tempfile::TempDir;

use super::*;
use crate::error::ProtectError;
use crate::file::fault;
use crate::keychain::{IsNamed, KeychainError};

mod crash;
mod faults;
mod files;
mod frozen;
mod recovery;
mod removal;
mod rotation;
mod transfer;

/// A keychain in memory that can be told how to fail.
#[derive(Default)]
struct Fake {
    entries: Mutex<HashMap<String, String>>,
    /// What the calls from now on answer, in order; `None` works as usual, and so do calls after the last.
    script: Mutex<Vec<Option<KeychainError>>>,
    /// Keeps something else than it is given.
    forgetful: bool,
}

impl Fake {
    fn scripted(script: impl IntoIterator<Item = Option<KeychainError>>) -> Self {
        let fake = Self::default();
        fake.then(script);
        fake
    }

    fn then(&self, script: impl IntoIterator<Item = Option<KeychainError>>) {
        let mut script: Vec<_> = script.into_iter().collect();
        script.reverse();
        *self.script.lock().unwrap() = script;
    }

    fn next(&self) -> Result<(), KeychainError> {
        if fault::is_crashed() {
            return Err(KeychainError::Unavailable);
        }
        self.script.lock().unwrap().pop().flatten().map_or(Ok(()), Err)
    }

    fn entries(&self) -> HashMap<String, String> {
        self.entries.lock().unwrap().clone()
    }
}

impl Keychain for Fake {
    fn get(&self, account: &str) -> Result<LibraryKey, KeychainError> {
        self.next()?;
        let entries = self.entries.lock().unwrap();
        let entry = entries.get(account).ok_or(KeychainError::NoEntry)?;
        LibraryKey::from_hex(entry.clone().into_bytes()).map_err(|_| KeychainError::Malformed)
    }

    fn set(&self, account: &str, key: &LibraryKey, _: IsNamed) -> Result<(), KeychainError> {
        self.next()?;
        let entry = if self.forgetful { "0".repeat(64) } else { key.expose_hex().to_string() };
        self.entries.lock().unwrap().insert(account.to_owned(), entry);
        Ok(())
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        self.next()?;
        self.entries.lock().unwrap().remove(account).map(drop).ok_or(KeychainError::NoEntry)
    }
}

/// Every error that a store of the keyring can give, and what it is for the vault.
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

/// Every error the keyring can give, as the vault sees it, but for "no entry".
fn errors() -> Vec<KeychainError> {
    let of_store = store_errors().into_iter().map(|(error, _)| KeychainError::from(error));
    of_store.filter(|error| *error != KeychainError::NoEntry).chain([KeychainError::TimedOut]).collect()
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

fn with_passphrase(text: &str) -> Credential {
    Credential::Passphrase(passphrase(text))
}

/// The keys of a ring, as far as they show.
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
fn a_vault_in_the_keychain_opens_again() {
    let (folder, keychain) = (folder(), Fake::default());
    assert_eq!(Vault::state(folder.path()).unwrap(), VaultState::None);
    let made = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Keychain]));
    let before = snapshot(folder.path());
    let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
    assert_eq!(fingerprint(&made), fingerprint(&opened));
    assert_eq!(snapshot(folder.path()), before);
    let error = Vault::unlock(folder.path(), &Credential::Passphrase(passphrase("anything")), &keychain).err().unwrap();
    assert!(matches!(error, UnlockError::NoSlot));
}

#[test]
fn a_vault_under_a_passphrase_needs_no_keychain() {
    let (folder, broken) = (folder(), Fake::scripted([Some(KeychainError::Unavailable); 9]));
    let made = Vault::create(folder.path(), &Protection::Passphrase(passphrase("open sesame")), &broken).ok().unwrap();
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Passphrase]));
    let unlock = |text| Vault::unlock(folder.path(), &Credential::Passphrase(passphrase(text)), &broken);
    assert_eq!(fingerprint(&unlock("open sesame").ok().unwrap()), fingerprint(&made));
    assert!(matches!(unlock("open says me").err(), Some(UnlockError::WrongPassphrase)));
    assert_eq!(broken.script.lock().unwrap().len(), 9);
}

#[test]
fn protections_are_added_and_replaced() {
    let (folder, keychain) = (folder(), Fake::default());
    let made = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let protect = |credential: &Credential, protection: &Protection| {
        let done = Vault::protect(folder.path(), credential, protection, &keychain);
        // Whatever opens the library opens it from the copy too, and nothing else does.
        let read = |name| fs::read(folder.path().join(name)).unwrap();
        assert_eq!(read("vault"), read("vault.prev"));
        done
    };
    assert_eq!(protect(&Credential::Keychain, &Protection::Passphrase(passphrase("the first one"))).unwrap(), []);
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Keychain, SlotKind::Passphrase]));

    let (first, second) = (with_passphrase("the first one"), with_passphrase("the second one"));
    protect(&first, &Protection::Passphrase(passphrase("the second one"))).unwrap();
    let refused = protect(&first, &Protection::Keychain);
    assert!(matches!(refused, Err(ProtectError::Unlock(UnlockError::WrongPassphrase))));
    // The keychain was lost, and gets the same key again.
    let lost = std::mem::take(&mut *keychain.entries.lock().unwrap());
    let failed = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).err().unwrap();
    assert!(matches!(failed, UnlockError::Keychain(KeychainError::NoEntry)));
    protect(&second, &Protection::Keychain).unwrap();
    assert_eq!(keychain.entries(), lost);
    for credential in [&Credential::Keychain, &second] {
        let opened = Vault::unlock(folder.path(), credential, &keychain).ok().unwrap();
        assert_eq!(fingerprint(&opened), fingerprint(&made));
    }
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Keychain, SlotKind::Passphrase]));
}

#[test]
fn a_short_passphrase_makes_no_vault() {
    let folder = folder();
    let error = Vault::create(folder.path(), &Protection::Passphrase(passphrase("short")), &Fake::default()).err();
    assert!(matches!(error, Some(CreateError::Passphrase(_))));
    assert_eq!(snapshot(folder.path()), []);
}

#[test]
fn no_secret_is_in_the_file() {
    let (folder, keychain) = (folder(), Fake::default());
    let made = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let text = fs::read_to_string(folder.path().join("vault")).unwrap();
    let library_key = keychain.entries().into_values().next().unwrap();
    let pragma = made.keys.database.expose_raw_key_pragma();
    assert!(!text.contains(&library_key) && !text.contains(pragma.get(2..66).unwrap()));
}
