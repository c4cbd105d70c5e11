//! A key that is written after its caller timed out is removed before anyone sees it, unless a vault references its entry.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};

use alexandria_crypto::passphrase::Passphrase;

use super::scripted::{ScriptedStore, Step};
use super::*;
use crate::{CreateError, Credential, ImportVaultError, ProtectError, Protection, Vault};

/// A keychain whose writes time out, and no other calls.
struct TimingOutKeychain {
    keychain: OsKeychain,
    has_started: Mutex<Receiver<()>>,
}

impl Keychain for TimingOutKeychain {
    fn get(&self, account: &str) -> Result<LibraryKey, KeychainError> {
        self.keychain.get(account)
    }

    fn set(&self, account: &str, key: &LibraryKey, is_referenced: IsReferenced) -> Result<(), KeychainError> {
        let timing_out = handle(&self.keychain, SHORT_TIMEOUT);
        let is_referenced = Arc::new(Mutex::new(Some(is_referenced)));
        loop {
            let is_referenced = Arc::clone(&is_referenced);
            let ask = move || is_referenced.lock().unwrap().take().is_some_and(|is_referenced| is_referenced());
            let outcome = timing_out.set(account, key, Box::new(ask));
            // A call that timed out before it started is skipped, so another is tried.
            if self.has_started.lock().unwrap().try_recv().is_ok() {
                return outcome;
            }
        }
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        self.keychain.delete(account)
    }
}

/// A prompt that has not been answered.
struct Prompt {
    answer: Sender<()>,
    is_answered: Receiver<()>,
    proceed: Sender<()>,
}

impl Prompt {
    /// Opens a prompt at the call after the next `calls`, which stores a key. It proceeds in two steps: the key is stored,
    /// and that is undone.
    fn after(calls: usize, store: &ScriptedStore, keychain: &OsKeychain) -> (Self, TimingOutKeychain) {
        let (started, has_started) = mpsc::channel();
        let (answer, waits) = mpsc::channel();
        let (stored, is_answered) = mpsc::channel();
        let (proceed, stays) = mpsc::channel();
        let before = std::iter::repeat_with(|| Step::Succeed).take(calls);
        store.set_script(before.chain([Step::Block(started, waits), Step::Block(stored, stays)]));
        let timing_out = TimingOutKeychain { keychain: keychain.clone(), has_started: Mutex::new(has_started) };
        (Self { answer, is_answered, proceed }, timing_out)
    }

    /// Answers the prompt: the key is stored now, and is about to be removed.
    fn answer(&self) {
        self.answer.send(()).unwrap();
        self.is_answered.recv().unwrap();
    }

    /// Lets the removal finish.
    fn finish(&self, keychain: &OsKeychain) {
        self.proceed.send(()).unwrap();
        // This call runs after the removal.
        assert_eq!(keychain.delete("nothing"), Err(KeychainError::NoEntry));
    }
}

#[test]
fn late_write_is_undone_before_the_next_call() {
    let store = ScriptedStore::new();
    let (one, secrets) = (store.keychain(), store.secrets());
    let (other, short_timeout) = (one.clone(), handle(&one, SHORT_TIMEOUT));
    let (prompt, timing_out) = Prompt::after(0, &store, &one);
    let every_call_times_out = || {
        assert_eq!(short_timeout.get(ACCOUNT).err(), Some(KeychainError::TimedOut));
        assert_eq!(short_timeout.delete(ACCOUNT), Err(KeychainError::TimedOut));
        assert_eq!(short_timeout.set("another", &key(), Box::new(|| false)), Err(KeychainError::TimedOut));
    };
    assert_eq!(timing_out.set(ACCOUNT, &key(), Box::new(|| false)), Err(KeychainError::TimedOut));
    every_call_times_out();
    prompt.answer();
    assert_eq!(store.secrets().len(), 1, "it was stored late");
    every_call_times_out();
    prompt.finish(&other);
    assert_eq!(other.get(ACCOUNT).err(), Some(KeychainError::NoEntry));
    assert_eq!(store.secrets(), secrets);
}

#[test]
fn late_entry_stays_only_if_referenced_or_foreign() {
    let check = |is_referenced: bool, foreign_secret: Option<&[u8]>, stays: bool| {
        let store = ScriptedStore::new();
        let keychain = store.keychain();
        let (prompt, timing_out) = Prompt::after(0, &store, &keychain);
        assert_eq!(timing_out.set(ACCOUNT, &key(), Box::new(move || is_referenced)), Err(KeychainError::TimedOut));
        prompt.answer();
        if let Some(secret) = foreign_secret {
            store.put(ACCOUNT, secret);
        }
        prompt.finish(&keychain);
        assert_eq!(store.secrets().contains_key(ACCOUNT), stays, "{is_referenced}, {foreign_secret:?}");
    };
    let another_key = "ab".repeat(32);
    check(false, None, false);
    check(true, None, true);
    check(false, Some(another_key.as_bytes()), true);
    check(false, Some(b"no key at all"), true);
    check(true, Some(another_key.as_bytes()), true);
}

