//! Sealing to the public key of a device: HPKE (RFC 9180) with X25519, HKDF-SHA-256 and ChaCha20-Poly1305.
//!
//! Always in a mode that authenticates the sender's key, because a ciphertext to a public key alone can come from anybody, the
//! server included. Each ciphertext has its own ephemeral key, so that the nonce never repeats.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, PskBundle, Serializable, setup_receiver, setup_sender_with_rng};
use zeroize::Zeroizing;

use crate::entropy::EntropyStream;
use crate::keys::SecretKey;
use crate::random::RandomError;

#[cfg(test)]
mod tests;

/// Length of a public key and of an encapsulated key in bytes.
pub(crate) const PUBLIC_LEN: usize = 32;
/// By how much a ciphertext is longer than its plaintext: encapsulated key and tag.
pub(crate) const OVERHEAD: usize = PUBLIC_LEN + 16;

type X25519 = X25519HkdfSha256;

/// A key is not a point that X25519 accepts, or the ciphertext is not authentic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PublicKeyError;

/// An X25519 key pair.
pub(crate) struct KeyPair {
    seed: SecretKey,
    public: [u8; PUBLIC_LEN],
}

impl KeyPair {
    pub(crate) fn generate() -> Result<Self, RandomError> {
        SecretKey::generate().map(Self::from_seed)
    }

    /// `DeriveKeyPair` of RFC 9180, 7.1.3.
    pub(crate) fn from_seed(seed: SecretKey) -> Self {
        let (_, public) = X25519::derive_keypair(seed.expose());
        Self { seed, public: public.to_bytes().into() }
    }

    pub(crate) const fn public(&self) -> &[u8; PUBLIC_LEN] {
        &self.public
    }

    pub(crate) fn seed(&self) -> &[u8; 32] {
        self.seed.expose()
    }
}

/// A secret that both sides share besides their keys.
#[derive(Clone, Copy)]
pub(crate) struct SharedSecret<'a> {
    pub(crate) secret: &'a [u8; 32],
    pub(crate) id: &'a [u8],
}

impl<'a> SharedSecret<'a> {
    fn bundle(self) -> Result<PskBundle<'a>, PublicKeyError> {
        PskBundle::new(self.secret, self.id).map_err(|_| PublicKeyError)
    }
}

/// Seals `plain` from `sender` to `recipient`: encapsulated key, ciphertext, tag.
pub(crate) fn seal(
    sender: &KeyPair,
    recipient: &[u8; PUBLIC_LEN],
    shared: Option<SharedSecret<'_>>,
    info: &[u8],
    plain: &[u8],
    entropy: &mut EntropyStream,
) -> Result<Vec<u8>, PublicKeyError> {
    let recipient = public_key(recipient)?;
    let pair = X25519::derive_keypair(sender.seed());
    let mode = match shared {
        None => OpModeS::Auth(pair),
        Some(shared) => OpModeS::AuthPsk(pair, shared.bundle()?),
    };
    let (encapsulated, mut context) =
        setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519>(&mode, &recipient, info, entropy)
            .map_err(|_| PublicKeyError)?;
    let sealed = context.seal(plain, &[]).map_err(|_| PublicKeyError)?;
    Ok([encapsulated.to_bytes().as_slice(), &sealed].concat())
}

/// Opens what `sender` sealed to `recipient`.
pub(crate) fn open<const N: usize>(
    recipient: &KeyPair,
    sender: &[u8; PUBLIC_LEN],
    shared: Option<SharedSecret<'_>>,
    info: &[u8],
    sealed: &[u8],
) -> Result<Box<Zeroizing<[u8; N]>>, PublicKeyError> {
    let (encapsulated, sealed) = sealed.split_first_chunk::<PUBLIC_LEN>().ok_or(PublicKeyError)?;
    let encapsulated = <X25519 as Kem>::EncappedKey::from_bytes(encapsulated.as_slice()).map_err(|_| PublicKeyError)?;
    let sender = public_key(sender)?;
    let mode = match shared {
        None => OpModeR::Auth(sender),
        Some(shared) => OpModeR::AuthPsk(sender, shared.bundle()?),
    };
    let (private, _) = X25519::derive_keypair(recipient.seed());
    let mut context = setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519>(&mode, &private, &encapsulated, info)
        .map_err(|_| PublicKeyError)?;
    let opened = Zeroizing::new(context.open(sealed, &[]).map_err(|_| PublicKeyError)?);
    let mut plain = Box::new(Zeroizing::new([0; N]));
    if opened.len() != N {
        return Err(PublicKeyError);
    }
    plain.copy_from_slice(&opened);
    Ok(plain)
}

fn public_key(bytes: &[u8; PUBLIC_LEN]) -> Result<<X25519 as Kem>::PublicKey, PublicKeyError> {
    <X25519 as Kem>::PublicKey::from_bytes(bytes.as_slice()).map_err(|_| PublicKeyError)
}
