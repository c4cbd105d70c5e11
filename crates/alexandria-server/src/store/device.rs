//! Devices of an account.

use async_trait::async_trait;

use super::error::StoreError;
use super::head::Head;
use super::id::{AccountId, DeviceId};
use super::time::UnixMillis;

/// A device that an account approves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDevice {
    /// Its id, chosen by itself.
    pub id: DeviceId,
    /// Its Ed25519 key.
    pub public_key: [u8; 32],
    /// The signed entry of the device log that makes it one of the account's.
    pub statement: Vec<u8>,
    /// The number of that entry. Entries of an account are numbered without gaps; its first device has 1.
    pub number: u32,
}

/// The end of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The signed entry of the device log.
    pub statement: Vec<u8>,
    /// The number of that entry.
    pub number: u32,
    /// The ends of the device's chains, in the order of streams; records beyond them are refused.
    pub cut: Vec<Head>,
    /// When it was stored.
    pub at: UnixMillis,
}

/// A device of an account. Revoked ones are kept: others need the statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// What was approved.
    pub device: NewDevice,
    /// When it was added.
    pub created_at: UnixMillis,
    /// When it last opened a session.
    pub last_seen: Option<UnixMillis>,
    /// Whether it is revoked.
    pub revoked: Option<Revocation>,
}

/// The devices of an account.
#[async_trait]
pub trait Devices {
    /// Adds a device. The same again is done; the id with other contents is `Conflict(Device)`. `max_devices` counts
    /// those that are not revoked.
    /// `VersionMismatch` with the last number if its entry is not the next one of the device log.
    async fn put_device(
        &self,
        account: AccountId,
        device: NewDevice,
        max_devices: u32,
        now: UnixMillis,
    ) -> Result<(), StoreError>;

    /// A device.
    async fn device(&self, account: AccountId, id: DeviceId) -> Result<Option<Device>, StoreError>;

    /// All devices in the order of their ids, revoked ones as well.
    async fn devices(&self, account: AccountId) -> Result<Vec<Device>, StoreError>;

    /// Revokes a device and ends its sessions in the same transaction. `cut` must be the ends of all its chains in the
    /// order of streams, else `CutMismatch`; the entry must be the next one of the device log, else `VersionMismatch`. Revoking again keeps the first statement.
    async fn revoke_device(&self, account: AccountId, id: DeviceId, revocation: Revocation) -> Result<(), StoreError>;

    /// The entries of the device log in their order.
    async fn device_log(&self, account: AccountId) -> Result<Vec<Vec<u8>>, StoreError>;
}
