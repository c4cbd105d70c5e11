//! What is kept only after the caller has given up: it is gone before anybody sees it, unless a vault names it.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};

use alexandria_crypto::passphrase::Passphrase;

use super::scripted::{Scripted, Step};
use super::*;
use crate::{AdoptError, CreateError, Credential, ProtectError, Protection, Vault};

/// A keychain whose caller gives up when a key is being kept, and at nothing else.
struct Hasty {
    keychain: OsKeychain,
    has_begun: Mutex<Receiver<()>>,
}

impl Keychain for Hasty {
    fn get(&self, account: &str) -> Result<LibraryKey, KeychainError> {
        self.keychain.get(account)
    }

    fn set(&self, account: &str, key: &LibraryKey, is_named: IsNamed) -> Result<(), KeychainError> {
        let hasty = handle(&self.keychain, SOON);
        let is_named = Arc::new(Mutex::new(Some(is_named)));
        loop {
            let of_try = Arc::clone(&is_named);
            let ask = move || of_try.lock().unwrap().take().is_some_and(|is_named| is_named());
            let outcome = hasty.set(account, key, Box::new(ask));
            // One that was given up before its turn is never begun, and another is tried.
            if self.has_begun.lock().unwrap().try_recv().is_ok() {
                return outcome;
            }
        }
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        self.keychain.delete(account)
    }
}

/// A prompt that nobody has answered yet.
struct Prompt {
    answer: Sender<()>,
    is_answered: Receiver<()>,
    go_on: Sender<()>,
}

impl Prompt {
    /// Opens one at the call after the next `calls`, which keeps a key. It goes on in two steps: the key is kept, and
    /// that is undone.
    fn after(calls: usize, store: &Scripted, keychain: &OsKeychain) -> (Self, Hasty) {
        let (begun, has_begun) = mpsc::channel();
        let (answer, waits) = mpsc::channel();
        let (kept, is_answered) = mpsc::channel();
        let (go_on, stays) = mpsc::channel();
        let before = std::iter::repeat_with(|| Step::Works).take(calls);
        store.then(before.chain([Step::Waits(begun, waits), Step::Waits(kept, stays)]));
        let hasty = Hasty { keychain: keychain.clone(), has_begun: Mutex::new(has_begun) };
        (Self { answer, is_answered, go_on }, hasty)
    }

    /// Answers it: the key is kept now, and the undoing is about to look at it.
    fn answer(&self) {
        self.answer.send(()).unwrap();
        self.is_answered.recv().unwrap();
    }

    /// Lets it come to its end.
    fn finish(&self, keychain: &OsKeychain) {
        self.go_on.send(()).unwrap();
        // This call has its turn after the undoing.
        assert_eq!(keychain.delete("nothing"), Err(KeychainError::NoEntry));
    }
}

#[test]
fn what_one_handle_has_left_is_undone_before_another_begins() {
    let store = Scripted::new();
    let (one, secrets) = (store.keychain(), store.secrets());
    let (other, hasty_other) = (one.clone(), handle(&one, SOON));
    let (prompt, hasty) = Prompt::after(0, &store, &one);
    let nobody_gets_further = || {
        assert_eq!(hasty_other.get(ACCOUNT).err(), Some(KeychainError::TimedOut));
        assert_eq!(hasty_other.delete(ACCOUNT), Err(KeychainError::TimedOut));
        assert_eq!(hasty_other.set("another", &key(), Box::new(|| false)), Err(KeychainError::TimedOut));
    };
    assert_eq!(hasty.set(ACCOUNT, &key(), Box::new(|| false)), Err(KeychainError::TimedOut));
    nobody_gets_further();
    prompt.answer();
    assert_eq!(store.secrets().len(), 1, "it was kept after all");
    nobody_gets_further();
    prompt.finish(&other);
    assert_eq!(other.get(ACCOUNT).err(), Some(KeychainError::NoEntry));
    assert_eq!(store.secrets(), secrets);
}

