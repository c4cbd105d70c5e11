//! Every error of a store at every call: what it maps to, and that it neither loses nor creates a key.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use alexandria_crypto::passphrase::Passphrase;
use alexandria_domain::{CodedError, ErrorCode};
use keyring_core::Error;

use super::scripted::{ScriptedStore, Step};
use super::*;
use crate::vault::tests::{snapshot, store_errors};
use crate::{CleanupFailure, CreateError, Credential, Protection, SlotKind, UnlockError, Vault, VaultState};

type Call = fn(&OsKeychain) -> Result<(), KeychainError>;

const CALLS: [(&str, Call); 3] = [
    ("get", |keychain| keychain.get(ACCOUNT).map(drop)),
    ("set", |keychain| keychain.set(ACCOUNT, &key(), Box::new(|| false))),
    ("delete", |keychain| keychain.delete(ACCOUNT)),
];

/// Calls `check` with every store error and the keychain error it maps to. Store errors cannot be cloned, hence the closure.
fn each_error(mut check: impl FnMut(&dyn Fn() -> Error, KeychainError)) {
    for (at, (_, actual)) in store_errors().into_iter().enumerate() {
        check(&|| store_errors().swap_remove(at).0, actual);
    }
}

/// A script in which the call with this number, counted from 0, fails.
fn at_call(number: usize, error: Error) -> impl Iterator<Item = Step> {
    std::iter::repeat_with(|| Step::Succeed).take(number).chain([Step::Fail(error)])
}

#[test]
fn store_errors_are_mapped_and_leave_the_entry_unchanged() {
    each_error(|error, actual| {
        for (name, call) in CALLS {
            for stored in [None, Some("ab".repeat(32))] {
                let store = ScriptedStore::new();
                let keychain = store.keychain();
                if let Some(secret) = &stored {
                    store.put(ACCOUNT, secret.as_bytes());
                }
                let before = store.secrets();
                store.set_script([Step::Fail(error())]);
                assert_eq!(call(&keychain), Err(actual), "{name}");
                store.set_script([Step::FailToBuildEntry(error())]);
                assert_eq!(call(&keychain), Err(without_entry(actual)), "{name}");
                assert_eq!(store.secrets(), before, "{name}");
            }
        }
    });
}

/// What an error maps to if the store did not open or created no entry handle.
fn without_entry(actual: KeychainError) -> KeychainError {
    if actual == KeychainError::NoEntry { KeychainError::Unavailable } else { actual }
}

#[test]
fn store_that_does_not_open_is_never_no_entry() {
    for (at, (_, actual)) in store_errors().into_iter().enumerate() {
        let keychain = OsKeychain::with_store(move || Err(store_errors().swap_remove(at).0));
        for (name, call) in CALLS {
            assert_eq!(call(&keychain), Err(without_entry(actual)), "{name}");
        }
    }
}

#[test]
fn unavailable_or_failed_store_is_reopened() {
    let store = ScriptedStore::new();
    let (is_up, opens) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let keychain = {
        let (store, is_up, opens) = (Arc::clone(&store), Arc::clone(&is_up), Arc::clone(&opens));
        OsKeychain::with_store(move || {
            opens.fetch_add(1, Ordering::Relaxed);
            if is_up.load(Ordering::Relaxed) { store.opened() } else { Err(Error::PlatformFailure("no bus".into())) }
        })
    };
    let keychain = handle(&keychain, LONG_TIMEOUT);
    let check = |expected: KeychainError, opened: usize| {
        assert_eq!(keychain.get(ACCOUNT).err(), Some(expected));
        assert_eq!(opens.load(Ordering::Relaxed), opened, "{expected:?}");
    };
    check(KeychainError::Unavailable, 1);
    check(KeychainError::Unavailable, 2);
    is_up.store(true, Ordering::Relaxed);
    check(KeychainError::NoEntry, 3);
    check(KeychainError::NoEntry, 3);
    store.set_script([Step::Fail(Error::NoStorageAccess("locked".into()))]);
    check(KeychainError::Locked, 3);
    store.set_script([Step::Fail(Error::PlatformFailure("gone".into()))]);
    check(KeychainError::Unavailable, 3);
    check(KeychainError::NoEntry, 4);
    store.set_script([Step::Panic]);
    check(KeychainError::TimedOut, 4);
    // The thread may take a moment to end; a call in that moment is lost and not waited for.
    let gone = Some(KeychainError::TimedOut);
    let next = std::iter::repeat_with(|| keychain.get(ACCOUNT).err()).find(|error| *error != gone);
    assert_eq!(next, Some(Some(KeychainError::NoEntry)));
    assert_eq!(opens.load(Ordering::Relaxed), 5);
}

