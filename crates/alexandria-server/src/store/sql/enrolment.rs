//! Mailboxes of enrolments.

use async_trait::async_trait;

use super::account_row::lock;
use super::row::Row;
use super::tx::{Backend, Tx, first, work};
use super::value::{number, values};
use super::{SqlStore, expire};
use crate::store::enrolment::{Enrolment, Enrolments};
use crate::store::error::{Entity, StoreError};
use crate::store::id::{AccountId, EnrolmentId};
use crate::store::time::UnixMillis;

const COLUMNS: &str = "id, version, state, expires_at";

#[async_trait]
impl<B: Backend> Enrolments for SqlStore<B> {
    async fn create_enrolment(
        &self,
        account: AccountId,
        id: EnrolmentId,
        state: Vec<u8>,
        expires_at: UnixMillis,
    ) -> Result<(), StoreError> {
        self.write(
            account,
            work!(|tx| {
                lock(tx, account).await?;
                let sql = "insert into enrolments (account, id, version, state, expires_at) \
                           values ($1, $2, 1, $3, $4) on conflict do nothing";
                match tx.execute(sql, values![account, id, state, expires_at]).await? {
                    0 => Err(StoreError::Conflict(Entity::Enrolment)),
                    _ => Ok(()),
                }
            }),
        )
        .await
    }

    async fn enrolment(
        &self,
        account: AccountId,
        id: EnrolmentId,
        now: UnixMillis,
    ) -> Result<Option<Enrolment>, StoreError> {
        self.read(account, work!(|tx| find(tx, account, id, now).await)).await
    }

    async fn enrolments(&self, account: AccountId, now: UnixMillis) -> Result<Vec<Enrolment>, StoreError> {
        self.read(
            account,
            work!(|tx| {
                let sql =
                    format!("select {COLUMNS} from enrolments where account = $1 and expires_at > $2 order by id");
                tx.query(&sql, values![account, now]).await?.into_iter().map(read).collect()
            }),
        )
        .await
    }

    async fn update_enrolment(
        &self,
        account: AccountId,
        id: EnrolmentId,
        expected: u64,
        state: Vec<u8>,
        now: UnixMillis,
    ) -> Result<u64, StoreError> {
        self.write(
            account,
            work!(|tx| {
                lock(tx, account).await?;
                let found = find(tx, account, id, now).await?.ok_or(StoreError::NotFound(Entity::Enrolment))?;
                if found.version != expected {
                    return Err(StoreError::VersionMismatch { current: found.version });
                }
                let version = found.version.saturating_add(1);
                let values = [account.into(), id.into(), number(version)?, state.into()];
                let sql = "update enrolments set version = $3, state = $4 where account = $1 and id = $2";
                tx.execute(sql, &values).await?;
                Ok(version)
            }),
        )
        .await
    }

    async fn expire_enrolments(&self, now: UnixMillis, limit: u32) -> Result<u64, StoreError> {
        expire::run(self, &expire::ENROLMENTS, now, limit).await
    }
}

async fn find(
    tx: &mut dyn Tx,
    account: AccountId,
    id: EnrolmentId,
    now: UnixMillis,
) -> Result<Option<Enrolment>, StoreError> {
    let sql = format!("select {COLUMNS} from enrolments where account = $1 and id = $2 and expires_at > $3");
    first(tx, &sql, values![account, id, now]).await?.map(read).transpose()
}

fn read(mut row: Row) -> Result<Enrolment, StoreError> {
    Ok(Enrolment {
        id: EnrolmentId::from_bytes(row.array()?),
        version: row.number()?,
        state: row.bytes()?,
        expires_at: row.time()?,
    })
}
