//! The primitives: AES-256-GCM, HKDF-SHA-256 and HMAC-SHA-256. Private to this crate, whose modules uphold their preconditions:
//!
//! - A nonce never meets two texts under one key. Every key is derived for one file or one envelope from a random 256-bit
//!   salt, or, for files of an account, from the hash of the text; under it, nonces are counters (see [`crate::format`]) or
//!   one constant (see [`crate::envelope`]).
//! - Plaintext is released only after its tag has been verified.

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit};
use hkdf::{Hkdf, HkdfExtract};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

#[cfg(test)]
mod tests;

/// Length of an authentication tag in bytes.
pub(crate) const TAG_LEN: usize = 16;
/// Length of a nonce in bytes.
pub(crate) const NONCE_LEN: usize = 12;

/// The buffers have the wrong size, or the data is not authentic.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AeadError;

/// An expanded AES-256-GCM key (NIST SP 800-38D). Wiped when dropped.
pub(crate) struct AeadKey {
    cipher: Box<Aes256Gcm>,
    #[cfg(test)]
    usage: tests::UsageLog,
}

impl AeadKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self {
            cipher: Box::new(Aes256Gcm::new(key.into())),
            #[cfg(test)]
            usage: tests::UsageLog::new(key),
        }
    }

    /// Encrypts `plain` into `sealed`, which is [`TAG_LEN`] bytes longer: ciphertext, then tag.
    pub(crate) fn seal(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        plain: &[u8],
        sealed: &mut [u8],
    ) -> Result<(), AeadError> {
        let (body, tag) = sealed.split_last_chunk_mut().ok_or(AeadError)?;
        self.seal_detached(nonce, aad, InOutBuf::new(plain, body).map_err(|_| AeadError)?, tag)
    }

    /// Encrypts all of `buffer` but its last [`TAG_LEN`] bytes, which receive the tag.
    pub(crate) fn seal_in_place(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        buffer: &mut [u8],
    ) -> Result<(), AeadError> {
        let (body, tag) = buffer.split_last_chunk_mut().ok_or(AeadError)?;
        self.seal_detached(nonce, aad, body.into(), tag)
    }

    /// Verifies `sealed` and decrypts it into `plain`, which is [`TAG_LEN`] bytes shorter. On failure `plain` is unchanged.
    pub(crate) fn open(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        sealed: &[u8],
        plain: &mut [u8],
    ) -> Result<(), AeadError> {
        let (body, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(AeadError)?;
        let buffer = InOutBuf::new(body, plain).map_err(|_| AeadError)?;
        self.cipher.decrypt_inout_detached(nonce.into(), aad, buffer, tag.into()).map_err(|_| AeadError)
    }

    /// Verifies `buffer` and decrypts all of it but the tag. On failure it is unchanged.
    pub(crate) fn open_in_place(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        buffer: &mut [u8],
    ) -> Result<(), AeadError> {
        let (body, tag) = buffer.split_last_chunk_mut::<TAG_LEN>().ok_or(AeadError)?;
        self.cipher.decrypt_inout_detached(nonce.into(), aad, body.into(), (&*tag).into()).map_err(|_| AeadError)
    }

    fn seal_detached(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        buffer: InOutBuf<'_, '_, u8>,
        tag: &mut [u8; TAG_LEN],
    ) -> Result<(), AeadError> {
        #[cfg(test)]
        self.usage.record(nonce, aad, buffer.get_in());
        *tag = self.cipher.encrypt_inout_detached(nonce.into(), aad, buffer).map_err(|_| AeadError)?.into();
        Ok(())
    }
}

/// A key and a commitment to it, both derived from the same secret.
///
/// AES-GCM alone does not commit to its key: a ciphertext can be constructed that opens under two keys. The commitment is
/// stored with the ciphertext and compared before anything is decrypted, so that trying several keys is safe.
pub(crate) struct CommittedKey {
    pub(crate) key: AeadKey,
    pub(crate) commitment: [u8; 32],
}

impl CommittedKey {
    /// Derives both by HKDF-SHA-256 (RFC 5869) with `salt` and the concatenated `info`.
    pub(crate) fn derive(secret: &[u8; 32], salt: &[u8; 32], info: &[&[u8]]) -> Self {
        let mut okm = Zeroizing::new([0; 64]);
        expand(secret, salt, info, &mut okm);
        let mut key = Zeroizing::new([0; 32]);
        let mut commitment = [0; 32];
        let (key_part, commitment_part) = okm.split_at(32);
        key.copy_from_slice(key_part);
        commitment.copy_from_slice(commitment_part);
        Self { key: AeadKey::new(&key), commitment }
    }

    /// Whether `stored` is the commitment to this key, compared in constant time.
    pub(crate) fn matches_commitment(&self, stored: &[u8; 32]) -> bool {
        self.commitment.ct_eq(stored).into()
    }
}

/// HKDF-SHA-256 into `out`. The secret must have full entropy: nothing is stretched here.
pub(crate) fn expand<const N: usize>(secret: &[u8], salt: &[u8], info: &[&[u8]], out: &mut [u8; N]) {
    const { assert!(N <= 255 * 32, "RFC 5869 allows 255 blocks of output") };
    let derived = Hkdf::<Sha256>::new(Some(salt), secret).expand_multi_info(info, out);
    debug_assert!(derived.is_ok(), "the length was checked at compile time");
}

/// HMAC-SHA-256 (RFC 2104) of the concatenated `parts`. It is the extract step of HKDF (RFC 5869, 2.2), with the key as salt.
pub(crate) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut extract = HkdfExtract::<Sha256>::new(Some(key));
    parts.iter().for_each(|part| extract.input_ikm(part));
    extract.finalize().0.into()
}
