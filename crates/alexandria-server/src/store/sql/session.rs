//! Sessions.

use async_trait::async_trait;

use super::account_row::lock;
use super::row::Row;
use super::tx::{Backend, Tx, first, work};
use super::value::values;
use super::{SqlStore, expire};
use crate::store::error::{Entity, StoreError};
use crate::store::id::{AccountId, DeviceId, Hash, SessionId};
use crate::store::session::{NewSession, Session, Sessions};
use crate::store::time::UnixMillis;

const COLUMNS: &str = "id, account, device, created_at, expires_at";

#[async_trait]
impl<B: Backend> Sessions for SqlStore<B> {
    async fn create_session(&self, account: AccountId, new: NewSession, now: UnixMillis) -> Result<(), StoreError> {
        self.write(account, work!(|tx| create(tx, account, new, now).await)).await
    }

    async fn session_by_token(&self, token_hash: Hash, now: UnixMillis) -> Result<Option<Session>, StoreError> {
        self.service_read(work!(|tx| {
            let sql = format!("select {COLUMNS} from sessions where token_hash = $1 and expires_at > $2");
            first(tx, &sql, values![token_hash, now]).await?.map(read).transpose()
        }))
        .await
    }

    async fn sessions(&self, account: AccountId, now: UnixMillis) -> Result<Vec<Session>, StoreError> {
        self.read(
            account,
            work!(|tx| {
                let sql = format!("select {COLUMNS} from sessions where account = $1 and expires_at > $2 order by id");
                tx.query(&sql, values![account, now]).await?.into_iter().map(read).collect()
            }),
        )
        .await
    }

    async fn delete_session(&self, account: AccountId, id: SessionId) -> Result<bool, StoreError> {
        self.write(
            account,
            work!(|tx| {
                lock(tx, account).await?;
                Ok(tx.execute("delete from sessions where account = $1 and id = $2", values![account, id]).await? > 0)
            }),
        )
        .await
    }

    async fn delete_sessions(&self, account: AccountId, device: Option<DeviceId>) -> Result<u64, StoreError> {
        self.write(
            account,
            work!(|tx| {
                lock(tx, account).await?;
                match device {
                    Some(device) => {
                        let sql = "delete from sessions where account = $1 and device = $2";
                        tx.execute(sql, values![account, device]).await
                    }
                    None => tx.execute("delete from sessions where account = $1", values![account]).await,
                }
            }),
        )
        .await
    }

    async fn expire_sessions(&self, now: UnixMillis, limit: u32) -> Result<u64, StoreError> {
        expire::run(self, &expire::SESSIONS, now, limit).await
    }
}

fn read(mut row: Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: SessionId::from_bytes(row.array()?),
        account: AccountId::from_bytes(row.array()?),
        device: DeviceId::from_bytes(row.array()?),
        created_at: row.time()?,
        expires_at: row.time()?,
    })
}

async fn create(tx: &mut dyn Tx, account: AccountId, new: NewSession, now: UnixMillis) -> Result<(), StoreError> {
    lock(tx, account).await?.require_active()?;
    let sql = "select revoked_at from devices where account = $1 and id = $2";
    let mut device = first(tx, sql, values![account, new.device]).await?.ok_or(StoreError::NotFound(Entity::Device))?;
    if device.optional_int()?.is_some() {
        return Err(StoreError::DeviceRevoked);
    }
    let sql = "insert into sessions (account, id, token_hash, device, created_at, expires_at) \
               values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    let values = values![account, new.id, new.token_hash, new.device, now, new.expires_at];
    if tx.execute(sql, values).await? == 0 {
        return Err(StoreError::Conflict(Entity::Session));
    }
    let sql = "update devices set last_seen = $3 where account = $1 and id = $2";
    tx.execute(sql, values![account, new.device, now]).await?;
    Ok(())
}
