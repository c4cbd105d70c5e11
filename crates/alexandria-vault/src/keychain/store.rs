//! The platform's store of secrets: opened when it is first needed, and again after it was not there or broke down.
//!
//! On Linux the Secret Service can come after the program, and can be started anew under it; the next call finds it.
//! Absent: threads and patience, which are the worker's, and any store to fall back on.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store as Platform;
use keyring_core::{CredentialStore, Entry, Error};
#[cfg(windows)]
use windows_native_keyring_store::Store as Platform;
#[cfg(all(unix, not(target_os = "macos")))]
use zbus_secret_service_keyring_store::Store as Platform;

use super::KeychainError;

/// The service name of all entries.
pub(super) const SERVICE: &str = "alexandria";

/// A store that was opened, or why it was not.
pub(super) type Opened = keyring_core::Result<Arc<CredentialStore>>;

/// A store that is opened as often as that is needed.
pub(super) struct Store {
    open: Box<dyn Fn() -> Opened + Send + Sync>,
    opened: Mutex<Option<Arc<CredentialStore>>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// The store that `open` opens. Nothing is opened yet.
    pub(super) fn new(open: impl Fn() -> Opened + Send + Sync + 'static) -> Self {
        Self { open: Box::new(open), opened: Mutex::default() }
    }

    /// Does `work` with the entry of `account`, which need not be there.
    pub(super) fn call<T>(
        &self,
        account: &str,
        work: impl FnOnce(&Entry) -> keyring_core::Result<T>,
    ) -> Result<T, KeychainError> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken out while it works: one that breaks down, or panics, is not asked again.
        let store = match opened.take() {
            Some(store) => store,
            None => (self.open)().map_err(not_there)?,
        };
        let entry = store.build(SERVICE, account, None).map_err(not_there)?;
        let done = work(&entry);
        if !matches!(done, Err(Error::PlatformFailure(_))) {
            *opened = Some(store);
        }
        Ok(done?)
    }
}

/// Opens the platform's own store.
pub(super) fn of_platform() -> Opened {
    let store = Platform::new()?;
    Ok(store)
}

/// What it means that a store does not open, or makes no entry to ask: never that it has no such key.
fn not_there(error: Error) -> KeychainError {
    match KeychainError::from(error) {
        KeychainError::NoEntry => KeychainError::Unavailable,
        other => other,
    }
}
