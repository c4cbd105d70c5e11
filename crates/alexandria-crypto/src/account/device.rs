//! The two key pairs of a device: one signs, the other receives secrets.
//!
//! Both are generated here and never leave the device. Signing itself is done by `alexandria-protocol`, which takes the seed.

use crate::keys::SecretKey;
use crate::public_key::KeyPair;
use crate::random::RandomError;

/// The keys of this device.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct DeviceKeys {
    signing_seed: SecretKey,
    sealing: KeyPair,
}

impl DeviceKeys {
    /// Length in bytes of a public key for sealing.
    pub const PUBLIC_LEN: usize = 32;

    /// New random keys.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn generate() -> Result<Self, RandomError> {
        Ok(Self { signing_seed: SecretKey::generate()?, sealing: KeyPair::generate()? })
    }

    pub(crate) fn from_seeds(signing_seed: SecretKey, sealing_seed: SecretKey) -> Self {
        Self { signing_seed, sealing: KeyPair::from_seed(sealing_seed) }
    }

    /// The seed of the Ed25519 key (RFC 8032, 5.1.5) that signs records, statements and session proofs.
    #[must_use]
    pub fn expose_signing_seed(&self) -> &[u8; 32] {
        self.signing_seed.expose()
    }

    /// The X25519 public key that other devices seal to.
    #[must_use]
    pub const fn public_key(&self) -> &[u8; Self::PUBLIC_LEN] {
        self.sealing.public()
    }

    pub(super) const fn sealing(&self) -> &KeyPair {
        &self.sealing
    }
}
