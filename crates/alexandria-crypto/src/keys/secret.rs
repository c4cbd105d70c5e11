//! A 256-bit secret that is wiped when dropped.

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::random::{self, RandomError};

/// A 256-bit secret. It lives on the heap from the start, so that moving it leaves no copies behind.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct SecretKey(Box<Zeroizing<[u8; 32]>>);

impl SecretKey {
    /// A new random secret.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn generate() -> Result<Self, RandomError> {
        let mut bytes = Box::new(Zeroizing::new([0; 32]));
        random::fill(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    /// Moves the secret out of `bytes`, which are wiped.
    #[must_use]
    pub fn take(bytes: &mut [u8; 32]) -> Self {
        let mut secret = Box::new(Zeroizing::new([0; 32]));
        secret.copy_from_slice(bytes.as_slice());
        bytes.zeroize();
        Self(secret)
    }

    /// A second copy, which is wiped when it is dropped. There is no `Clone`, so that copying a secret is explicit.
    pub(crate) fn duplicate(&self) -> Self {
        let mut secret = Box::new(Zeroizing::new([0; 32]));
        secret.copy_from_slice(self.expose());
        Self(secret)
    }

    /// Whether two secrets are equal, compared in constant time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.expose().ct_eq(other.expose()).into()
    }

    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The bytes as lower-case hexadecimal digits.
    pub(crate) fn expose_hex(&self) -> Zeroizing<String> {
        // Allocated once: growing would leave copies of the secret behind.
        let mut digits = Zeroizing::new(String::with_capacity(64));
        push_hex(&mut digits, self.expose());
        digits
    }
}

/// Appends `bytes` as lower-case hexadecimal digits.
pub(super) fn push_hex(digits: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            digits.push(char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }));
        }
    }
}
