//! The operating system's keychain: the Secret Service on Linux, Keychain Services on macOS, Credential Manager on
//! Windows.
//!
//! All handles of a process share one store and one thread, which performs their calls in order. A call that finishes after
//! its caller timed out is therefore undone before any later call, of any handle, can observe it. There is no fallback
//! store. On Linux any program of the same session can read the entry; see `docs/formats/vault.md`.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use alexandria_crypto::keys::LibraryKey;
use alexandria_domain::CodedError;
use keyring_core::Entry;

use super::store::{self, OpenResult, Store};
use super::worker::{TimedOut, Worker};
use super::{IsReferenced, Keychain, KeychainError};

/// How long a call may take: long enough for a busy machine. A prompt that takes longer is answered before a retry.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The keychain that all handles of the process share.
static SHARED: LazyLock<OsKeychain> = LazyLock::new(|| OsKeychain::with_store(store::open_platform_store));

/// The keychain of the logged-in user. All calls run on one thread of the process and time out after ten seconds.
#[derive(Clone, Debug)]
pub struct OsKeychain {
    inner: Arc<Inner>,
    timeout: Duration,
}

#[derive(Debug)]
struct Inner {
    worker: Worker,
    store: Store,
}

impl Default for OsKeychain {
    fn default() -> Self {
        Self::new()
    }
}

impl OsKeychain {
    /// A handle to the keychain, which is opened by the first call.
    #[must_use]
    pub fn new() -> Self {
        SHARED.clone()
    }

    /// A keychain over the store that `open` opens, with its own thread.
    fn with_store(open: impl Fn() -> OpenResult + Send + Sync + 'static) -> Self {
        let inner = Inner { worker: Worker::default(), store: Store::new(open) };
        Self { inner: Arc::new(inner), timeout: TIMEOUT }
    }

    /// Runs `job` on the keychain's thread. If the caller has timed out when it finishes, `undo` runs immediately after.
    fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Store) -> Result<T, KeychainError> + Send + 'static,
        undo: impl FnOnce(&Store) + Send + 'static,
    ) -> Result<T, KeychainError> {
        let (job_inner, undo_inner) = (Arc::clone(&self.inner), Arc::clone(&self.inner));
        let job = move || job(&job_inner.store);
        let outcome = self.inner.worker.run(self.timeout, job, move |_| undo(&undo_inner.store));
        outcome.map_err(|TimedOut| KeychainError::TimedOut)?
    }
}

impl Keychain for OsKeychain {
    fn get(&self, account: &str) -> Result<LibraryKey, KeychainError> {
        let account = account.to_owned();
        self.run(move |store| read(store, &account), |_| ())
    }

    fn set(&self, account: &str, key: &LibraryKey, is_referenced: IsReferenced) -> Result<(), KeychainError> {
        let (account, text) = (account.to_owned(), key.expose_hex());
        let (late_account, late_text) = (account.clone(), key.expose_hex());
        self.run(
            move |store| store.call(&account, |entry| entry.set_secret(text.as_bytes())),
            move |store| undo_late_write(store, &late_account, &late_text, is_referenced),
        )
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        let account = account.to_owned();
        self.run(move |store| delete(store, &account), |_| ())
    }
}

fn read(store: &Store, account: &str) -> Result<LibraryKey, KeychainError> {
    let text = store.call(account, Entry::get_secret)?;
    LibraryKey::from_hex(text).map_err(|_| KeychainError::Malformed)
}

fn delete(store: &Store, account: &str) -> Result<(), KeychainError> {
    store.call(account, Entry::delete_credential)
}

/// Removes an entry with the text `written` that was written after its caller had timed out, and so reported a failure. An
/// entry that a vault references by now opens a library and stays; so does one with another text, which is not ours.
fn undo_late_write(store: &Store, account: &str, written: &str, is_referenced: IsReferenced) {
    let outcome = match read(store, account) {
        Ok(stored) if stored.expose_hex().as_str() == written => {
            if is_referenced() {
                Ok(())
            } else {
                delete(store, account)
            }
        }
        Ok(_) | Err(KeychainError::NoEntry | KeychainError::Malformed) => Ok(()),
        Err(error) => Err(error),
    };
    if let Err(error) = outcome {
        tracing::warn!(code = %error.code(), "a keychain entry that was written too late could not be removed");
    }
}

#[cfg(test)]
mod tests;
