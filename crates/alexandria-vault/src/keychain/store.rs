//! The platform's store of secrets: opened when it is first needed, and again after it was unavailable or failed.
//!
//! On Linux the Secret Service can start after the program, and can restart; the next call finds it. Absent: threads and
//! timeouts, which are the worker's, and any fallback store.

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

/// The result of opening a store.
pub(super) type OpenResult = keyring_core::Result<Arc<CredentialStore>>;

/// A store that is opened, and reopened, on demand.
pub(super) struct Store {
    open: Box<dyn Fn() -> OpenResult + Send + Sync>,
    opened: Mutex<Option<Arc<CredentialStore>>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// A store that the first call opens with `open`.
    pub(super) fn new(open: impl Fn() -> OpenResult + Send + Sync + 'static) -> Self {
        Self { open: Box::new(open), opened: Mutex::default() }
    }

    /// Calls `work` with the entry `account`, which need not exist.
    pub(super) fn call<T>(
        &self,
        account: &str,
        work: impl FnOnce(&Entry) -> keyring_core::Result<T>,
    ) -> Result<T, KeychainError> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken out during the call, so that a store that fails or panics is not used again.
        let store = match opened.take() {
            Some(store) => store,
            None => (self.open)().map_err(unavailable)?,
        };
        let entry = store.build(SERVICE, account, None).map_err(unavailable)?;
        let outcome = work(&entry);
        if !matches!(outcome, Err(Error::PlatformFailure(_))) {
            *opened = Some(store);
        }
        Ok(outcome?)
    }
}

/// Opens the store of this platform.
pub(super) fn open_platform_store() -> OpenResult {
    let store = Platform::new()?;
    Ok(store)
}

/// The error of a store that does not open or create an entry handle: never [`KeychainError::NoEntry`].
fn unavailable(error: Error) -> KeychainError {
    match KeychainError::from(error) {
        KeychainError::NoEntry => KeychainError::Unavailable,
        other => other,
    }
}
