//! Records: the log of an account, and the heads of its chains.

use async_trait::async_trait;

use super::account_row::{lock, state};
use super::heads::chain_heads;
use super::tx::{Backend, work};
use super::value::values;
use super::{SqlStore, pull, push};
use crate::store::check;
use crate::store::cursor::Cursor;
use crate::store::error::StoreError;
use crate::store::head::Head;
use crate::store::id::{AccountId, LogId, derive_log};
use crate::store::record::{Appended, NewRecord, Page, RecordLimits, Records};
use crate::store::time::UnixMillis;

/// Accounts whose log is renewed between two looks at the list.
const ACCOUNTS_AT_ONCE: u32 = 500;

#[async_trait]
impl<B: Backend> Records for SqlStore<B> {
    async fn append_records(
        &self,
        account: AccountId,
        records: Vec<NewRecord>,
        limits: RecordLimits,
        now: UnixMillis,
    ) -> Result<Appended, StoreError> {
        check::records(&records)?;
        self.grow(account, work!(|tx| push::append(tx, account, records, limits, now).await)).await
    }

    async fn pull_records(
        &self,
        account: AccountId,
        after: Option<Cursor>,
        max_rows: u32,
        max_bytes: u64,
    ) -> Result<Page, StoreError> {
        self.read(account, work!(|tx| pull::page(tx, account, after, max_rows, max_bytes).await)).await
    }

    async fn log_end(&self, account: AccountId) -> Result<Cursor, StoreError> {
        self.read(account, work!(|tx| Ok(state(tx, account).await?.end()))).await
    }

    async fn heads(&self, account: AccountId) -> Result<Vec<Head>, StoreError> {
        self.read(account, work!(|tx| chain_heads(tx, account).await)).await
    }

    async fn renew_log(&self, account: AccountId, log: LogId) -> Result<(), StoreError> {
        self.write(
            account,
            work!(|tx| {
                lock(tx, account).await?;
                tx.execute("update accounts set log = $2 where account = $1", values![account, log]).await?;
                Ok(())
            }),
        )
        .await
    }

    async fn renew_all_logs(&self, seed: [u8; 32]) -> Result<u64, StoreError> {
        let mut renewed = 0;
        let mut after: Vec<u8> = Vec::new();
        loop {
            let from = after.clone();
            let sql = "select account from accounts where account > $1 order by account limit $2";
            let rows = self.service_read(work!(|tx| tx.query(sql, values![from, ACCOUNTS_AT_ONCE]).await)).await?;
            if rows.is_empty() {
                return Ok(renewed);
            }
            for mut row in rows {
                let account = AccountId::from_bytes(row.array()?);
                self.renew_log(account, derive_log(account, seed)).await?;
                renewed += 1;
                after = account.as_bytes().to_vec();
            }
        }
    }
}
