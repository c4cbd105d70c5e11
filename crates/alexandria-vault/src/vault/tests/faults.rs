//! Every keychain error at every keychain call.

use alexandria_domain::CodedError;

use super::recovery::{add_code, with_code};
use super::removal::with_all;
use super::*;

/// `None` for each call before the `n`-th, then `error` from there on.
fn from_call(n: usize, error: KeychainError) -> Vec<Option<KeychainError>> {
    let mut script = vec![None; n];
    script.extend([Some(error); 8]);
    script
}

#[test]
fn keychain_errors_prevent_vault_creation() {
    for error in errors() {
        // Creation looks for an entry, writes one and reads it back.
        for call in 0..3 {
            let (folder, keychain) = (folder(), FakeKeychain::scripted(from_call(call, error)));
            let failed = Vault::create(folder.path(), &Protection::Keychain, &keychain).err().unwrap();
            assert!(matches!(failed, CreateError::Keychain(actual) if actual == error), "{error:?} at {call}");
            assert_eq!(failed.code(), alexandria_domain::ErrorCode::KeychainUnavailable);
            assert_eq!(snapshot(folder.path()), []);
            // A second attempt with a working keychain succeeds.
            keychain.set_script([]);
            assert!(Vault::create(folder.path(), &Protection::Keychain, &keychain).is_ok());
        }
    }
}

#[test]
fn failed_creation_leaves_no_keychain_entry() {
    for call in 0..3 {
        let keychain = FakeKeychain::scripted((0..=call).map(|at| (at == call).then_some(KeychainError::Locked)));
        let folder = folder();
        assert!(Vault::create(folder.path(), &Protection::Keychain, &keychain).is_err());
        assert_eq!(keychain.entries(), HashMap::new());
    }
}

#[test]
fn keychain_that_stores_another_value_is_rejected() {
    let (folder, keychain) = (folder(), FakeKeychain { corrupts_writes: true, ..FakeKeychain::default() });
    let failed = Vault::create(folder.path(), &Protection::Keychain, &keychain).err();
    assert!(matches!(failed, Some(CreateError::Keychain(KeychainError::Malformed))));
    assert_eq!((snapshot(folder.path()), keychain.entries()), (vec![], HashMap::new()));
}

#[test]
fn keychain_errors_leave_vault_locked_and_unchanged() {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    let created = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let (before, entries) = (snapshot(folder.path()), keychain.entries());
    for error in errors().into_iter().chain([KeychainError::NoEntry]) {
        keychain.set_script(from_call(0, error));
        let failed = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).err().unwrap();
        assert!(matches!(failed, UnlockError::Keychain(actual) if actual == error));
        assert_eq!(failed.code(), error.code());
        assert!(matches!(
            Vault::create(folder.path(), &Protection::Keychain, &keychain).err(),
            Some(CreateError::Exists)
        ));
        assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Keychain]));
        assert_eq!((snapshot(folder.path()), keychain.entries()), (before.clone(), entries.clone()));
    }
    keychain.set_script([]);
    let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
    assert_eq!(fingerprint(&opened), fingerprint(&created));
}

#[test]
fn keychain_errors_never_lose_the_stored_key() {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let with = with_passphrase("the other way");
    let protection = Protection::Passphrase(passphrase("the other way"));
    Vault::protect(folder.path(), &Credential::Keychain, &protection, &keychain).unwrap();
    let (before, entries) = (snapshot(folder.path()), keychain.entries());
    for error in errors().into_iter().filter(|error| *error != KeychainError::Malformed) {
        keychain.set_script(from_call(0, error));
        let failed = Vault::protect(folder.path(), &with, &Protection::Keychain, &keychain);
        assert!(matches!(failed, Err(ProtectError::Keychain(actual)) if actual == error));
        assert_eq!((snapshot(folder.path()), keychain.entries()), (before.clone(), entries.clone()));
    }
}

