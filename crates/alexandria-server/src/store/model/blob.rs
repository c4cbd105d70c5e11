//! Blobs.

use async_trait::async_trait;

use super::ModelStore;
use super::state::AccountState;
use crate::store::blob::{Blob, BlobLimits, BlobState, Blobs, DroppedObject, EnsuredBlob, NewBlob, ObjectEntry};
use crate::store::check;
use crate::store::error::{Entity, Limit, StoreError};
use crate::store::id::{AccountId, BlobId};
use crate::store::time::UnixMillis;
use crate::store::usage::Usage;

const NO_BLOB: StoreError = StoreError::NotFound(Entity::Blob);

#[async_trait]
impl Blobs for ModelStore {
    async fn ensure_blob(
        &self,
        account: AccountId,
        new: NewBlob,
        object: String,
        limits: BlobLimits,
        now: UnixMillis,
    ) -> Result<EnsuredBlob, StoreError> {
        check::blob(&new, &object)?;
        let mut state = self.state();
        let others = state.accounts.iter().filter(|(id, _)| **id != account);
        let is_taken = others.flat_map(|(_, state)| state.blobs.values()).any(|blob| blob.object == object);
        let found = state.accounts.get_mut(&account).ok_or(StoreError::NotFound(Entity::Account))?;
        found.require_active()?;
        ensure(found, new, object, is_taken, limits, now)
    }

    async fn blob(&self, account: AccountId, id: BlobId) -> Result<Option<Blob>, StoreError> {
        Ok(self.of(account, |state| state.blobs.get(&id).cloned()))
    }

    async fn add_part(&self, account: AccountId, id: BlobId, object: String, part: u32) -> Result<(), StoreError> {
        self.with(account, |state| {
            let blob = state.blobs.get_mut(&id).filter(|blob| blob.object == object).ok_or(NO_BLOB)?;
            if part as usize >= blob.declared.digests.len() {
                return Err(StoreError::NotFound(Entity::Part));
            }
            if let BlobState::Deleted { .. } = blob.state {
                return Err(NO_BLOB);
            }
            blob.missing.retain(|missing| *missing != part);
            Ok(())
        })
    }

    async fn commit_blob(
        &self,
        account: AccountId,
        id: BlobId,
        limits: BlobLimits,
        _now: UnixMillis,
    ) -> Result<(), StoreError> {
        self.with(account, |state| {
            let usage = state.usage();
            let blob = state.blobs.get_mut(&id).ok_or(NO_BLOB)?;
            match blob.state {
                BlobState::Committed => return Ok(()),
                BlobState::Deleted { .. } => return Err(NO_BLOB),
                BlobState::Uploading => {}
            }
            if !blob.missing.is_empty() {
                return Err(StoreError::BlobIncomplete { missing: blob.missing.clone() });
            }
            require_quota(&usage, limits, usage.blob_bytes, blob.declared.size)?;
            blob.state = BlobState::Committed;
            Ok(())
        })
    }

    async fn delete_blob(&self, account: AccountId, id: BlobId, now: UnixMillis) -> Result<bool, StoreError> {
        self.with(account, |state| {
            let is_needed = state.snapshots.values().any(|snapshot| snapshot.declared.blob == id);
            match state.blobs.get_mut(&id) {
                None | Some(Blob { state: BlobState::Deleted { .. }, .. }) => Ok(false),
                Some(_) if is_needed => Err(StoreError::Conflict(Entity::Snapshot)),
                Some(blob) if blob.state == BlobState::Committed => {
                    blob.state = BlobState::Deleted { at: now };
                    Ok(true)
                }
                Some(_) => {
                    state.drop_blob(id, now);
                    Ok(true)
                }
            }
        })
    }

    async fn blobs(&self, account: AccountId, after: Option<BlobId>, limit: u32) -> Result<Vec<Blob>, StoreError> {
        Ok(self.of(account, |state| {
            let later = state.blobs.values().filter(|blob| after.is_none_or(|after| blob.declared.id > after));
            later.take(limit as usize).cloned().collect()
        }))
    }

    async fn expire_blobs(
        &self,
        unfinished_before: UnixMillis,
        deleted_before: UnixMillis,
        limit: u32,
        now: UnixMillis,
    ) -> Result<u64, StoreError> {
        let mut state = self.state();
        let mut ended = Vec::new();
        for (&account, found) in &state.accounts {
            for blob in found.blobs.values() {
                match blob.state {
                    BlobState::Uploading if blob.created_at < unfinished_before => {
                        ended.push((0, blob.created_at, account, blob.declared.id));
                    }
                    BlobState::Deleted { at } if at < deleted_before => {
                        ended.push((1, at, account, blob.declared.id));
                    }
                    _ => {}
                }
            }
        }
        ended.sort();
        ended.truncate(limit as usize);
        for (_, _, account, id) in &ended {
            if let Some(account) = state.accounts.get_mut(account) {
                account.drop_blob(*id, now);
            }
        }
        Ok(ended.len() as u64)
    }

