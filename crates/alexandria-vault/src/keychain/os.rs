//! The operating system's keychain, through `keyring`: the Secret Service on Linux, Keychain Services on macOS,
//! Credential Manager on Windows.
//!
//! `keyring` opens the platform's store once in the life of a process; if that fails, every call fails, and only a new
//! process tries again. It never falls back to another store. On Linux any program of the same session can read the
//! entry; `docs/formats/vault.md` says what that means.

use std::time::Duration;

use alexandria_crypto::keys::LibraryKey;
use keyring::Entry;

use super::worker::{TimedOut, Worker};
use super::{Keychain, KeychainError};

/// The service name of all entries.
const SERVICE: &str = "alexandria";

/// How long a call may take. Long enough for a busy machine; a prompt that takes longer is answered before a retry.
const PATIENCE: Duration = Duration::from_secs(10);

/// The keychain of the person who is logged in. Calls run on a thread of their own and are given up after ten seconds.
#[derive(Debug)]
pub struct OsKeychain {
    worker: Worker,
    patience: Duration,
}

impl Default for OsKeychain {
    fn default() -> Self {
        Self::new()
    }
}

impl OsKeychain {
    /// The keychain. It is first touched by the first call.
    #[must_use]
    pub fn new() -> Self {
        Self { worker: Worker::default(), patience: PATIENCE }
    }

    fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
        undo: impl FnOnce(Result<T, KeychainError>) + Send + 'static,
    ) -> Result<T, KeychainError> {
        self.worker.run(self.patience, job, undo).map_err(|TimedOut| KeychainError::TimedOut)?
    }
}

impl Keychain for OsKeychain {
    fn get(&self, account: &str) -> Result<LibraryKey, KeychainError> {
        let account = account.to_owned();
        self.run(move || read(&account), drop)
    }

    fn set(&self, account: &str, key: &LibraryKey) -> Result<(), KeychainError> {
        let (account, text) = (account.to_owned(), key.expose_hex());
        let late = account.clone();
        let write = move || Ok(entry(&account)?.set_secret(text.as_bytes())?);
        self.run(write, move |_| {
            // The caller has been told that it failed, so nothing may stay.
            if let Err(error) = remove(&late) {
                tracing::warn!(code = %error.code(), "a late keychain entry could not be removed");
            }
        })
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        let account = account.to_owned();
        self.run(move || remove(&account), drop)
    }
}

fn entry(account: &str) -> Result<Entry, KeychainError> {
    Ok(Entry::new(SERVICE, account)?)
}

fn read(account: &str) -> Result<LibraryKey, KeychainError> {
    LibraryKey::from_hex(entry(account)?.get_secret()?).map_err(|_| KeychainError::Malformed)
}

fn remove(account: &str) -> Result<(), KeychainError> {
    Ok(entry(account)?.delete_credential()?)
}

#[cfg(test)]
mod tests;
