//! The devices of an account: their keys, and where the chain of a revoked one ends.
//!
//! Statements are verified before they get here. This holds that they only ever add: a key is never replaced, a device never
//! vanishes, a revocation is never withdrawn, and the end of a chain never moves.

use std::collections::BTreeMap;

use alexandria_domain::DeviceId;
use alexandria_protocol::devices::{DeviceLog, DeviceStatus};
use alexandria_protocol::ids::StreamId;

use crate::alarm::Alarm;
use crate::record::Head;

/// One device of the account, as a verified statement names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its public Ed25519 key.
    pub key: [u8; 32],
    /// The last record of its chain, if it was revoked. The server confirmed it: later ones do not exist.
    pub revoked_after: Option<Head>,
}

/// All devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registry(BTreeMap<DeviceId, Device>);

impl Registry {
    /// The devices that verified statements name.
    #[must_use]
    pub const fn new(devices: BTreeMap<DeviceId, Device>) -> Self {
        Self(devices)
    }

    /// The devices of a verified device log.
    #[must_use]
    pub fn of_device_log(log: &DeviceLog) -> Self {
        let device = |status: &DeviceStatus| {
            let id = DeviceId::from_bytes(*status.device.device.as_bytes());
            let end = status.ends.iter().find(|end| end.stream == StreamId::LIBRARY);
            let end = end.map_or(Head::EMPTY, |end| Head { seq: end.seq, hash: *end.hash.as_bytes() });
            let key = *status.device.signing_key.as_bytes();
            (id, Device { key, revoked_after: status.revoked_by.map(|_| end) })
        };
        Self(log.devices().map(device).collect())
    }

    /// A device.
    #[must_use]
    pub fn get(&self, device: DeviceId) -> Option<&Device> {
        self.0.get(&device)
    }

    /// All devices.
    pub fn iter(&self) -> impl Iterator<Item = (&DeviceId, &Device)> {
        self.0.iter()
    }

    /// This registry if `self` may become it. Where the chain of a revoked device ends stays as it was first seen.
    ///
    /// # Errors
    /// [`Alarm::DevicesWentBack`].
    pub fn advance(&self, mut next: Self) -> Result<Self, Alarm> {
        for (id, device) in &self.0 {
            let later = next.0.get_mut(id).ok_or(Alarm::DevicesWentBack(*id))?;
            let is_withdrawn = device.revoked_after.is_some() && later.revoked_after.is_none();
            if later.key != device.key || is_withdrawn {
                return Err(Alarm::DevicesWentBack(*id));
            }
            later.revoked_after = device.revoked_after.or(later.revoked_after);
        }
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use alexandria_protocol::base64::Base64Bytes;
    use alexandria_protocol::devices::{
        DeviceChange, DeviceEntryHash, DeviceStatement, Issuer, NewDevice, SealingPublicKey,
    };
    use alexandria_protocol::frame::RecordHash;
    use alexandria_protocol::frame::chain;
    use alexandria_protocol::ids;
    use alexandria_protocol::signature::DeviceSigningKey;

    use super::*;

    const ACCOUNT: ids::AccountId = ids::AccountId::from_bytes([9; 16]);

    fn signing(number: u8) -> DeviceSigningKey {
        DeviceSigningKey::from_seed(&[number; 32])
    }

    fn new_device(number: u8) -> NewDevice {
        NewDevice {
            device: ids::DeviceId::from_bytes([number; 16]),
            signing_key: signing(number).public_key(),
            sealing_key: SealingPublicKey::from_bytes([number; 32]),
            label: Base64Bytes::from(vec![number]),
        }
    }

    #[test]
    fn registry_of_device_log_names_keys_and_ends() {
        let mut log = DeviceLog::new(ACCOUNT);
        let first = ids::DeviceId::from_bytes([1; 16]);
        let second = ids::DeviceId::from_bytes([2; 16]);
        let hash = RecordHash::from_bytes([4; 32]);
        let ends = vec![chain::Head { device: second, stream: StreamId::LIBRARY, seq: 4, hash }];
        let changes = [
            DeviceChange::Create { device: new_device(1), account_key: signing(90).public_key() },
            DeviceChange::Add { device: new_device(2) },
            DeviceChange::Revoke { device: second, account_key: signing(91).public_key(), ends },
        ];
        for change in changes {
            let end = log.end();
            let previous = if end.number == 0 { DeviceEntryHash::NONE } else { end.hash };
            let issuer = Issuer::Device { device: first };
            let statement =
                DeviceStatement { account: ACCOUNT, number: end.number + 1, previous, at_ms: 1, issuer, change };
            log.append(&statement.sign(&signing(1))).unwrap();
        }
        let id = |number: u8| DeviceId::from_bytes([number; 16]);
        let end = Head { seq: 4, hash: [4; 32] };
        let device =
            |number: u8, revoked_after| Device { key: *signing(number).public_key().as_bytes(), revoked_after };
        let registry = Registry::of_device_log(&log);
        let expect = Registry::new([(id(1), device(1, None)), (id(2), device(2, Some(end)))].into());
        assert_eq!(registry, expect);
        let moved = Registry::new([(id(1), device(1, None)), (id(2), device(2, Some(Head::EMPTY)))].into());
        assert_eq!(registry.advance(moved), Ok(expect), "the end that was seen first stays");
    }
}
