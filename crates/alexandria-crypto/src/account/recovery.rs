//! The account's recovery code: written like the library's code ([`crate::recovery`]), but another code for another thing.
//!
//! The type is distinct and the labels differ, so that one code never opens both, even if a person used the same digits.

use zeroize::Zeroizing;

use super::slot::{SlotKey, SlotKind};
use crate::hazmat;
use crate::keys::SecretKey;
use crate::random::RandomError;
use crate::recovery::{InvalidRecoveryCode, RecoveryCode};

/// A recovery code of an account. Wiped when dropped.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct AccountRecoveryCode(RecoveryCode);

impl AccountRecoveryCode {
    /// A new random code.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn generate() -> Result<Self, RandomError> {
        RecoveryCode::generate().map(Self)
    }

    /// Parses a code as a person types it. The text is wiped.
    ///
    /// # Errors
    /// When it is not a code, or has a typing error.
    pub fn parse(text: String) -> Result<Self, InvalidRecoveryCode> {
        RecoveryCode::parse(text).map(Self)
    }

    /// The code as displayed.
    #[must_use]
    pub fn expose_text(&self) -> Zeroizing<String> {
        self.0.expose_text()
    }

    /// A code with given digits, for the test vectors.
    #[cfg(test)]
    pub(crate) fn from_code(code: RecoveryCode) -> Self {
        Self(code)
    }

    /// Whether two codes are equal, compared in constant time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.is_same(&other.0)
    }

    /// The key of the bundle's recovery slot.
    #[must_use]
    pub fn slot_key(&self) -> SlotKey {
        SlotKey::new(SlotKind::Recovery, self.derive(b"alexandria/account-recovery-code/v1"))
    }

    /// What proves to the server that a person has the code. The server keeps a hash of it; it opens nothing.
    #[must_use]
    pub fn verifier(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(*self.derive(b"alexandria/account-recovery-verifier/v1").expose())
    }

    /// HKDF of the code's secret digits in ASCII, as for the library's code.
    fn derive(&self, label: &[u8]) -> SecretKey {
        let mut key = Zeroizing::new([0; 32]);
        hazmat::expand(self.0.expose_secret_digits().as_bytes(), &[], &[label], &mut key);
        SecretKey::take(&mut key)
    }
}

#[cfg(test)]
mod tests;
