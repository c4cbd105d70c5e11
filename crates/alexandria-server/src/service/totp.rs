//! One-time passwords of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds, one step of tolerance).
//!
//! Boundary: computes and compares. That a matched step is stored, so that no code is accepted twice, is the work of
//! `factors.rs` and the store's transaction; that the secret is sealed before it is stored, of `factors.rs`.

use totp_rs::{Builder, Secret};
use zeroize::Zeroizing;

use crate::random::{self, RandomError};

#[cfg(test)]
mod tests;

/// Bytes of a secret, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// A secret shared with the reader's authenticator app.
pub struct TotpSecret(Zeroizing<[u8; SECRET_BYTES]>);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TotpSecret(..)")
    }
}

impl TotpSecret {
    /// A new secret.
    ///
    /// # Errors
    /// [`RandomError`].
    pub fn generate() -> Result<Self, RandomError> {
        Ok(Self(Zeroizing::new(random::bytes()?)))
    }

    /// A stored secret; `None` where the length is not that of one.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The secret's bytes, to be sealed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The secret in Base32, for typing into an app.
    #[must_use]
    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(self.secret().to_base32())
    }

    /// The step (30 seconds each since 1970) whose code this is, among the current one and its neighbours, or `None`.
    #[must_use]
    pub fn matched_step(&self, code: &str, now_ms: u64) -> Option<u64> {
        // The builder refuses only lengths that cannot occur here; then no code matches.
        let totp = Builder::new().with_secret(self.secret()).build().ok()?;
        totp.check(code, now_ms / 1000)
    }

    fn secret(&self) -> Secret {
        Secret::new(self.0.to_vec().into_boxed_slice())
    }
}
