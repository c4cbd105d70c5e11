//! Usage, as counted and as it should be.

use async_trait::async_trait;

use super::SqlStore;
use super::account_row::state;
use super::tx::{Backend, Tx, first, work};
use super::value::values;
use crate::store::error::StoreError;
use crate::store::id::AccountId;
use crate::store::usage::{Usage, UsageReport};

#[async_trait]
impl<B: Backend> UsageReport for SqlStore<B> {
    async fn usage(&self, account: AccountId) -> Result<Usage, StoreError> {
        self.read(account, work!(|tx| Ok(state(tx, account).await?.usage))).await
    }

    async fn recount_usage(&self, account: AccountId) -> Result<Usage, StoreError> {
        self.read(account, work!(|tx| recount(tx, account).await)).await
    }
}

async fn recount(tx: &mut dyn Tx, account: AccountId) -> Result<Usage, StoreError> {
    let quota_bytes = state(tx, account).await?.usage.quota_bytes;
    let blobs = "select cast(coalesce(sum(size), 0) as bigint), count(*) from blobs where account = $1 and state = $2";
    let (blob_bytes, blobs_committed) = sums(tx, blobs, values![account, 1_i64]).await?;
    let (reserved_bytes, unfinished_blobs) = sums(tx, blobs, values![account, 0_i64]).await?;
    let records = "select cast(coalesce(sum(size), 0) as bigint), count(*) from records where account = $1";
    let (record_bytes, records) = sums(tx, records, values![account]).await?;
    Ok(Usage {
        blob_bytes,
        blobs: blobs_committed,
        reserved_bytes,
        unfinished_blobs,
        records,
        record_bytes,
        quota_bytes,
    })
}

async fn sums(tx: &mut dyn Tx, sql: &str, values: &[super::value::Value]) -> Result<(u64, u64), StoreError> {
    let mut row = first(tx, sql, values).await?.ok_or(StoreError::Corrupt("a sum without a row"))?;
    Ok((row.number()?, row.number()?))
}