fn passphrase() -> Passphrase {
    Passphrase::new("open sesame".to_owned())
}

fn passphrase_credential() -> Credential {
    Credential::Passphrase(passphrase())
}

fn protect(folder: &Path, keychain: &dyn Keychain) -> Option<KeychainError> {
    match Vault::protect(folder, &passphrase_credential(), &Protection::Keychain, keychain) {
        Ok(_) => None,
        Err(ProtectError::Keychain(error)) => Some(error),
        Err(error) => panic!("{error}"),
    }
}

fn create_with_passphrase(folder: &Path, keychain: &OsKeychain) {
    Vault::create(folder, &Protection::Passphrase(passphrase()), keychain).ok().unwrap();
}

fn with_keychain(folder: &Path, keychain: &OsKeychain) {
    Vault::create(folder, &Protection::Keychain, keychain).ok().unwrap();
}

/// A vault that references an entry which the keychain has lost.
fn with_lost_entry(folder: &Path, keychain: &OsKeychain, store: &ScriptedStore) {
    create_with_passphrase(folder, keychain);
    assert_eq!(protect(folder, keychain), None);
    for account in store.secrets().keys() {
        keychain.delete(account).unwrap();
    }
}

#[test]
fn late_key_stays_only_if_vault_references_entry() {
    type Prepare = fn(&Path, &OsKeychain, &ScriptedStore);
    type Change = fn(&Path, &TimingOutKeychain) -> Option<KeychainError>;
    let check = |prepare: Prepare, calls: usize, change: Change, stays: bool| {
        let (folder, store) = (tempfile::tempdir().unwrap(), ScriptedStore::new());
        let keychain = store.keychain();
        prepare(folder.path(), &keychain, &store);
        let before = store.secrets();
        let (prompt, timing_out) = Prompt::after(calls, &store, &keychain);
        assert_eq!(change(folder.path(), &timing_out), Some(KeychainError::TimedOut));
        prompt.answer();
        assert_eq!(store.secrets().len(), before.len() + 1);
        prompt.finish(&keychain);
        if stays {
            assert_eq!(store.secrets().len(), before.len() + 1);
            assert!(Vault::unlock(folder.path(), &Credential::Keychain, &keychain).is_ok());
        } else {
            assert_eq!(store.secrets(), before);
        }
    };
    // The vault referenced the entry before, so it stays.
    check(with_lost_entry, 1, |folder, keychain| protect(folder, keychain), true);
    check(
        |folder, keychain, _| create_with_passphrase(folder, keychain),
        1,
        |folder, keychain| protect(folder, keychain),
        false,
    );
    let create: Change = |folder, keychain| match Vault::create(folder, &Protection::Keychain, keychain).err() {
        Some(CreateError::Keychain(error)) => Some(error),
        _ => None,
    };
    check(|_, _, _| (), 1, create, false);
    let rotate: Change = |folder, keychain| {
        let rotation = Vault::prepare_rotation(folder, &Credential::Keychain, None, keychain).ok().unwrap();
        match Vault::rotate(folder, &rotation, None, keychain) {
            Err(ProtectError::Keychain(error)) => Some(error),
            _ => None,
        }
    };
    check(|folder, keychain, _| with_keychain(folder, keychain), 2, rotate, false);
    let import: Change = |folder, keychain| {
        let (text, restored) = (fs::read(folder.join("vault")).unwrap(), folder.join("restored"));
        fs::create_dir(&restored).unwrap();
        match Vault::import(&restored, &text, &Credential::Keychain, keychain).err() {
            Some(ImportVaultError::Keychain(error)) => Some(error),
            _ => None,
        }
    };
    check(|folder, keychain, _| with_keychain(folder, keychain), 2, import, false);
}

#[test]
fn acknowledged_retry_keeps_its_entry() {
    let (folder, store) = (tempfile::tempdir().unwrap(), ScriptedStore::new());
    let one = store.keychain();
    with_lost_entry(folder.path(), &one, &store);
    let (prompt, timing_out) = Prompt::after(1, &store, &one);
    assert_eq!(protect(folder.path(), &timing_out), Some(KeychainError::TimedOut));
    prompt.answer();
    // A retry at this moment must not find the key that is about to be removed.
    assert_eq!(protect(folder.path(), &handle(&one, SHORT_TIMEOUT)), Some(KeychainError::TimedOut));
    prompt.finish(&one);
    let other = one.clone();
    assert_eq!(protect(folder.path(), &other), None);
    assert!(Vault::unlock(folder.path(), &Credential::Keychain, &other).is_ok());
}
