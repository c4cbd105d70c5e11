//! The keychain over stores that do as a test says, and over the real one of a Linux session.

use super::*;

mod errors;
mod late;
mod scripted;
#[cfg(target_os = "linux")]
mod session;

/// Passes before anybody answers a prompt.
const SHORT_TIMEOUT: Duration = Duration::from_millis(20);
/// Longer than anything takes that is not waiting for a test.
const LONG_TIMEOUT: Duration = Duration::from_secs(60);

const ACCOUNT: &str = "library-07";

fn key() -> LibraryKey {
    LibraryKey::take(&mut [7; LibraryKey::LEN])
}

/// Another handle of the same keychain, with timeout of its own.
fn handle(keychain: &OsKeychain, timeout: Duration) -> OsKeychain {
    OsKeychain { timeout, ..keychain.clone() }
}

#[test]
fn os_keychain_handles_share_one_store() {
    assert!(Arc::ptr_eq(&OsKeychain::new().inner, &OsKeychain::default().inner));
}