#[test]
fn store_error_at_any_call_leaves_no_vault_and_no_entry() {
    each_error(|error, actual| {
        // Creation looks for an entry, writes one and reads it back.
        for call in 0..3 {
            if (call, actual) == (0, KeychainError::NoEntry) {
                continue;
            }
            let (folder, store) = (tempfile::tempdir().unwrap(), ScriptedStore::new());
            let keychain = store.keychain();
            store.set_script(at_call(call, error()));
            let failed = Vault::create(folder.path(), &Protection::Keychain, &keychain).err().unwrap();
            assert!(
                matches!(failed, CreateError::Keychain(error) if error == actual),
                "{actual:?} at {call}: {failed:?}"
            );
            assert_eq!(failed.code(), ErrorCode::KeychainUnavailable);
            assert_eq!((snapshot(folder.path()), store.secrets()), (vec![], BTreeMap::new()), "{actual:?} at {call}");
            assert!(Vault::create(folder.path(), &Protection::Keychain, &keychain).is_ok());
        }
    });
}

#[test]
fn store_errors_leave_library_locked_and_entry_unchanged() {
    let (folder, store) = (tempfile::tempdir().unwrap(), ScriptedStore::new());
    let keychain = store.keychain();
    Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let before = (snapshot(folder.path()), store.secrets());
    each_error(|error, actual| {
        store.set_script([Step::Fail(error())]);
        let failed = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).err().unwrap();
        assert!(matches!(failed, UnlockError::Keychain(error) if error == actual), "{actual:?}: {failed:?}");
        assert_eq!(failed.code(), actual.code());
        let state = Vault::state(folder.path()).unwrap();
        assert_eq!(state, VaultState::Locked { slots: vec![SlotKind::Keychain] });
        let rejected = Vault::create(folder.path(), &Protection::Keychain, &keychain).err();
        assert!(matches!(rejected, Some(CreateError::Exists)), "{actual:?}");
        assert_eq!((snapshot(folder.path()), store.secrets()), before, "{actual:?}");
        assert!(Vault::unlock(folder.path(), &Credential::Keychain, &keychain).is_ok());
    });
}

#[test]
fn entry_that_cannot_be_removed_is_reported() {
    each_error(|error, actual| {
        let (folder, store) = (tempfile::tempdir().unwrap(), ScriptedStore::new());
        let keychain = store.keychain();
        let passphrase = || Passphrase::new("open sesame".to_owned());
        Vault::create(folder.path(), &Protection::Passphrase(passphrase()), &keychain).ok().unwrap();
        let with = Credential::Passphrase(passphrase());
        Vault::protect(folder.path(), &with, &Protection::Keychain, &keychain).unwrap();
        let before = store.secrets();
        store.set_script([Step::Fail(error())]);
        let failures = Vault::remove(folder.path(), &with, SlotKind::Keychain, &keychain).unwrap();
        let expected = if actual == KeychainError::NoEntry { vec![] } else { vec![CleanupFailure::KeychainEntry] };
        assert_eq!((failures, store.secrets()), (expected, before), "{actual:?}");
    });
}
