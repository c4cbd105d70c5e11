//! The account's device log: admitting devices and revoking them by signed statements.
//!
//! Boundary: the server verifies what every client verifies, so that it does not store what they would refuse; it can sign
//! nothing itself. Statements are kept with the rows of the devices that they admit or revoke.

use alexandria_protocol::api::account::EventKind;
use alexandria_protocol::api::devices::{Devices, LastSeen};
use alexandria_protocol::devices::{DeviceChange, DeviceEntry, DeviceLog, DeviceLogEnd, DeviceLogError, Issuer};

use super::context::Rules;
use super::convert::millis;
use super::error::RuleError;
use crate::store::{AccountId, Device, DeviceId, Head, NewDevice, Revocation, StoreError};

/// Milliseconds of a day: the precision of what is told about when a device was there.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

impl Rules {
    /// The device log, and when devices were there.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn devices(&self, account: AccountId) -> Result<Devices, RuleError> {
        let devices = self.store().devices(account).await?;
        let last_seen = devices
            .iter()
            .filter_map(|device| {
                let seen = millis(device.last_seen?);
                Some(LastSeen { device: device.device.id, day_ms: seen - seen % DAY_MS })
            })
            .collect();
        Ok(Devices { log: entries(&devices)?, last_seen })
    }

    /// Admits a device by a statement of a device that may, or of the account key.
    ///
    /// # Errors
    /// [`RuleError::StatementMismatch`], [`RuleError::DeviceLog`]; `LimitReached` and `VersionMismatch` of the store.
    pub async fn add_device(
        &self,
        account: AccountId,
        id: DeviceId,
        entry: &DeviceEntry,
    ) -> Result<DeviceLogEnd, RuleError> {
        let DeviceChange::Add { device } = &entry.statement.change else { return Err(RuleError::StatementMismatch) };
        if device.device != id {
            return Err(RuleError::StatementMismatch);
        }
        let new = new_device(entry)?;
        let stored = self.store().devices(account).await?;
        // The same request again, after a lost answer.
        if stored.iter().any(|device| device.device == new) {
            return Ok(log(account, &stored)?.end());
        }
        let mut log = log(account, &stored)?;
        log.append(entry)?;
        let stored = self.store().put_device(account, new, self.settings.limits.devices, self.now()).await;
        stored.map_err(|error| faster(error, entry))?;
        self.audit(account, Some(id), EventKind::DeviceAdded, None).await?;
        self.wake(account).await;
        Ok(log.end())
    }

    /// Revokes a device: nothing that it signs from now on is accepted, and its sessions end at once.
    ///
    /// # Errors
    /// [`RuleError::StatementMismatch`], [`RuleError::DeviceLog`], [`RuleError::SignatureRefused`] if a device speaks for
    /// another one than that of its session.
    pub async fn revoke_device(
        &self,
        account: AccountId,
        acting: DeviceId,
        id: DeviceId,
        entry: &DeviceEntry,
    ) -> Result<DeviceLogEnd, RuleError> {
        let DeviceChange::Revoke { device, ends, .. } = &entry.statement.change else {
            return Err(RuleError::StatementMismatch);
        };
        if *device != id {
            return Err(RuleError::StatementMismatch);
        }
        if let Issuer::Device { device: issuer } = entry.statement.issuer
            && issuer != acting
        {
            return Err(RuleError::SignatureRefused);
        }
        let statement = encode(entry)?;
        let stored = self.store().devices(account).await?;
        let is_done = |device: &Device| device.revoked.as_ref().is_some_and(|end| end.statement == statement);
        if stored.iter().any(is_done) {
            return Ok(log(account, &stored)?.end());
        }
        let mut log = log(account, &stored)?;
        log.append(entry)?;
        // The statement says where the chains end. If the device has written since it was signed, it has to be signed again.
        let mut cut: Vec<Head> = ends.iter().map(|end| Head::from(*end)).collect();
        cut.sort_by_key(|head| head.stream);
        let revocation = Revocation { statement, number: entry.statement.number, cut, at: self.now() };
        let revoked = self.store().revoke_device(account, id, revocation).await;
        revoked.map_err(|error| faster(error, entry))?;
        // The store has ended them with the revocation; here for a store of another version beside this one.
        self.store().delete_sessions(account, Some(id)).await?;
        self.audit(account, Some(id), EventKind::DeviceRevoked, None).await?;
        self.wake(account).await;
        Ok(log.end())
    }
}

/// The row of the device that a statement admits.
pub(super) fn new_device(entry: &DeviceEntry) -> Result<NewDevice, RuleError> {
    let (DeviceChange::Create { device, .. } | DeviceChange::Add { device }) = &entry.statement.change else {
        return Err(RuleError::StatementMismatch);
    };
    Ok(NewDevice {
        id: device.device,
        public_key: *device.signing_key.as_bytes(),
        statement: encode(entry)?,
        number: entry.statement.number,
    })
}

/// Another statement got the number first.
fn faster(error: StoreError, entry: &DeviceEntry) -> RuleError {
    match error {
        StoreError::VersionMismatch { current } => {
            let expected = u32::try_from(current).unwrap_or(u32::MAX).saturating_add(1);
            DeviceLogError::Number { expected, actual: entry.statement.number }.into()
        }
        error => error.into(),
    }
}

/// The statements of all rows, in their order.
fn entries(devices: &[Device]) -> Result<Vec<DeviceEntry>, RuleError> {
    let admitted = devices.iter().map(|device| &device.device.statement);
    let revoked = devices.iter().filter_map(|device| device.revoked.as_ref()).map(|end| &end.statement);
    let mut entries = admitted.chain(revoked).map(|bytes| decode(bytes)).collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(|entry| entry.statement.number);
    Ok(entries)
}

fn log(account: AccountId, devices: &[Device]) -> Result<DeviceLog, RuleError> {
    DeviceLog::verify(account, &entries(devices)?).map_err(|_| RuleError::Damaged("device log"))
}

fn encode(entry: &DeviceEntry) -> Result<Vec<u8>, RuleError> {
    serde_json::to_vec(entry).map_err(|_| RuleError::Damaged("device statement"))
}

fn decode(bytes: &[u8]) -> Result<DeviceEntry, RuleError> {
    serde_json::from_slice(bytes).map_err(|_| RuleError::Damaged("device statement"))
}