#[test]
fn keychain_errors_while_restoring_the_key_change_nothing() {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    let created = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let code = with_code(&add_code(folder.path(), &Credential::Keychain, &keychain));
    keychain.entries.lock().unwrap().clear();
    let before = snapshot(folder.path());
    for error in errors() {
        // The keychain has no entry, stores one and returns it. A malformed entry is left alone and a new one created, so
        // `Malformed` fails only from the second call on.
        for call in usize::from(error == KeychainError::Malformed)..3 {
            keychain.set_script((0..=call).map(|at| (at == call).then_some(error)));
            let failed = Vault::protect(folder.path(), &code, &Protection::Keychain, &keychain);
            assert!(matches!(failed, Err(ProtectError::Keychain(actual)) if actual == error), "{error:?} at {call}");
            assert_eq!(snapshot(folder.path()), before);
            keychain.set_script([]);
            assert!(Vault::unlock(folder.path(), &code, &keychain).is_ok());
            keychain.entries.lock().unwrap().clear();
        }
    }
    Vault::protect(folder.path(), &code, &Protection::Keychain, &keychain).unwrap();
    let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
    assert_eq!(fingerprint(&opened), fingerprint(&created));
}

#[test]
fn foreign_keychain_entry_is_never_overwritten() {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    let created = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let code = with_code(&add_code(folder.path(), &Credential::Keychain, &keychain));
    for entry in ["ab".repeat(32), "no key at all".to_owned()] {
        let foreign: HashMap<_, _> = keychain.entries().into_keys().map(|account| (account, entry.clone())).collect();
        keychain.entries.lock().unwrap().clone_from(&foreign);
        let failed = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).err();
        assert!(matches!(failed, Some(UnlockError::Keychain(KeychainError::Malformed))));
        Vault::protect(folder.path(), &code, &Protection::Keychain, &keychain).unwrap();
        let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
        assert_eq!(fingerprint(&opened), fingerprint(&created));
        assert!(foreign.iter().all(|(account, entry)| keychain.entries().get(account) == Some(entry)));
    }
}

#[test]
fn other_credentials_do_not_access_the_keychain() {
    let keychain = FakeKeychain::default();
    let (folder, created, code) = with_all(&keychain);
    let broken = FakeKeychain::scripted([Some(KeychainError::Unavailable); 9]);
    for credential in [with_passphrase("open sesame"), with_code(&code)] {
        let opened = Vault::unlock(folder.path(), &credential, &broken).ok().unwrap();
        assert_eq!(fingerprint(&opened), fingerprint(&created));
    }
    let new = Protection::Passphrase(passphrase("another one, then"));
    Vault::protect(folder.path(), &with_code(&code), &new, &broken).unwrap();
    let code = with_code(&add_code(folder.path(), &with_code(&code), &broken));
    Vault::remove(folder.path(), &code, SlotKind::Passphrase, &broken).unwrap();
    assert_eq!(broken.script.lock().unwrap().len(), 9);
}

#[test]
fn inspection_reports_keychain_status_and_changes_nothing() {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let before = snapshot(folder.path());
    let check = |expected| {
        let actual = Vault::inspect(folder.path(), &keychain).unwrap();
        assert_eq!(
            (actual.slots, actual.keychain, actual.primary_missing),
            (vec![SlotKind::Keychain], expected, false)
        );
        assert_eq!(actual.copy, CopyStatus::Same);
        assert_eq!(snapshot(folder.path()), before);
    };
    check(KeychainStatus::HasKey);
    for error in errors() {
        keychain.set_script([Some(error)]);
        check(KeychainStatus::Error(error));
    }
    keychain.entries.lock().unwrap().values_mut().for_each(|entry| *entry = "ab".repeat(32));
    check(KeychainStatus::Error(KeychainError::Malformed));
    keychain.entries.lock().unwrap().clear();
    check(KeychainStatus::NoKey);
    fs::remove_file(folder.path().join("vault")).unwrap();
    assert!(Vault::inspect(folder.path(), &keychain).unwrap().primary_missing);
}

#[test]
fn key_of_another_library_is_rejected() {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    keychain.entries.lock().unwrap().values_mut().for_each(|entry| *entry = "ab".repeat(32));
    let failed = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).err();
    assert!(matches!(failed, Some(UnlockError::Keychain(KeychainError::Malformed))));
}

#[test]
fn unknown_store_errors_are_never_no_entry() {
    for (error, expected) in store_errors() {
        let (text, actual) = (error.to_string(), KeychainError::from(error));
        assert_eq!(actual, expected, "{text}");
    }
    assert_eq!(store_errors().iter().filter(|(_, actual)| *actual == KeychainError::NoEntry).count(), 1);
}
