//! The library key: the root of the key hierarchy of one library on one device.

use zeroize::Zeroizing;

use super::SecretKey;
use crate::random::RandomError;

/// The text is not a library key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a library key: expected 64 lower-case hexadecimal digits")]
pub struct InvalidLibraryKey;

/// The key that wraps the [`KeyRing`](super::KeyRing). Stored in the OS keychain, or sealed under a passphrase or a recovery
/// code.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct LibraryKey(SecretKey);

impl LibraryKey {
    /// Length in bytes.
    pub const LEN: usize = 32;

    /// A new random key.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn generate() -> Result<Self, RandomError> {
        SecretKey::generate().map(Self)
    }

    /// Moves the key out of `bytes`, which are wiped.
    #[must_use]
    pub fn take(bytes: &mut [u8; Self::LEN]) -> Self {
        Self(SecretKey::take(bytes))
    }

    /// The key as 64 lower-case hexadecimal digits, for the OS keychain only. Text, because the KDE wallet stores nothing
    /// else.
    #[must_use]
    pub fn expose_hex(&self) -> Zeroizing<String> {
        self.0.expose_hex()
    }

    /// Parses a keychain entry written by [`expose_hex`](Self::expose_hex). The entry's bytes are wiped.
    ///
    /// # Errors
    /// When the entry is anything but 64 lower-case hexadecimal digits.
    pub fn from_hex(entry: Vec<u8>) -> Result<Self, InvalidLibraryKey> {
        let entry = Zeroizing::new(entry);
        let (pairs, rest) = entry.as_chunks::<2>();
        if pairs.len() != Self::LEN || !rest.is_empty() {
            return Err(InvalidLibraryKey);
        }
        let mut bytes = Zeroizing::new([0; Self::LEN]);
        for (byte, &[high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = (nibble(high)? << 4) | nibble(low)?;
        }
        Ok(Self::take(&mut bytes))
    }

    /// Whether two keys are equal, compared in constant time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.is_same(&other.0)
    }

    pub(crate) fn expose(&self) -> &[u8; Self::LEN] {
        self.0.expose()
    }
}

fn nibble(digit: u8) -> Result<u8, InvalidLibraryKey> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(InvalidLibraryKey),
    }
}
