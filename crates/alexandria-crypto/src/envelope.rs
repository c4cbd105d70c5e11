//! Small secrets sealed under another secret: the key ring under the library key, the library key under a passphrase.
//!
//! Layout: version 1 | suite 1 | salt 32 | commitment 32 | ciphertext | tag 16. Key and commitment are derived from
//! secret, salt and label for each envelope, so the nonce can be constant. The label names the kind of secret inside; the
//! context, which is authenticated but not stored, names the owner of the envelope.

use zeroize::Zeroizing;

use crate::hazmat::{CommittedKey, NONCE_LEN, TAG_LEN};
use crate::random::{self, RandomError};

#[cfg(test)]
mod tests;

const VERSION: u8 = 1;
const SUITE: u8 = 1;
const DOMAIN: &[u8] = b"alexandria/envelope/v1";
const HEAD_LEN: usize = 2 + 32 + 32;
/// A key seals one message only.
const NONCE: [u8; NONCE_LEN] = [0; NONCE_LEN];

/// Why an envelope does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// It has the wrong length, or a version or suite that never existed.
    #[error("the wrapped key is damaged")]
    Malformed,
    /// A newer version wrote it.
    #[error("the key was wrapped by a newer version of Alexandria")]
    NewerVersion,
    /// It was sealed under another secret.
    #[error("the key was wrapped under another secret")]
    WrongKey,
    /// The secret is right, but the ciphertext or the context was changed.
    #[error("the wrapped key is not authentic")]
    NotAuthentic,
}

/// Seals `plain` under `secret`.
pub(crate) fn seal(secret: &[u8; 32], label: &[u8], context: &[u8], plain: &[u8]) -> Result<Vec<u8>, RandomError> {
    Ok(seal_with_salt(secret, label, context, plain, &random::bytes()?))
}

/// [`seal`] with a given salt, for the test vectors. A salt repeated under one secret would repeat a nonce.
pub(crate) fn seal_with_salt(
    secret: &[u8; 32],
    label: &[u8],
    context: &[u8],
    plain: &[u8],
    salt: &[u8; 32],
) -> Vec<u8> {
    let key = CommittedKey::derive(secret, salt, &[DOMAIN, &[VERSION, SUITE], label]);
    let mut sealed = vec![0; sealed_len(plain.len())];
    let (head, body) = sealed.split_at_mut(HEAD_LEN);
    for (target, byte) in head.iter_mut().zip([VERSION, SUITE].iter().chain(salt).chain(&key.commitment)) {
        *target = *byte;
    }
    let outcome = key.key.seal(&NONCE, &additional_data(label, context), plain, body);
    debug_assert!(outcome.is_ok(), "the buffer has the right length");
    sealed
}

/// Opens an envelope that holds exactly `N` bytes.
pub(crate) fn open<const N: usize>(
    secret: &[u8; 32],
    label: &[u8],
    context: &[u8],
    sealed: &[u8],
) -> Result<Box<Zeroizing<[u8; N]>>, EnvelopeError> {
    let parts = Parts::split(sealed)?;
    if parts.body.len() != N + TAG_LEN {
        return Err(EnvelopeError::Malformed);
    }
    let mut plain = Box::new(Zeroizing::new([0; N]));
    parts.open(secret, label, context, plain.as_mut_slice())?;
    Ok(plain)
}

/// Opens an envelope of any length.
pub(crate) fn open_vec(
    secret: &[u8; 32],
    label: &[u8],
    context: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let parts = Parts::split(sealed)?;
    let length = parts.body.len().checked_sub(TAG_LEN).ok_or(EnvelopeError::Malformed)?;
    let mut plain = Zeroizing::new(vec![0; length]);
    parts.open(secret, label, context, &mut plain)?;
    Ok(plain)
}

/// The fields of an envelope whose version and suite are known.
struct Parts<'a> {
    salt: &'a [u8; 32],
    commitment: &'a [u8; 32],
    /// Ciphertext and tag.
    body: &'a [u8],
}

impl<'a> Parts<'a> {
    fn split(sealed: &'a [u8]) -> Result<Self, EnvelopeError> {
        let (&[version, suite], rest) = sealed.split_first_chunk().ok_or(EnvelopeError::Malformed)?;
        if version > VERSION {
            return Err(EnvelopeError::NewerVersion);
        }
        if version != VERSION || suite != SUITE {
            return Err(EnvelopeError::Malformed);
        }
        let (salt, rest) = rest.split_first_chunk().ok_or(EnvelopeError::Malformed)?;
        let (commitment, body) = rest.split_first_chunk().ok_or(EnvelopeError::Malformed)?;
        Ok(Self { salt, commitment, body })
    }

    fn open(&self, secret: &[u8; 32], label: &[u8], context: &[u8], plain: &mut [u8]) -> Result<(), EnvelopeError> {
        let key = CommittedKey::derive(secret, self.salt, &[DOMAIN, &[VERSION, SUITE], label]);
        if !key.matches_commitment(self.commitment) {
            return Err(EnvelopeError::WrongKey);
        }
        let aad = additional_data(label, context);
        key.key.open(&NONCE, &aad, self.body, plain).map_err(|_| EnvelopeError::NotAuthentic)
    }
}

/// Length in bytes of an envelope with `plain_len` bytes of plaintext.
pub(crate) const fn sealed_len(plain_len: usize) -> usize {
    HEAD_LEN + plain_len + TAG_LEN
}

/// Length in bytes of the plaintext of an envelope of `sealed_len` bytes, if an envelope can have that length.
pub(crate) const fn plain_len(sealed_len: usize) -> Option<usize> {
    sealed_len.checked_sub(HEAD_LEN + TAG_LEN)
}

/// Label and context, preceded by the label's length, so that the encoding is unambiguous.
fn additional_data(label: &[u8], context: &[u8]) -> Vec<u8> {
    let length = u64::try_from(label.len()).unwrap_or(u64::MAX).to_be_bytes();
    [&length, label, context].concat()
}
