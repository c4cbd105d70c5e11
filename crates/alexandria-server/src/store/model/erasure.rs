//! Erasing accounts.

use async_trait::async_trait;

use super::ModelStore;
use crate::store::account::AccountStatus;
use crate::store::blob::DroppedObject;
use crate::store::erasure::{Erasure, ErasureProgress};
use crate::store::error::{Entity, StoreError};
use crate::store::id::AccountId;
use crate::store::time::UnixMillis;

#[async_trait]
impl Erasure for ModelStore {
    async fn accounts_to_erase(&self, now: UnixMillis, limit: u32) -> Result<Vec<AccountId>, StoreError> {
        let state = self.state();
        let due = state.accounts.iter().filter(|(_, account)| is_due(account.account.status, now));
        Ok(due.take(limit as usize).map(|(id, _)| *id).collect())
    }

    async fn erase_account(&self, account: AccountId, now: UnixMillis) -> Result<ErasureProgress, StoreError> {
        let mut state = self.state();
        let Some(found) = state.accounts.get_mut(&account) else { return Ok(ErasureProgress::Erased) };
        if !is_due(found.account.status, now) {
            return Err(StoreError::Conflict(Entity::Account));
        }
        found.is_erasing = true;
        let blobs: Vec<_> = found.blobs.keys().copied().collect();
        for id in blobs {
            found.drop_blob(id, now);
        }
        if !found.dropped.is_empty() {
            return Ok(ErasureProgress::ObjectsLeft);
        }
        state.accounts.remove(&account);
        state.jobs.retain(|_, job| job.job.account != Some(account));
        Ok(ErasureProgress::Erased)
    }

    async fn objects_to_erase(&self, account: AccountId, limit: u32) -> Result<Vec<DroppedObject>, StoreError> {
        Ok(self.of(account, |state| {
            let dropped = state.dropped.iter().take(limit as usize);
            let entry = |(object, dropped): (&String, &super::state::Dropped)| DroppedObject {
                account,
                object: object.clone(),
                parts: dropped.parts,
            };
            dropped.map(entry).collect()
        }))
    }
}

const fn is_due(status: AccountStatus, now: UnixMillis) -> bool {
    matches!(status, AccountStatus::Closing { erase_at } if erase_at.0 <= now.0)
}
