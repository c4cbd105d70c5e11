//! The keychain over stores that do as a test says, and over the real one of a Linux session.

use super::*;

mod errors;
mod late;
mod scripted;
#[cfg(target_os = "linux")]
mod session;

/// Passes before anybody answers a prompt.
const SOON: Duration = Duration::from_millis(20);
/// Longer than anything takes that is not waiting for a test.
const LONG: Duration = Duration::from_secs(60);

const ACCOUNT: &str = "library-07";

fn key() -> LibraryKey {
    LibraryKey::take(&mut [7; LibraryKey::LEN])
}

/// Another handle of the same keychain, with patience of its own.
fn handle(keychain: &OsKeychain, patience: Duration) -> OsKeychain {
    OsKeychain { patience, ..keychain.clone() }
}

#[test]
fn all_handles_of_a_process_are_of_one_keychain() {
    assert!(Arc::ptr_eq(&OsKeychain::new().shared, &OsKeychain::default().shared));
}
