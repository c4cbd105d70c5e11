//! Every error at every call.

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
fn a_failing_keychain_makes_no_vault() {
    for error in errors() {
        // Creating asks, writes and reads back.
        for call in 0..3 {
            let (folder, keychain) = (folder(), Fake::scripted(from_call(call, error)));
            let failed = Vault::create(folder.path(), &Protection::Keychain, &keychain).err().unwrap();
            assert!(matches!(failed, CreateError::Keychain(seen) if seen == error), "{error:?} at {call}");
            assert_eq!(failed.code(), alexandria_domain::ErrorCode::KeychainUnavailable);
            assert_eq!(snapshot(folder.path()), []);
            // And a second try, when the trouble is over, works.
            keychain.then([]);
            assert!(Vault::create(folder.path(), &Protection::Keychain, &keychain).is_ok());
        }
    }
}

#[test]
fn one_failing_call_leaves_no_entry_behind() {
    for call in 0..3 {
        let keychain = Fake::scripted((0..=call).map(|at| (at == call).then_some(KeychainError::Locked)));
        let folder = folder();
        assert!(Vault::create(folder.path(), &Protection::Keychain, &keychain).is_err());
        assert_eq!(keychain.entries(), HashMap::new());
    }
}

#[test]
fn a_keychain_that_keeps_something_else_is_not_trusted() {
    let (folder, keychain) = (folder(), Fake { forgetful: true, ..Fake::default() });
    let failed = Vault::create(folder.path(), &Protection::Keychain, &keychain).err();
    assert!(matches!(failed, Some(CreateError::Keychain(KeychainError::Malformed))));
    assert_eq!((snapshot(folder.path()), keychain.entries()), (vec![], HashMap::new()));
}

#[test]
fn a_failing_keychain_keeps_the_vault_locked_and_unchanged() {
    let (folder, keychain) = (folder(), Fake::default());
    let made = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let (before, entries) = (snapshot(folder.path()), keychain.entries());
    for error in errors().into_iter().chain([KeychainError::NoEntry]) {
        keychain.then(from_call(0, error));
        let failed = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).err().unwrap();
        assert!(matches!(failed, UnlockError::Keychain(seen) if seen == error));
        assert_eq!(failed.code(), error.code());
        assert!(matches!(
            Vault::create(folder.path(), &Protection::Keychain, &keychain).err(),
            Some(CreateError::Exists)
        ));
        assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Keychain]));
        assert_eq!((snapshot(folder.path()), keychain.entries()), (before.clone(), entries.clone()));
    }
    keychain.then([]);
    let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
    assert_eq!(fingerprint(&opened), fingerprint(&made));
}

#[test]
fn a_failing_keychain_never_loses_the_key_it_has() {
    let (folder, keychain) = (folder(), Fake::default());
    Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let with = with_passphrase("the other way");
    let protection = Protection::Passphrase(passphrase("the other way"));
    Vault::protect(folder.path(), &Credential::Keychain, &protection, &keychain).unwrap();
    let (before, entries) = (snapshot(folder.path()), keychain.entries());
    for error in errors().into_iter().filter(|error| *error != KeychainError::Malformed) {
        keychain.then(from_call(0, error));
        let failed = Vault::protect(folder.path(), &with, &Protection::Keychain, &keychain);
        assert!(matches!(failed, Err(ProtectError::Keychain(seen)) if seen == error));
        assert_eq!((snapshot(folder.path()), keychain.entries()), (before.clone(), entries.clone()));
    }
}

#[test]
fn a_keychain_that_fails_while_the_key_comes_back_changes_nothing() {
    let (folder, keychain) = (folder(), Fake::default());
    let made = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let code = with_code(&add_code(folder.path(), &Credential::Keychain, &keychain));
    keychain.entries.lock().unwrap().clear();
    let before = snapshot(folder.path());
    for error in errors() {
        // It says that it has no entry, is given one, and gives it back. What it has that is malformed is left alone, and
        // a fresh entry is made beside it; so only what follows the first call fails with that.
        for call in usize::from(error == KeychainError::Malformed)..3 {
            keychain.then((0..=call).map(|at| (at == call).then_some(error)));
            let failed = Vault::protect(folder.path(), &code, &Protection::Keychain, &keychain);
            assert!(matches!(failed, Err(ProtectError::Keychain(seen)) if seen == error), "{error:?} at {call}");
            assert_eq!(snapshot(folder.path()), before);
            keychain.then([]);
            assert!(Vault::unlock(folder.path(), &code, &keychain).is_ok());
            keychain.entries.lock().unwrap().clear();
        }
    }
    Vault::protect(folder.path(), &code, &Protection::Keychain, &keychain).unwrap();
    let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
    assert_eq!(fingerprint(&opened), fingerprint(&made));
}

