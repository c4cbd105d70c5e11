//! The keys of a device that takes part in an enrolment, and the commitment to them.

use crate::devices::SealingPublicKey;
use crate::hex::hex_value;
use crate::ids::EnrolmentId;
use crate::signature::DevicePublicKey;

hex_value! {
    /// The hash of a new device's keys and a random number, which is sent before the keys.
    Commitment, 32
}
hex_value! {
    /// The random number of a commitment; secret until it is revealed.
    Opening, 32
}
hex_value! {
    /// The hash of a new device's keys, in its QR code.
    KeysHash, 32
}

/// The public keys of a device: what the digits vouch for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct EnrolmentKeys {
    /// What the device signs with.
    pub signing_key: DevicePublicKey,
    /// What others seal to.
    pub sealing_key: SealingPublicKey,
}

impl EnrolmentKeys {
    pub(super) fn bytes(&self) -> [&[u8]; 2] {
        [self.signing_key.as_bytes(), self.sealing_key.as_bytes()]
    }

    /// The commitment to these keys in one enrolment.
    #[must_use]
    pub fn commit(&self, enrolment: EnrolmentId, opening: &Opening) -> Commitment {
        let [signing, sealing] = self.bytes();
        let parts = [enrolment.as_bytes(), signing, sealing, opening.as_bytes()];
        Commitment::from_bytes(hash(b"alexandria/enrolment/v1/commitment", &parts))
    }

    /// Whether these keys and `opening` are what `commitment` was made of.
    #[must_use]
    pub fn opens(&self, enrolment: EnrolmentId, opening: &Opening, commitment: &Commitment) -> bool {
        self.commit(enrolment, opening) == *commitment
    }

    /// The hash of these keys in one enrolment.
    #[must_use]
    pub fn hash(&self, enrolment: EnrolmentId) -> KeysHash {
        let [signing, sealing] = self.bytes();
        KeysHash::from_bytes(hash(b"alexandria/enrolment/v1/keys", &[enrolment.as_bytes(), signing, sealing]))
    }
}

/// BLAKE3 of the domain and the parts, which have fixed lengths and so need no separators.
pub(super) fn hash(domain: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(domain);
    for part in parts {
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}
