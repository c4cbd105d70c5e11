//! One statement of the device log, and its signature.

use crate::base64::Base64Bytes;
use crate::frame::chain::{Head, append_heads};
use crate::hex::hex_value;
use crate::ids::{AccountId, DeviceId};
use crate::signature::{DevicePublicKey, DeviceSignature, DeviceSigningKey, InvalidSignature};

const DOMAIN: &[u8] = b"alexandria/device-log/v1/entry";

hex_value! {
    /// The X25519 key that others seal to for a device.
    SealingPublicKey, 32
}
hex_value! {
    /// BLAKE3 of a signed statement: what the next one names as the one before.
    DeviceEntryHash, 32
}

impl DeviceEntryHash {
    /// What the first statement names as the one before.
    pub const NONE: Self = Self::from_bytes([0; 32]);
}

/// Who signs a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Issuer {
    /// The account key: somebody who has the account's root key, by password or recovery code.
    Account,
    /// A device.
    Device {
        /// Which.
        device: DeviceId,
    },
}

/// A device to admit.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct NewDevice {
    /// Its id.
    pub device: DeviceId,
    /// What it signs with.
    pub signing_key: DevicePublicKey,
    /// What others seal to.
    pub sealing_key: SealingPublicKey,
    /// Its name, sealed for the account's devices; at most [`Self::MAX_LABEL_BYTES`].
    pub label: Base64Bytes,
}

impl NewDevice {
    /// Longest sealed name in bytes.
    pub const MAX_LABEL_BYTES: usize = 1024;
}

/// What a statement says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DeviceChange {
    /// The account begins with this device. The first statement, and no other.
    Create {
        /// The device, which signs.
        device: NewDevice,
        /// The account key.
        account_key: DevicePublicKey,
    },
    /// A further device is admitted.
    Add {
        /// The device.
        device: NewDevice,
    },
    /// A device is revoked. It knows the account key, so that is replaced.
    Revoke {
        /// The device.
        device: DeviceId,
        /// The account key from now on.
        account_key: DevicePublicKey,
        /// Where its chains end: its records up to these count, none after them. Signed, so that a server cannot tell one
        /// client another end than the next. At most [`DeviceChange::MAX_ENDS`], one for each stream.
        ends: Vec<Head>,
    },
    /// The account key is replaced, as after a recovery.
    Rekey {
        /// The account key from now on.
        account_key: DevicePublicKey,
    },
}

impl DeviceChange {
    /// Most chains of one device.
    pub const MAX_ENDS: usize = 16;
}

/// A statement before it is signed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct DeviceStatement {
    /// The account.
    pub account: AccountId,
    /// Number within the log, from 1 without gaps.
    pub number: u32,
    /// The statement before this one; [`DeviceEntryHash::NONE`] for the first.
    pub previous: DeviceEntryHash,
    /// When it was signed, in milliseconds since 1970, by the issuer's clock.
    pub at_ms: u64,
    /// Who signs.
    pub issuer: Issuer,
    /// What it says.
    pub change: DeviceChange,
}

/// A signed statement.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct DeviceEntry {
    /// What was signed.
    pub statement: DeviceStatement,
    /// By the issuer.
    pub signature: DeviceSignature,
}

impl DeviceStatement {
    /// Signs the statement. Whether `key` is the issuer's is the caller's concern.
    #[must_use]
    pub fn sign(self, key: &DeviceSigningKey) -> DeviceEntry {
        let signature = key.sign(DOMAIN, &self.message());
        DeviceEntry { statement: self, signature }
    }

    /// The signed bytes, after the domain string: every field in order, numbers big-endian, choices as one byte, the label
    /// preceded by its length.
    fn message(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(self.account.as_bytes());
        bytes.extend_from_slice(&self.number.to_be_bytes());
        bytes.extend_from_slice(self.previous.as_bytes());
        bytes.extend_from_slice(&self.at_ms.to_be_bytes());
        match &self.issuer {
            Issuer::Account => bytes.push(1),
            Issuer::Device { device } => {
                bytes.push(2);
                bytes.extend_from_slice(device.as_bytes());
            }
        }
        match &self.change {
            DeviceChange::Create { device, account_key } => {
                bytes.push(1);
                append_device(&mut bytes, device);
                bytes.extend_from_slice(account_key.as_bytes());
            }
            DeviceChange::Add { device } => {
                bytes.push(2);
                append_device(&mut bytes, device);
            }
            DeviceChange::Revoke { device, account_key, ends } => {
                bytes.push(3);
                bytes.extend_from_slice(device.as_bytes());
                bytes.extend_from_slice(account_key.as_bytes());
                append_heads(&mut bytes, ends);
            }
            DeviceChange::Rekey { account_key } => {
                bytes.push(4);
                bytes.extend_from_slice(account_key.as_bytes());
            }
        }
        bytes
    }
}

impl DeviceEntry {
    /// Checks the signature.
    ///
    /// # Errors
    /// [`InvalidSignature`].
    pub fn verify(&self, key: &DevicePublicKey) -> Result<(), InvalidSignature> {
        key.verify(DOMAIN, &self.statement.message(), &self.signature)
    }

    /// BLAKE3 of what was signed and the signature.
    #[must_use]
    pub fn hash(&self) -> DeviceEntryHash {
        let mut hasher = blake3::Hasher::new();
        hasher.update(DOMAIN).update(&self.statement.message()).update(self.signature.as_bytes());
        DeviceEntryHash::from_bytes(*hasher.finalize().as_bytes())
    }
}

fn append_device(bytes: &mut Vec<u8>, device: &NewDevice) {
    bytes.extend_from_slice(device.device.as_bytes());
    bytes.extend_from_slice(device.signing_key.as_bytes());
    bytes.extend_from_slice(device.sealing_key.as_bytes());
    bytes.extend_from_slice(&u64::try_from(device.label.len()).unwrap_or(u64::MAX).to_be_bytes());
    bytes.extend_from_slice(device.label.as_slice());
}
