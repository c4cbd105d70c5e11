//! Everything that both devices must have seen alike.

use super::digits::Digits;
use super::keys::{EnrolmentKeys, Opening, hash};
use crate::hex::hex_value;
use crate::ids::{AccountId, DeviceId, EnrolmentId};

hex_value! {
    /// The old device's random number.
    AnswerNonce, 32
}

/// What the digits are derived from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// The account that the new device joins.
    pub account: AccountId,
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The new device.
    pub new_device: DeviceId,
    /// The old device.
    pub old_device: DeviceId,
    /// The new device's keys.
    pub new_keys: EnrolmentKeys,
    /// What its commitment was opened with.
    pub opening: Opening,
    /// The old device's random number.
    pub nonce: AnswerNonce,
    /// The old device's keys.
    pub old_keys: EnrolmentKeys,
}

impl Transcript {
    fn hash(&self, domain: &[u8]) -> [u8; 32] {
        let ([new_signing, new_sealing], [old_signing, old_sealing]) = (self.new_keys.bytes(), self.old_keys.bytes());
        let parts: [&[u8]; 10] = [
            self.account.as_bytes(),
            self.enrolment.as_bytes(),
            self.new_device.as_bytes(),
            self.old_device.as_bytes(),
            new_signing,
            new_sealing,
            self.opening.as_bytes(),
            self.nonce.as_bytes(),
            old_signing,
            old_sealing,
        ];
        hash(domain, &parts)
    }

    /// The seven digits.
    #[must_use]
    pub fn digits(&self) -> Digits {
        Digits::from_hash(&self.hash(b"alexandria/enrolment/v1/digits"))
    }

    /// What the sealing of the account's keys is bound to: the `info` of HPKE.
    #[must_use]
    pub fn seal_info(&self) -> [u8; 32] {
        self.hash(b"alexandria/enrolment/v1/seal")
    }
}
