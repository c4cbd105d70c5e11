//! The operating system's keychain: the Secret Service on Linux, Keychain Services on macOS, Credential Manager on
//! Windows.
//!
//! All handles of a process speak to one store, on one thread, in the order of their calls. So what a call still does
//! after its caller has given up is undone before a later call, of whatever handle, can see it. There is no other store
//! to fall back on. On Linux any program of the same session can read the entry; `docs/formats/vault.md` says what that
//! means.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use alexandria_crypto::keys::LibraryKey;
use alexandria_domain::CodedError;
use keyring_core::Entry;

use super::store::{self, Opened, Store};
use super::worker::{TimedOut, Worker};
use super::{IsNamed, Keychain, KeychainError};

/// How long a call may take. Long enough for a busy machine; a prompt that takes longer is answered before a retry.
const PATIENCE: Duration = Duration::from_secs(10);

/// What every handle is a copy of.
static OF_PROCESS: LazyLock<OsKeychain> = LazyLock::new(|| OsKeychain::over(store::of_platform));

/// The keychain of the person who is logged in. Calls run on the one thread that the process has for them, and are
/// given up after ten seconds.
#[derive(Clone, Debug)]
pub struct OsKeychain {
    shared: Arc<Shared>,
    patience: Duration,
}

/// What handles share.
#[derive(Debug)]
struct Shared {
    worker: Worker,
    store: Store,
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
        OF_PROCESS.clone()
    }

    /// A keychain over the store that `open` opens, with a thread of its own.
    fn over(open: impl Fn() -> Opened + Send + Sync + 'static) -> Self {
        let shared = Shared { worker: Worker::default(), store: Store::new(open) };
        Self { shared: Arc::new(shared), patience: PATIENCE }
    }

    /// Does `job` in its turn. If the caller has given up by the time it is done, `undo` follows at once.
    fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Store) -> Result<T, KeychainError> + Send + 'static,
        undo: impl FnOnce(&Store) + Send + 'static,
    ) -> Result<T, KeychainError> {
        let (of_job, of_undo) = (Arc::clone(&self.shared), Arc::clone(&self.shared));
        let job = move || job(&of_job.store);
        let done = self.shared.worker.run(self.patience, job, move |_| undo(&of_undo.store));
        done.map_err(|TimedOut| KeychainError::TimedOut)?
    }
}

impl Keychain for OsKeychain {
    fn get(&self, account: &str) -> Result<LibraryKey, KeychainError> {
        let account = account.to_owned();
        self.run(move |store| read(store, &account), |_| ())
    }

    fn set(&self, account: &str, key: &LibraryKey, is_named: IsNamed) -> Result<(), KeychainError> {
        let (account, text) = (account.to_owned(), key.expose_hex());
        let (late, written) = (account.clone(), key.expose_hex());
        self.run(
            move |store| store.call(&account, |entry| entry.set_secret(text.as_bytes())),
            move |store| take_back(store, &late, &written, is_named),
        )
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        let account = account.to_owned();
        self.run(move |store| remove(store, &account), |_| ())
    }
}

fn read(store: &Store, account: &str) -> Result<LibraryKey, KeychainError> {
    let text = store.call(account, Entry::get_secret)?;
    LibraryKey::from_hex(text).map_err(|_| KeychainError::Malformed)
}

fn remove(store: &Store, account: &str) -> Result<(), KeychainError> {
    store.call(account, Entry::delete_credential)
}

/// Removes the entry that was `written` too late. The caller has been told that it failed, so nothing may stay; but if
/// a vault names it by now, it is what opens a library, and if it says something else, it is not what was written.
fn take_back(store: &Store, account: &str, written: &str, is_named: IsNamed) {
    let outcome = match read(store, account) {
        Ok(kept) if kept.expose_hex().as_str() == written => {
            if is_named() {
                Ok(())
            } else {
                remove(store, account)
            }
        }
        Ok(_) | Err(KeychainError::NoEntry | KeychainError::Malformed) => Ok(()),
        Err(error) => Err(error),
    };
    if let Err(error) = outcome {
        tracing::warn!(code = %error.code(), "a late keychain entry could not be removed");
    }
}

#[cfg(test)]
mod tests;
