//! What a device signs to prove that it has its key, and what it signs about a snapshot.

use crate::frame::chain::{Head, append_heads};
use crate::hex::hex_value;
use crate::ids::{AccountId, BlobId, DeviceId, SnapshotId};
use crate::signature::{DevicePublicKey, DeviceSignature, DeviceSigningKey, InvalidSignature};

hex_value! {
    /// A number that the server chose for one proof. It is accepted once, within 60 seconds.
    Nonce, 32
}

/// What a proof admits to. A proof of one purpose is none of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A session.
    Session,
    /// The erasure of the account.
    Erasure,
}

impl Purpose {
    const fn domain(self) -> &'static [u8] {
        match self {
            Self::Session => b"alexandria/proof/v1/session",
            Self::Erasure => b"alexandria/proof/v1/erasure",
        }
    }
}

/// A device's claim to be the one with the account's device id, to one server.
#[derive(Clone, Copy, Debug)]
pub struct DeviceProof<'a> {
    /// What for.
    pub purpose: Purpose,
    /// The server as the client addresses it: scheme, host and port if it is not the default, as in
    /// `https://sync.example.org`. A server that relays a proof to another one gains nothing.
    pub origin: &'a str,
    /// The account.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
    /// The server's nonce.
    pub nonce: Nonce,
}

impl DeviceProof<'_> {
    fn message(&self) -> Vec<u8> {
        let origin = self.origin.as_bytes();
        let length = u64::try_from(origin.len()).unwrap_or(u64::MAX).to_be_bytes();
        [&length, origin, self.account.as_bytes(), self.device.as_bytes(), self.nonce.as_bytes().as_slice()].concat()
    }

    /// Signs the claim.
    #[must_use]
    pub fn sign(&self, key: &DeviceSigningKey) -> DeviceSignature {
        key.sign(self.purpose.domain(), &self.message())
    }

    /// Checks the claim.
    ///
    /// # Errors
    /// [`InvalidSignature`].
    pub fn verify(&self, key: &DevicePublicKey, signature: &DeviceSignature) -> Result<(), InvalidSignature> {
        key.verify(self.purpose.domain(), &self.message(), signature)
    }
}

/// What a device says about a snapshot that it made.
#[derive(Clone, Copy, Debug)]
pub struct SnapshotStatement<'a> {
    /// The account.
    pub account: AccountId,
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// The device that made it.
    pub device: DeviceId,
    /// Where its bytes are.
    pub blob: BlobId,
    /// Which epoch of the account's keys it is sealed under.
    pub key_epoch: u32,
    /// Which records it replaces: for each stream, all up to this one.
    pub covered: &'a [Head],
}

impl SnapshotStatement<'_> {
    const DOMAIN: &'static [u8] = b"alexandria/snapshot/v1";

    fn message(&self) -> Vec<u8> {
        let mut message = Vec::with_capacity(76 + self.covered.len() * 72);
        message.extend_from_slice(self.account.as_bytes());
        message.extend_from_slice(self.snapshot.as_bytes());
        message.extend_from_slice(self.device.as_bytes());
        message.extend_from_slice(self.blob.as_bytes());
        message.extend_from_slice(&self.key_epoch.to_be_bytes());
        append_heads(&mut message, self.covered);
        message
    }

    /// Signs the statement.
    #[must_use]
    pub fn sign(&self, key: &DeviceSigningKey) -> DeviceSignature {
        key.sign(Self::DOMAIN, &self.message())
    }

    /// Checks the statement.
    ///
    /// # Errors
    /// [`InvalidSignature`].
    pub fn verify(&self, key: &DevicePublicKey, signature: &DeviceSignature) -> Result<(), InvalidSignature> {
        key.verify(Self::DOMAIN, &self.message(), signature)
    }
}

#[cfg(test)]
mod tests;
