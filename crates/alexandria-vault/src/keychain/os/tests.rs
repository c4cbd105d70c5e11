//! The OS keychain over scripted stores, and over the real one of a Linux session.

use super::*;

mod errors;
mod late;
mod scripted;
#[cfg(target_os = "linux")]
mod session;

/// Passes before anyone answers a prompt.
const SHORT_TIMEOUT: Duration = Duration::from_millis(20);
/// Longer than any call takes that does not wait for the test.
const LONG_TIMEOUT: Duration = Duration::from_secs(60);

const ACCOUNT: &str = "library-07";

fn key() -> LibraryKey {
    LibraryKey::take(&mut [7; LibraryKey::LEN])
}

/// Another handle to the same keychain, with its own timeout.
fn handle(keychain: &OsKeychain, timeout: Duration) -> OsKeychain {
    OsKeychain { timeout, ..keychain.clone() }
}

#[test]
fn os_keychain_handles_share_one_store() {
    assert!(Arc::ptr_eq(&OsKeychain::new().inner, &OsKeychain::default().inner));
}