    async fn dropped_objects(&self, skip: u32, limit: u32) -> Result<Vec<DroppedObject>, StoreError> {
        let state = self.state();
        let mut all = Vec::new();
        for (&account, found) in &state.accounts {
            all.extend(found.dropped.iter().map(|(object, dropped)| (dropped.at, account, object, dropped.parts)));
        }
        all.sort();
        let page = all.into_iter().skip(skip as usize).take(limit as usize);
        Ok(page.map(|(_, account, object, parts)| DroppedObject { account, object: object.clone(), parts }).collect())
    }

    async fn forget_object(&self, account: AccountId, object: String) -> Result<(), StoreError> {
        if let Some(account) = self.state().accounts.get_mut(&account) {
            account.dropped.remove(&object);
        }
        Ok(())
    }

    async fn objects(&self, after: Option<String>, limit: u32) -> Result<Vec<ObjectEntry>, StoreError> {
        let after = after.unwrap_or_default();
        let mut entries = Vec::new();
        for (&account, state) in &self.state().accounts {
            entries.extend(state.blobs.values().map(|blob| entry(account, blob)));
            entries.extend(state.dropped.iter().map(|(object, dropped)| ObjectEntry {
                account,
                blob: None,
                object: object.clone(),
                size: 0,
                part_size: 0,
                digests: vec![None; dropped.parts as usize],
                committed: false,
            }));
        }
        entries.retain(|entry| entry.object > after);
        entries.sort_by(|left, right| {
            (&left.object, left.account, left.blob).cmp(&(&right.object, right.account, right.blob))
        });
        entries.truncate(limit as usize);
        Ok(entries)
    }
}

fn entry(account: AccountId, blob: &Blob) -> ObjectEntry {
    let digests = (0..).zip(&blob.declared.digests);
    let digests = digests.map(|(part, digest)| (!blob.missing.contains(&part)).then_some(*digest)).collect();
    ObjectEntry {
        account,
        blob: Some(blob.declared.id),
        object: blob.object.clone(),
        size: blob.declared.size,
        part_size: blob.declared.part_size,
        digests,
        committed: blob.state != BlobState::Uploading,
    }
}

fn require_quota(usage: &Usage, limits: BlobLimits, used: u64, needed: u64) -> Result<(), StoreError> {
    match usage.quota_bytes.or(limits.quota_bytes) {
        Some(limit) if used.saturating_add(needed) > limit => Err(StoreError::QuotaExceeded { limit, used, needed }),
        _ => Ok(()),
    }
}

fn require_space(usage: &Usage, limits: BlobLimits, size: u64) -> Result<(), StoreError> {
    if usage.blobs + usage.unfinished_blobs >= limits.max_blobs {
        return Err(StoreError::LimitReached { what: Limit::Blobs, limit: limits.max_blobs });
    }
    require_quota(usage, limits, usage.blob_bytes + usage.reserved_bytes, size)
}

fn ensure(
    state: &mut AccountState,
    new: NewBlob,
    object: String,
    is_taken: bool,
    limits: BlobLimits,
    now: UnixMillis,
) -> Result<EnsuredBlob, StoreError> {
    let mut usage = state.usage();
    let mut replaced = None;
    if let Some(blob) = state.blobs.get_mut(&new.id) {
        let old = &blob.declared;
        match blob.state {
            BlobState::Committed => {}
            BlobState::Deleted { .. } => {
                require_space(&usage, limits, old.size)?;
                blob.state = BlobState::Committed;
            }
            BlobState::Uploading if old.part_size == new.part_size && old.digests == new.digests => {
                blob.created_at = now;
            }
            BlobState::Uploading if old.part_size == new.part_size && old.key_id == new.key_id => {
                return Err(StoreError::Conflict(Entity::Blob));
            }
            BlobState::Uploading => {
                usage.unfinished_blobs -= 1;
                usage.reserved_bytes -= old.size;
                replaced = Some(blob.object.clone());
            }
        }
        if replaced.is_none() {
            return Ok(EnsuredBlob { blob: blob.clone(), created: false });
        }
    }
    require_space(&usage, limits, new.size)?;
    if usage.unfinished_blobs >= limits.max_unfinished {
        return Err(StoreError::LimitReached { what: Limit::UnfinishedBlobs, limit: limits.max_unfinished });
    }
    let is_own = state.blobs.values().any(|blob| blob.object == object) || state.dropped.contains_key(&object);
    if is_taken || is_own {
        return Err(StoreError::Conflict(Entity::Blob));
    }
    state.drop_blob(new.id, now);
    let missing = (0..u32::try_from(new.digests.len()).unwrap_or(u32::MAX)).collect();
    let blob = Blob { declared: new, object, state: BlobState::Uploading, missing, created_at: now };
    state.blobs.insert(blob.declared.id, blob.clone());
    Ok(EnsuredBlob { blob, created: true })
}
