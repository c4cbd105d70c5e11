//! Erasing accounts.

use async_trait::async_trait;

use super::account_row::{CLOSING, ERASING, lock};
use super::tx::{Backend, Tx, first, work};
use super::value::values;
use super::{SqlStore, drop, object};
use crate::store::blob::DroppedObject;
use crate::store::erasure::{Erasure, ErasureProgress};
use crate::store::error::{Entity, StoreError};
use crate::store::id::AccountId;
use crate::store::schema::ACCOUNT_TABLES;
use crate::store::time::UnixMillis;

/// Blobs dropped in one transaction.
const BLOBS_AT_ONCE: u32 = 500;

#[async_trait]
impl<B: Backend> Erasure for SqlStore<B> {
    async fn accounts_to_erase(&self, now: UnixMillis, limit: u32) -> Result<Vec<AccountId>, StoreError> {
        self.service_read(work!(|tx| {
            let sql = "select account from accounts where erase_at <= $1 order by account limit $2";
            let rows = tx.query(sql, values![now, limit]).await?;
            rows.into_iter().map(|mut row| row.array().map(AccountId::from_bytes)).collect()
        }))
        .await
    }

    async fn erase_account(&self, account: AccountId, now: UnixMillis) -> Result<ErasureProgress, StoreError> {
        self.write(account, work!(|tx| erase(tx, account, now).await)).await
    }

    async fn objects_to_erase(&self, account: AccountId, limit: u32) -> Result<Vec<DroppedObject>, StoreError> {
        self.read(account, work!(|tx| object::dropped_of(tx, account, limit).await)).await
    }
}

async fn erase(tx: &mut dyn Tx, account: AccountId, now: UnixMillis) -> Result<ErasureProgress, StoreError> {
    let mut row = match lock(tx, account).await {
        Err(StoreError::NotFound(Entity::Account)) => return Ok(ErasureProgress::Erased),
        row => row?,
    };
    match (row.status, row.erase_at) {
        (CLOSING | ERASING, Some(erase_at)) if erase_at <= now.0 => {}
        _ => return Err(StoreError::Conflict(Entity::Account)),
    }
    tx.execute("update accounts set status = $2 where account = $1", values![account, ERASING]).await?;
    let is_left = "select 1 from dropped_objects where account = $1 limit 1";
    if drop::some(tx, &mut row, BLOBS_AT_ONCE, now).await? > 0 || first(tx, is_left, values![account]).await?.is_some()
    {
        return Ok(ErasureProgress::ObjectsLeft);
    }
    for table in ACCOUNT_TABLES {
        tx.execute(&format!("delete from {table} where account = $1"), values![account]).await?;
    }
    Ok(ErasureProgress::Erased)
}
