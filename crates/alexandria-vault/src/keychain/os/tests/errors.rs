//! Every error of a store at every call: what it becomes, and that it costs and makes no key.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use alexandria_crypto::passphrase::Passphrase;
use alexandria_domain::{CodedError, ErrorCode};
use keyring_core::Error;

use super::scripted::{Scripted, Step};
use super::*;
use crate::vault::tests::{snapshot, store_errors};
use crate::{CreateError, Credential, Leftover, Protection, SlotKind, UnlockError, Vault, VaultState};

type Call = fn(&OsKeychain) -> Result<(), KeychainError>;

const CALLS: [(&str, Call); 3] = [
    ("get", |keychain| keychain.get(ACCOUNT).map(drop)),
    ("set", |keychain| keychain.set(ACCOUNT, &key(), Box::new(|| false))),
    ("delete", |keychain| keychain.delete(ACCOUNT)),
];

/// Every error of a store with what it is for the vault. Each time anew, as none can be copied.
fn each_error(mut check: impl FnMut(&dyn Fn() -> Error, KeychainError)) {
    for (at, (_, seen)) in store_errors().into_iter().enumerate() {
        check(&|| store_errors().swap_remove(at).0, seen);
    }
}

/// A script in which the call of this number, from 0, fails.
fn at_call(number: usize, error: Error) -> impl Iterator<Item = Step> {
    std::iter::repeat_with(|| Step::Works).take(number).chain([Step::Fails(error)])
}

#[test]
fn an_error_becomes_ours_and_leaves_the_entry_as_it_is() {
    each_error(|error, seen| {
        for (name, call) in CALLS {
            for kept in [None, Some("ab".repeat(32))] {
                let store = Scripted::new();
                let keychain = store.keychain();
                if let Some(secret) = &kept {
                    store.put(ACCOUNT, secret.as_bytes());
                }
                let before = store.secrets();
                store.then([Step::Fails(error())]);
                assert_eq!(call(&keychain), Err(seen), "{name}");
                store.then([Step::MakesNoEntry(error())]);
                assert_eq!(call(&keychain), Err(not_certain(seen)), "{name}");
                assert_eq!(store.secrets(), before, "{name}");
            }
        }
    });
}

/// What an error means when nothing was asked of an entry.
fn not_certain(seen: KeychainError) -> KeychainError {
    if seen == KeychainError::NoEntry { KeychainError::Unavailable } else { seen }
}

#[test]
fn a_store_that_does_not_open_never_says_that_it_has_no_entry() {
    for (at, (_, seen)) in store_errors().into_iter().enumerate() {
        let keychain = OsKeychain::over(move || Err(store_errors().swap_remove(at).0));
        for (name, call) in CALLS {
            assert_eq!(call(&keychain), Err(not_certain(seen)), "{name}");
        }
    }
}

#[test]
fn a_store_that_comes_late_or_breaks_down_is_opened_anew() {
    let store = Scripted::new();
    let (is_up, times) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let keychain = {
        let (store, is_up, times) = (Arc::clone(&store), Arc::clone(&is_up), Arc::clone(&times));
        OsKeychain::over(move || {
            times.fetch_add(1, Ordering::Relaxed);
            if is_up.load(Ordering::Relaxed) { store.opened() } else { Err(Error::PlatformFailure("no bus".into())) }
        })
    };
    let keychain = handle(&keychain, LONG);
    let check = |expected: KeychainError, opened: usize| {
        assert_eq!(keychain.get(ACCOUNT).err(), Some(expected));
        assert_eq!(times.load(Ordering::Relaxed), opened, "{expected:?}");
    };
    check(KeychainError::Unavailable, 1);
    check(KeychainError::Unavailable, 2);
    is_up.store(true, Ordering::Relaxed);
    check(KeychainError::NoEntry, 3);
    check(KeychainError::NoEntry, 3);
    store.then([Step::Fails(Error::NoStorageAccess("locked".into()))]);
    check(KeychainError::Locked, 3);
    store.then([Step::Fails(Error::PlatformFailure("gone".into()))]);
    check(KeychainError::Unavailable, 3);
    check(KeychainError::NoEntry, 4);
    store.then([Step::Panics]);
    check(KeychainError::TimedOut, 4);
    // The thread may take a moment to be gone; a call that falls into that moment is lost, not waited for.
    let gone = Some(KeychainError::TimedOut);
    let next = std::iter::repeat_with(|| keychain.get(ACCOUNT).err()).find(|error| *error != gone);
    assert_eq!(next, Some(Some(KeychainError::NoEntry)));
    assert_eq!(times.load(Ordering::Relaxed), 5);
}

#[test]
fn an_error_at_any_call_makes_no_library_and_leaves_no_key() {
    each_error(|error, seen| {
        // Creating asks, keeps and reads back.
        for call in 0..3 {
            if (call, seen) == (0, KeychainError::NoEntry) {
                continue;
            }
            let (folder, store) = (tempfile::tempdir().unwrap(), Scripted::new());
            let keychain = store.keychain();
            store.then(at_call(call, error()));
            let failed = Vault::create(folder.path(), &Protection::Keychain, &keychain).err().unwrap();
            assert!(matches!(failed, CreateError::Keychain(error) if error == seen), "{seen:?} at {call}: {failed:?}");
            assert_eq!(failed.code(), ErrorCode::KeychainUnavailable);
            assert_eq!((snapshot(folder.path()), store.secrets()), (vec![], BTreeMap::new()), "{seen:?} at {call}");
            assert!(Vault::create(folder.path(), &Protection::Keychain, &keychain).is_ok());
        }
    });
}

#[test]
fn an_error_leaves_the_library_locked_and_its_key_where_it_is() {
    let (folder, store) = (tempfile::tempdir().unwrap(), Scripted::new());
    let keychain = store.keychain();
    Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let before = (snapshot(folder.path()), store.secrets());
    each_error(|error, seen| {
        store.then([Step::Fails(error())]);
        let failed = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).err().unwrap();
        assert!(matches!(failed, UnlockError::Keychain(error) if error == seen), "{seen:?}: {failed:?}");
        assert_eq!(failed.code(), seen.code());
        let state = Vault::state(folder.path()).unwrap();
        assert_eq!(state, VaultState::Locked { slots: vec![SlotKind::Keychain] });
        let refused = Vault::create(folder.path(), &Protection::Keychain, &keychain).err();
        assert!(matches!(refused, Some(CreateError::Exists)), "{seen:?}");
        assert_eq!((snapshot(folder.path()), store.secrets()), before, "{seen:?}");
        assert!(Vault::unlock(folder.path(), &Credential::Keychain, &keychain).is_ok());
    });
}

#[test]
fn an_entry_that_cannot_be_removed_is_said_to_be_left() {
    each_error(|error, seen| {
        let (folder, store) = (tempfile::tempdir().unwrap(), Scripted::new());
        let keychain = store.keychain();
        let words = || Passphrase::new("open sesame".to_owned());
        Vault::create(folder.path(), &Protection::Passphrase(words()), &keychain).ok().unwrap();
        let with = Credential::Passphrase(words());
        Vault::protect(folder.path(), &with, &Protection::Keychain, &keychain).unwrap();
        let before = store.secrets();
        store.then([Step::Fails(error())]);
        let left = Vault::remove(folder.path(), &with, SlotKind::Keychain, &keychain).unwrap();
        let expected = if seen == KeychainError::NoEntry { vec![] } else { vec![Leftover::KeychainEntry] };
        assert_eq!((left, store.secrets()), (expected, before), "{seen:?}");
    });
}
