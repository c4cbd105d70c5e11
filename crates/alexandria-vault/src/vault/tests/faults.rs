//! Every error at every call.

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
    Vault::protect(
        folder.path(),
        &Credential::Keychain,
        &Protection::Passphrase(passphrase("the other way")),
        &keychain,
    )
    .unwrap();
    let (before, entries) = (snapshot(folder.path()), keychain.entries());
    for error in errors() {
        keychain.then(from_call(0, error));
        let credential = Credential::Passphrase(passphrase("the other way"));
        let failed = Vault::protect(folder.path(), &credential, &Protection::Keychain, &keychain);
        assert!(matches!(failed, Err(ProtectError::Keychain(seen)) if seen == error));
        assert_eq!((snapshot(folder.path()), keychain.entries()), (before.clone(), entries.clone()));
    }
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
    assert!(errors().into_iter().all(|error| error != KeychainError::NoEntry));
    assert_eq!(KeychainError::from(Keyring::NoEntry), KeychainError::NoEntry);
}
