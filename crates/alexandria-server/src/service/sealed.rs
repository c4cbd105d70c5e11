//! Sealing of what the server stores about its own work: the password protocol's setup and the secrets of authenticator
//! apps. Whoever copies the database without the server's key gets nothing to try passwords or codes with.
//!
//! Boundary: nothing of a reader's library passes here; that is sealed on devices, with keys that the server never has.
//! Encrypt-then-MAC over keyed BLAKE3, which is a pseudorandom function of any output length: a random nonce, the text
//! combined with the output for that nonce, and a tag over everything. The server links no cipher, and a few short secrets
//! need none.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::random::{self, RandomError};

#[cfg(test)]
mod tests;

const STREAM_LABEL: &str = "alexandria server 2026-11 sealed secrets: stream";
const TAG_LABEL: &str = "alexandria server 2026-11 sealed secrets: tag";

/// First byte of everything sealed.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 32;

/// The keys that are derived from the server's key.
pub struct SealingKey {
    stream: Zeroizing<[u8; 32]>,
    tag: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SealingKey(..)")
    }
}

/// Sealed bytes that do not open: another key, another purpose, or a change.
#[derive(Debug, thiserror::Error)]
#[error("a secret of the server does not open with the server's key")]
pub struct OpenError;

impl SealingKey {
    /// Derives the keys.
    #[must_use]
    pub fn new(server_key: &[u8; 32]) -> Self {
        Self {
            stream: Zeroizing::new(blake3::derive_key(STREAM_LABEL, server_key)),
            tag: Zeroizing::new(blake3::derive_key(TAG_LABEL, server_key)),
        }
    }

    /// Seals `secret` for `purpose`, which has to be the same to open it.
    ///
    /// # Errors
    /// [`RandomError`].
    pub fn seal(&self, purpose: &[u8], secret: &[u8]) -> Result<Vec<u8>, RandomError> {
        let nonce = random::bytes::<NONCE_BYTES>()?;
        let mut sealed = vec![VERSION];
        sealed.extend_from_slice(&nonce);
        sealed.extend(self.combine(&nonce, purpose, secret).iter());
        let tag = self.tag(purpose, &sealed);
        sealed.extend_from_slice(tag.as_bytes());
        Ok(sealed)
    }

    /// Opens what [`Self::seal`] sealed.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(&self, purpose: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let body = sealed.len().checked_sub(TAG_BYTES).ok_or(OpenError)?;
        let (body, tag) = sealed.split_at_checked(body).ok_or(OpenError)?;
        let expected = self.tag(purpose, body);
        if !bool::from(expected.as_bytes().as_slice().ct_eq(tag)) {
            return Err(OpenError);
        }
        let (&version, body) = body.split_first().ok_or(OpenError)?;
        let (nonce, text) = body.split_at_checked(NONCE_BYTES).ok_or(OpenError)?;
        if version == VERSION { Ok(self.combine(nonce, purpose, text)) } else { Err(OpenError) }
    }

    fn combine(&self, nonce: &[u8], purpose: &[u8], text: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut hasher = blake3::Hasher::new_keyed(&self.stream);
        hasher.update(nonce).update(purpose);
        let mut output = Zeroizing::new(vec![0; text.len()]);
        hasher.finalize_xof().fill(&mut output);
        for (byte, text) in output.iter_mut().zip(text) {
            *byte ^= text;
        }
        output
    }

    fn tag(&self, purpose: &[u8], body: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.tag);
        let length = u64::try_from(purpose.len()).unwrap_or(u64::MAX);
        hasher.update(&length.to_be_bytes()).update(purpose).update(body);
        hasher.finalize()
    }
}