#[test]
fn an_entry_that_holds_something_else_is_left_alone() {
    let (folder, keychain) = (folder(), Fake::default());
    let made = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let code = with_code(&add_code(folder.path(), &Credential::Keychain, &keychain));
    for entry in ["ab".repeat(32), "no key at all".to_owned()] {
        let foreign: HashMap<_, _> = keychain.entries().into_keys().map(|account| (account, entry.clone())).collect();
        keychain.entries.lock().unwrap().clone_from(&foreign);
        let failed = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).err();
        assert!(matches!(failed, Some(UnlockError::Keychain(KeychainError::Malformed))));
        Vault::protect(folder.path(), &code, &Protection::Keychain, &keychain).unwrap();
        let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
        assert_eq!(fingerprint(&opened), fingerprint(&made));
        assert!(foreign.iter().all(|(account, entry)| keychain.entries().get(account) == Some(entry)));
    }
}

#[test]
fn a_keychain_that_fails_is_not_asked_by_a_person_with_another_way() {
    let keychain = Fake::default();
    let (folder, made, code) = with_all(&keychain);
    let broken = Fake::scripted([Some(KeychainError::Unavailable); 9]);
    for credential in [with_passphrase("open sesame"), with_code(&code)] {
        let opened = Vault::unlock(folder.path(), &credential, &broken).ok().unwrap();
        assert_eq!(fingerprint(&opened), fingerprint(&made));
    }
    let new = Protection::Passphrase(passphrase("another one, then"));
    Vault::protect(folder.path(), &with_code(&code), &new, &broken).unwrap();
    let code = with_code(&add_code(folder.path(), &with_code(&code), &broken));
    Vault::remove(folder.path(), &code, SlotKind::Passphrase, &broken).unwrap();
    assert_eq!(broken.script.lock().unwrap().len(), 9);
}

#[test]
fn an_inspection_says_how_the_keychain_stands_and_changes_nothing() {
    let (folder, keychain) = (folder(), Fake::default());
    Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let before = snapshot(folder.path());
    let check = |expected| {
        let seen = Vault::inspect(folder.path(), &keychain).unwrap();
        assert_eq!((seen.slots, seen.keychain, seen.only_copy), (vec![SlotKind::Keychain], expected, false));
        assert_eq!(seen.copy, CopyStanding::Same);
        assert_eq!(snapshot(folder.path()), before);
    };
    check(KeychainStanding::HasKey);
    for error in errors() {
        keychain.then([Some(error)]);
        check(KeychainStanding::Trouble(error));
    }
    keychain.entries.lock().unwrap().values_mut().for_each(|entry| *entry = "ab".repeat(32));
    check(KeychainStanding::Trouble(KeychainError::Malformed));
    keychain.entries.lock().unwrap().clear();
    check(KeychainStanding::HasNone);
    fs::remove_file(folder.path().join("vault")).unwrap();
    assert!(Vault::inspect(folder.path(), &keychain).unwrap().only_copy);
}

#[test]
fn another_librarys_key_is_refused() {
    let (folder, keychain) = (folder(), Fake::default());
    Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    keychain.entries.lock().unwrap().values_mut().for_each(|entry| *entry = "ab".repeat(32));
    let failed = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).err();
    assert!(matches!(failed, Some(UnlockError::Keychain(KeychainError::Malformed))));
}

#[test]
fn what_is_not_understood_is_never_no_entry() {
    for (error, expected) in store_errors() {
        let (text, seen) = (error.to_string(), KeychainError::from(error));
        assert_eq!(seen, expected, "{text}");
    }
    assert_eq!(store_errors().iter().filter(|(_, seen)| *seen == KeychainError::NoEntry).count(), 1);
}
