//! Ed25519 keys and signatures of devices.
//!
//! Every signed message begins with a domain string of its own, so that a signature of one kind is none of another.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};

use crate::hex::hex_value;

hex_value! {
    /// The public key of a device, as it is stored and transmitted. Whether it is a valid point is checked when it
    /// verifies something.
    DevicePublicKey, 32
}
hex_value! {
    /// A signature by a device's key.
    DeviceSignature, 64
}

/// A signature that does not verify: wrong key, changed message, changed signature, or a key that is no valid point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not by this key over these bytes")]
pub struct InvalidSignature;

/// The secret key of a device. It is erased from memory when dropped, and does not print.
#[derive(Clone)]
pub struct DeviceSigningKey(SigningKey);

impl DeviceSigningKey {
    /// The key of a seed: 32 random bytes, which the device keeps in its vault.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// What others verify with.
    #[must_use]
    pub fn public_key(&self) -> DevicePublicKey {
        DevicePublicKey::from_bytes(self.0.verifying_key().to_bytes())
    }

    /// Signs `domain ‖ message`.
    #[must_use]
    pub(crate) fn sign(&self, domain: &[u8], message: &[u8]) -> DeviceSignature {
        DeviceSignature::from_bytes(self.0.sign(&[domain, message].concat()).to_bytes())
    }
}

impl fmt::Debug for DeviceSigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceSigningKey(…)")
    }
}

impl DevicePublicKey {
    /// Checks a signature of `domain ‖ message`, strictly: keys and points of small order, under which one signature fits
    /// several messages, are refused.
    pub(crate) fn verify(
        &self,
        domain: &[u8],
        message: &[u8],
        signature: &DeviceSignature,
    ) -> Result<(), InvalidSignature> {
        let key = VerifyingKey::from_bytes(self.as_bytes()).map_err(|_| InvalidSignature)?;
        let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
        key.verify_strict(&[domain, message].concat(), &signature).map_err(|_| InvalidSignature)
    }
}
