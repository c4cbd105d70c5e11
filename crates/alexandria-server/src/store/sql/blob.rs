//! Blobs: announcing, completing, deleting.

use async_trait::async_trait;

use super::account_row::{AccountRow, lock};
use super::blob_row::{self, COLUMNS, COMMITTED, DELETED, find, set_state};
use super::tx::{Backend, Tx, first, work};
use super::value::values;
use super::{SqlStore, drop, object};
use crate::store::blob::{Blob, BlobLimits, BlobState, Blobs, DroppedObject, EnsuredBlob, NewBlob, ObjectEntry};
use crate::store::check;
use crate::store::error::{Entity, Limit, StoreError};
use crate::store::id::{AccountId, BlobId};
use crate::store::time::UnixMillis;
use crate::store::usage::Usage;

const NO_BLOB: StoreError = StoreError::NotFound(Entity::Blob);

#[async_trait]
impl<B: Backend> Blobs for SqlStore<B> {
    async fn ensure_blob(
        &self,
        account: AccountId,
        new: NewBlob,
        object: String,
        limits: BlobLimits,
        now: UnixMillis,
    ) -> Result<EnsuredBlob, StoreError> {
        check::blob(&new, &object)?;
        self.grow(account, work!(|tx| ensure(tx, account, new, &object, limits, now).await)).await
    }

    async fn blob(&self, account: AccountId, id: BlobId) -> Result<Option<Blob>, StoreError> {
        self.read(account, work!(|tx| Ok(find(tx, account, id).await?.map(|row| row.blob)))).await
    }

    async fn add_part(&self, account: AccountId, id: BlobId, object: String, part: u32) -> Result<(), StoreError> {
        self.write(account, work!(|tx| add_part(tx, account, id, &object, part).await)).await
    }

    async fn commit_blob(
        &self,
        account: AccountId,
        id: BlobId,
        limits: BlobLimits,
        _now: UnixMillis,
    ) -> Result<(), StoreError> {
        self.write(account, work!(|tx| commit(tx, account, id, limits).await)).await
    }

    async fn delete_blob(&self, account: AccountId, id: BlobId, now: UnixMillis) -> Result<bool, StoreError> {
        self.write(account, work!(|tx| delete(tx, account, id, now).await)).await
    }

    async fn blobs(&self, account: AccountId, after: Option<BlobId>, limit: u32) -> Result<Vec<Blob>, StoreError> {
        self.read(
            account,
            work!(|tx| {
                let sql = format!("select {COLUMNS} from blobs where account = $1 and id > $2 order by id limit $3");
                let after = after.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
                let rows = tx.query(&sql, values![account, after, limit]).await?;
                rows.into_iter().map(|row| Ok(blob_row::read(row)?.blob)).collect()
            }),
        )
        .await
    }

    async fn expire_blobs(
        &self,
        unfinished_before: UnixMillis,
        deleted_before: UnixMillis,
        limit: u32,
        now: UnixMillis,
    ) -> Result<u64, StoreError> {
        drop::expire(self, unfinished_before, deleted_before, limit, now).await
    }

    async fn dropped_objects(&self, skip: u32, limit: u32) -> Result<Vec<DroppedObject>, StoreError> {
        self.service_read(work!(|tx| object::dropped(tx, skip, limit).await)).await
    }

    async fn forget_object(&self, account: AccountId, object: String) -> Result<(), StoreError> {
        self.write(
            account,
            work!(|tx| {
                let sql = "delete from dropped_objects where account = $1 and object = $2";
                tx.execute(sql, values![account, object]).await?;
                Ok(())
            }),
        )
        .await
    }

    async fn objects(&self, after: Option<String>, limit: u32) -> Result<Vec<ObjectEntry>, StoreError> {
        self.service_read(work!(|tx| object::all(tx, after, limit).await)).await
    }
}

/// Refuses blobs that would be too many or too large for the account. Deleted ones count for nothing.
fn require_space(usage: &Usage, limits: BlobLimits, size: u64) -> Result<(), StoreError> {
    if usage.blobs + usage.unfinished_blobs >= limits.max_blobs {
        return Err(StoreError::LimitReached { what: Limit::Blobs, limit: limits.max_blobs });
    }
    require_quota(usage, limits, usage.blob_bytes.saturating_add(usage.reserved_bytes), size)
}

fn require_quota(usage: &Usage, limits: BlobLimits, used: u64, needed: u64) -> Result<(), StoreError> {
    match usage.quota_bytes.or(limits.quota_bytes) {
        Some(limit) if used.saturating_add(needed) > limit => Err(StoreError::QuotaExceeded { limit, used, needed }),
        _ => Ok(()),
    }
}

