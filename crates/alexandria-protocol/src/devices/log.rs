//! The state of a device log: which devices there are, and who may write.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{DeviceChange, DeviceEntry, DeviceEntryHash, Issuer, NewDevice};
use crate::frame::chain::Head;
use crate::ids::{AccountId, DeviceId, StreamId};
use crate::signature::DevicePublicKey;

/// The end of a device log. A client stores it, and refuses a log that does not contain it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct DeviceLogEnd {
    /// Number of the last statement; 0 if there is none.
    pub number: u32,
    /// Hash of the last statement.
    pub hash: DeviceEntryHash,
}

/// What the log says about a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceStatus {
    /// Its keys and sealed name.
    pub device: NewDevice,
    /// The number of the statement that admitted it.
    pub added_by: u32,
    /// The number of the statement that revoked it.
    pub revoked_by: Option<u32>,
    /// Where its chains end, if it was revoked.
    pub ends: Vec<Head>,
}

/// Why a statement does not continue a log. The log is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeviceLogError {
    /// It belongs to another account.
    #[error("the device statement belongs to another account")]
    OtherAccount,
    /// Its number is not the next one.
    #[error("device statement {actual} came where {expected} was expected")]
    Number {
        /// The number that would continue the log.
        expected: u32,
        /// The statement's number.
        actual: u32,
    },
    /// It names another statement as the one before.
    #[error("device statement {number} does not follow from the one before it")]
    Fork {
        /// The statement's number.
        number: u32,
    },
    /// Its issuer is unknown or revoked.
    #[error("device statement {number} is by a device that may not make statements")]
    Issuer {
        /// The statement's number.
        number: u32,
    },
    /// It is not signed by its issuer.
    #[error("device statement {number} is not signed by its issuer")]
    Signature {
        /// The statement's number.
        number: u32,
    },
    /// What it says cannot be: a second creation, a device or key that was there before, a revocation of a device that is
    /// not there, ends of chains that are not its own, a label that is too long.
    #[error("device statement {number} does not fit the devices that there are")]
    Change {
        /// The statement's number.
        number: u32,
    },
}

/// A verified device log.
#[derive(Clone, Debug)]
pub struct DeviceLog {
    account: AccountId,
    account_key: Option<DevicePublicKey>,
    end: DeviceLogEnd,
    devices: BTreeMap<DeviceId, DeviceStatus>,
}

impl DeviceLog {
    /// The empty log of an account.
    #[must_use]
    pub const fn new(account: AccountId) -> Self {
        let end = DeviceLogEnd { number: 0, hash: DeviceEntryHash::NONE };
        Self { account, account_key: None, end, devices: BTreeMap::new() }
    }

    /// Verifies a complete log.
    ///
    /// # Errors
    /// See [`DeviceLogError`].
    pub fn verify(account: AccountId, entries: &[DeviceEntry]) -> Result<Self, DeviceLogError> {
        let mut log = Self::new(account);
        entries.iter().try_for_each(|entry| log.append(entry))?;
        Ok(log)
    }

    /// Verifies a statement and appends it.
    ///
    /// # Errors
    /// See [`DeviceLogError`].
    pub fn append(&mut self, entry: &DeviceEntry) -> Result<(), DeviceLogError> {
        let statement = &entry.statement;
        let number = statement.number;
        if statement.account != self.account {
            return Err(DeviceLogError::OtherAccount);
        }
        let expected = self.end.number.saturating_add(1);
        if number != expected {
            return Err(DeviceLogError::Number { expected, actual: number });
        }
        if statement.previous != self.end.hash {
            return Err(DeviceLogError::Fork { number });
        }
        let key = self.issuer_key(entry).ok_or(DeviceLogError::Issuer { number })?;
        entry.verify(&key).map_err(|_| DeviceLogError::Signature { number })?;
        self.apply(entry).ok_or(DeviceLogError::Change { number })?;
        self.end = DeviceLogEnd { number, hash: entry.hash() };
        Ok(())
    }

    /// Where the log ends.
    #[must_use]
    pub const fn end(&self) -> DeviceLogEnd {
        self.end
    }

    /// The account key, unless the log is empty.
    #[must_use]
    pub const fn account_key(&self) -> Option<DevicePublicKey> {
        self.account_key
    }

    /// Every device that was ever admitted, in the order of ids.
    pub fn devices(&self) -> impl Iterator<Item = &DeviceStatus> {
        self.devices.values()
    }

    /// A device that was admitted, revoked or not.
    #[must_use]
    pub fn device(&self, id: DeviceId) -> Option<&DeviceStatus> {
        self.devices.get(&id)
    }

    /// The key of a device that may write now.
    #[must_use]
    pub fn active_key(&self, id: DeviceId) -> Option<DevicePublicKey> {
        self.devices.get(&id).filter(|status| status.revoked_by.is_none()).map(|status| status.device.signing_key)
    }

    fn issuer_key(&self, entry: &DeviceEntry) -> Option<DevicePublicKey> {
        match (&entry.statement.issuer, &entry.statement.change) {
            (Issuer::Device { device: issuer }, DeviceChange::Create { device, .. }) => {
                (*issuer == device.device).then_some(device.signing_key)
            }
            (Issuer::Account, DeviceChange::Create { .. }) => None,
            (Issuer::Account, _) => self.account_key,
            (Issuer::Device { device }, _) => self.active_key(*device),
        }
    }

    /// Applies a change whose signature is right; `None`, and nothing is changed, if it does not fit.
    fn apply(&mut self, entry: &DeviceEntry) -> Option<()> {
        let number = entry.statement.number;
        match &entry.statement.change {
            DeviceChange::Create { device, account_key } => {
                if number != 1 {
                    return None;
                }
                self.admit(device, number)?;
                self.account_key = Some(*account_key);
            }
            DeviceChange::Add { device } => self.admit(device, number)?,
            DeviceChange::Revoke { device, account_key, ends } => {
                let status = self.devices.get_mut(device).filter(|status| status.revoked_by.is_none())?;
                if self.account_key == Some(*account_key) || !are_ends_of(*device, ends) {
                    return None;
                }
                status.revoked_by = Some(number);
                status.ends.clone_from(ends);
                self.account_key = Some(*account_key);
            }
            DeviceChange::Rekey { account_key } => {
                if self.account_key == Some(*account_key) {
                    return None;
                }
                self.account_key = Some(*account_key);
            }
        }
        Some(())
    }

    /// No id and no key is admitted twice: a revoked device comes back as another.
    fn admit(&mut self, device: &NewDevice, number: u32) -> Option<()> {
        let is_known = self.devices.values().any(|status| {
            status.device.device == device.device
                || status.device.signing_key == device.signing_key
                || status.device.sealing_key == device.sealing_key
        });
        if is_known || device.label.len() > NewDevice::MAX_LABEL_BYTES {
            return None;
        }
        let status = DeviceStatus { device: device.clone(), added_by: number, revoked_by: None, ends: Vec::new() };
        self.devices.insert(device.device, status);
        Some(())
    }
}

/// Whether these can be the ends of a device's chains: its own, one for each stream.
fn are_ends_of(device: DeviceId, ends: &[Head]) -> bool {
    let streams: BTreeSet<StreamId> = ends.iter().map(|end| end.stream).collect();
    let are_own = ends.iter().all(|end| end.device == device && end.seq > 0);
    are_own && streams.len() == ends.len() && ends.len() <= DeviceChange::MAX_ENDS
}