#[test]
fn a_late_entry_stays_if_a_vault_names_it_or_if_it_is_of_somebody_else() {
    let check = |is_named: bool, by_somebody_else: Option<&[u8]>, stays: bool| {
        let store = Scripted::new();
        let keychain = store.keychain();
        let (prompt, hasty) = Prompt::after(0, &store, &keychain);
        assert_eq!(hasty.set(ACCOUNT, &key(), Box::new(move || is_named)), Err(KeychainError::TimedOut));
        prompt.answer();
        if let Some(secret) = by_somebody_else {
            store.put(ACCOUNT, secret);
        }
        prompt.finish(&keychain);
        assert_eq!(store.secrets().contains_key(ACCOUNT), stays, "{is_named}, {by_somebody_else:?}");
    };
    let another_key = "ab".repeat(32);
    check(false, None, false);
    check(true, None, true);
    check(false, Some(another_key.as_bytes()), true);
    check(false, Some(b"no key at all"), true);
    check(true, Some(another_key.as_bytes()), true);
}

fn words() -> Passphrase {
    Passphrase::new("open sesame".to_owned())
}

fn by_words() -> Credential {
    Credential::Passphrase(words())
}

fn protect(folder: &Path, keychain: &dyn Keychain) -> Option<KeychainError> {
    match Vault::protect(folder, &by_words(), &Protection::Keychain, keychain) {
        Ok(_) => None,
        Err(ProtectError::Keychain(error)) => Some(error),
        Err(error) => panic!("{error}"),
    }
}

fn with_words(folder: &Path, keychain: &OsKeychain) {
    Vault::create(folder, &Protection::Passphrase(words()), keychain).ok().unwrap();
}

fn with_keychain(folder: &Path, keychain: &OsKeychain) {
    Vault::create(folder, &Protection::Keychain, keychain).ok().unwrap();
}

/// A vault that names an entry which the keychain has lost.
fn with_lost_entry(folder: &Path, keychain: &OsKeychain, store: &Scripted) {
    with_words(folder, keychain);
    assert_eq!(protect(folder, keychain), None);
    for account in store.secrets().keys() {
        keychain.delete(account).unwrap();
    }
}

#[test]
fn a_late_key_stays_only_if_the_vault_names_its_entry() {
    type Prepare = fn(&Path, &OsKeychain, &Scripted);
    type Change = fn(&Path, &Hasty) -> Option<KeychainError>;
    let check = |prepare: Prepare, calls: usize, change: Change, stays: bool| {
        let (folder, store) = (tempfile::tempdir().unwrap(), Scripted::new());
        let keychain = store.keychain();
        prepare(folder.path(), &keychain, &store);
        let before = store.secrets();
        let (prompt, hasty) = Prompt::after(calls, &store, &keychain);
        assert_eq!(change(folder.path(), &hasty), Some(KeychainError::TimedOut));
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
    // What the vault named before, the keychain has again.
    check(with_lost_entry, 1, |folder, keychain| protect(folder, keychain), true);
    check(|folder, keychain, _| with_words(folder, keychain), 1, |folder, keychain| protect(folder, keychain), false);
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
    let adopt: Change = |folder, keychain| {
        let (text, restored) = (fs::read(folder.join("vault")).unwrap(), folder.join("restored"));
        fs::create_dir(&restored).unwrap();
        match Vault::adopt(&restored, &text, &Credential::Keychain, keychain).err() {
            Some(AdoptError::Keychain(error)) => Some(error),
            _ => None,
        }
    };
    check(|folder, keychain, _| with_keychain(folder, keychain), 2, adopt, false);
}

#[test]
fn a_retry_that_was_acknowledged_keeps_its_key() {
    let (folder, store) = (tempfile::tempdir().unwrap(), Scripted::new());
    let one = store.keychain();
    with_lost_entry(folder.path(), &one, &store);
    let (prompt, hasty) = Prompt::after(1, &store, &one);
    assert_eq!(protect(folder.path(), &hasty), Some(KeychainError::TimedOut));
    prompt.answer();
    // A retry that comes at this moment must not find the key that is about to go.
    assert_eq!(protect(folder.path(), &handle(&one, SOON)), Some(KeychainError::TimedOut));
    prompt.finish(&one);
    let other = one.clone();
    assert_eq!(protect(folder.path(), &other), None);
    assert!(Vault::unlock(folder.path(), &Credential::Keychain, &other).is_ok());
}