async fn ensure(
    tx: &mut dyn Tx,
    account: AccountId,
    new: NewBlob,
    object: &str,
    limits: BlobLimits,
    now: UnixMillis,
) -> Result<EnsuredBlob, StoreError> {
    let mut row = lock(tx, account).await?;
    row.require_active()?;
    let Some(found) = find(tx, account, new.id).await? else {
        return create(tx, &mut row, new, object, limits, now).await;
    };
    let mut blob = found.blob;
    let declared = &blob.declared;
    match blob.state {
        BlobState::Committed => {}
        BlobState::Deleted { .. } => {
            require_space(&row.usage, limits, declared.size)?;
            set_state(tx, account, new.id, COMMITTED, None).await?;
            row.usage.blobs += 1;
            row.usage.blob_bytes += declared.size;
            row.save(tx).await?;
            blob.state = BlobState::Committed;
        }
        BlobState::Uploading if declared.part_size == new.part_size && declared.digests == new.digests => {
            let sql = "update blobs set announced_at = $3 where account = $1 and id = $2";
            tx.execute(sql, values![account, new.id, now]).await?;
            blob.created_at = now;
        }
        BlobState::Uploading if declared.part_size == new.part_size && declared.key_id == new.key_id => {
            return Err(StoreError::Conflict(Entity::Blob));
        }
        BlobState::Uploading => {
            drop::blob(tx, &mut row, &blob, now).await?;
            return create(tx, &mut row, new, object, limits, now).await;
        }
    }
    Ok(EnsuredBlob { blob, created: false })
}

/// Adds an upload to a locked account.
async fn create(
    tx: &mut dyn Tx,
    row: &mut AccountRow,
    new: NewBlob,
    object: &str,
    limits: BlobLimits,
    now: UnixMillis,
) -> Result<EnsuredBlob, StoreError> {
    require_space(&row.usage, limits, new.size)?;
    if row.usage.unfinished_blobs >= limits.max_unfinished {
        return Err(StoreError::LimitReached { what: Limit::UnfinishedBlobs, limit: limits.max_unfinished });
    }
    let is_dropped = "select 1 from dropped_objects where account = $1 and object = $2";
    if first(tx, is_dropped, values![row.account, object]).await?.is_some()
        || !blob_row::insert(tx, row.account, &new, object, now).await?
    {
        return Err(StoreError::Conflict(Entity::Blob));
    }
    row.usage.unfinished_blobs += 1;
    row.usage.reserved_bytes = row.usage.reserved_bytes.saturating_add(new.size);
    row.save(tx).await?;
    let found = find(tx, row.account, new.id).await?.ok_or(NO_BLOB)?;
    Ok(EnsuredBlob { blob: found.blob, created: true })
}

async fn add_part(tx: &mut dyn Tx, account: AccountId, id: BlobId, object: &str, part: u32) -> Result<(), StoreError> {
    lock(tx, account).await?;
    let found = find(tx, account, id).await?.filter(|row| row.blob.object == object).ok_or(NO_BLOB)?;
    if part as usize >= found.blob.declared.digests.len() {
        return Err(StoreError::NotFound(Entity::Part));
    }
    match found.blob.state {
        BlobState::Deleted { .. } => Err(NO_BLOB),
        BlobState::Committed => Ok(()),
        BlobState::Uploading => {
            let mut parts = found.parts;
            parts.insert(part);
            let sql = "update blobs set present = $3 where account = $1 and id = $2";
            tx.execute(sql, values![account, id, parts.into_bytes()]).await?;
            Ok(())
        }
    }
}

async fn commit(tx: &mut dyn Tx, account: AccountId, id: BlobId, limits: BlobLimits) -> Result<(), StoreError> {
    let mut row = lock(tx, account).await?;
    let blob = find(tx, account, id).await?.ok_or(NO_BLOB)?.blob;
    match blob.state {
        BlobState::Committed => return Ok(()),
        BlobState::Deleted { .. } => return Err(NO_BLOB),
        BlobState::Uploading => {}
    }
    if !blob.missing.is_empty() {
        return Err(StoreError::BlobIncomplete { missing: blob.missing });
    }
    let size = blob.declared.size;
    require_quota(&row.usage, limits, row.usage.blob_bytes, size)?;
    set_state(tx, account, id, COMMITTED, None).await?;
    let usage = &mut row.usage;
    usage.blobs += 1;
    usage.blob_bytes = usage.blob_bytes.saturating_add(size);
    usage.unfinished_blobs = usage.unfinished_blobs.saturating_sub(1);
    usage.reserved_bytes = usage.reserved_bytes.saturating_sub(size);
    row.save(tx).await
}

async fn delete(tx: &mut dyn Tx, account: AccountId, id: BlobId, now: UnixMillis) -> Result<bool, StoreError> {
    let mut row = lock(tx, account).await?;
    let Some(found) = find(tx, account, id).await? else { return Ok(false) };
    let is_needed = "select 1 from snapshots where account = $1 and blob = $2";
    match found.blob.state {
        BlobState::Deleted { .. } => return Ok(false),
        _ if first(tx, is_needed, values![account, id]).await?.is_some() => {
            return Err(StoreError::Conflict(Entity::Snapshot));
        }
        BlobState::Uploading => drop::blob(tx, &mut row, &found.blob, now).await?,
        BlobState::Committed => uncount(tx, &mut row, &found.blob, now).await?,
    }
    row.save(tx).await?;
    Ok(true)
}

/// Marks a committed blob as deleted, and takes it from the counters.
pub(super) async fn uncount(
    tx: &mut dyn Tx,
    row: &mut AccountRow,
    blob: &Blob,
    now: UnixMillis,
) -> Result<(), StoreError> {
    set_state(tx, row.account, blob.declared.id, DELETED, Some(now)).await?;
    row.usage.blobs = row.usage.blobs.saturating_sub(1);
    row.usage.blob_bytes = row.usage.blob_bytes.saturating_sub(blob.declared.size);
    Ok(())
}
