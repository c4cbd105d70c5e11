//! Devices.

use async_trait::async_trait;

use super::ModelStore;
use super::state::AccountState;
use crate::store::device::{Device, Devices, NewDevice, Revocation};
use crate::store::error::{Entity, Limit, StoreError};
use crate::store::head::Head;
use crate::store::id::{AccountId, DeviceId};
use crate::store::time::UnixMillis;

#[async_trait]
impl Devices for ModelStore {
    async fn put_device(
        &self,
        account: AccountId,
        device: NewDevice,
        max_devices: u32,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        self.with(account, |state| {
            if let Some(found) = state.devices.get(&device.id) {
                return if found.device == device { Ok(()) } else { Err(StoreError::Conflict(Entity::Device)) };
            }
            require_next(state, device.number)?;
            let active = state.devices.values().filter(|device| device.revoked.is_none()).count();
            if active >= max_devices as usize {
                return Err(StoreError::LimitReached { what: Limit::Devices, limit: u64::from(max_devices) });
            }
            let device = Device { device, created_at: now, last_seen: None, revoked: None };
            state.devices.insert(device.device.id, device);
            Ok(())
        })
    }

    async fn device(&self, account: AccountId, id: DeviceId) -> Result<Option<Device>, StoreError> {
        Ok(self.of(account, |state| state.devices.get(&id).cloned()))
    }

    async fn devices(&self, account: AccountId) -> Result<Vec<Device>, StoreError> {
        Ok(self.of(account, |state| state.devices.values().cloned().collect()))
    }

    async fn revoke_device(&self, account: AccountId, id: DeviceId, revocation: Revocation) -> Result<(), StoreError> {
        self.with(account, |state| {
            let found = state.devices.get(&id).ok_or(StoreError::NotFound(Entity::Device))?;
            if found.revoked.is_some() {
                return Ok(());
            }
            require_next(state, revocation.number)?;
            let heads: Vec<Head> = state.heads().into_iter().filter(|head| head.device == id).collect();
            if heads != revocation.cut {
                return Err(StoreError::CutMismatch { heads });
            }
            if let Some(device) = state.devices.get_mut(&id) {
                device.revoked = Some(revocation);
            }
            state.sessions.retain(|_, (session, _)| session.device != id);
            Ok(())
        })
    }

    async fn device_log(&self, account: AccountId) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(self.of(account, |state| {
            let mut entries: Vec<(u32, Vec<u8>)> = Vec::new();
            for device in state.devices.values() {
                entries.push((device.device.number, device.device.statement.clone()));
                entries.extend(device.revoked.iter().map(|revoked| (revoked.number, revoked.statement.clone())));
            }
            entries.sort();
            entries.into_iter().map(|(_, statement)| statement).collect()
        }))
    }
}

fn require_next(state: &AccountState, number: u32) -> Result<(), StoreError> {
    let revoked = state.devices.values().filter(|device| device.revoked.is_some()).count();
    let current = (state.devices.len() + revoked) as u64;
    if u64::from(number) == current + 1 { Ok(()) } else { Err(StoreError::VersionMismatch { current }) }
}
