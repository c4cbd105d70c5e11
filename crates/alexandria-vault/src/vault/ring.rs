//! The key ring as it is stored in a vault: wrapped under the library key and bound to library and device.

use alexandria_crypto::EnvelopeError;
use alexandria_crypto::keys::{KeyRing, LibraryKey};
use alexandria_crypto::random::RandomError;
use alexandria_domain::DeviceId;

use crate::file::Contents;

/// Wraps `keys` for the vault of this library and device.
pub(super) fn wrap(
    keys: &KeyRing,
    key: &LibraryKey,
    library: &[u8; 16],
    device: DeviceId,
) -> Result<Vec<u8>, RandomError> {
    keys.wrap(key, &context(library, device))
}

/// Unwraps the ring of `contents` with the library key.
pub(super) fn unwrap(contents: &Contents, key: &LibraryKey) -> Result<KeyRing, EnvelopeError> {
    KeyRing::unwrap(key, &context(&contents.library, contents.device), &contents.keys)
}

/// Authenticated with the ring, so that neither id in the file can be changed.
fn context(library: &[u8; 16], device: DeviceId) -> Vec<u8> {
    [b"alexandria/vault/v1".as_slice(), library, device.as_bytes()].concat()
}
