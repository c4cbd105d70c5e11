//! Second factors and backup codes.

use async_trait::async_trait;

use super::SqlStore;
use super::account_row::lock;
use super::row::Row;
use super::tx::{Backend, Tx, first, work};
use super::value::{number, optional_number, values};
use crate::store::check;
use crate::store::error::{Entity, StoreError};
use crate::store::factor::{Factor, FactorKind, Factors};
use crate::store::id::{AccountId, FactorId, Hash};

const TOTP: i64 = 0;
const PASSKEY: i64 = 1;

#[async_trait]
impl<B: Backend> Factors for SqlStore<B> {
    async fn factors(&self, account: AccountId) -> Result<Vec<Factor>, StoreError> {
        self.read(
            account,
            work!(|tx| {
                let sql = "select id, label, kind, secret, last_step, confirmed, created_at from factors \
                           where account = $1 order by id";
                tx.query(sql, values![account]).await?.into_iter().map(read).collect()
            }),
        )
        .await
    }

    async fn put_factor(&self, account: AccountId, factor: Factor) -> Result<(), StoreError> {
        check::text(&factor.label)?;
        self.write(account, work!(|tx| put(tx, account, factor).await)).await
    }

    async fn use_totp_step(&self, account: AccountId, factor: FactorId, step: u64) -> Result<bool, StoreError> {
        let step = number(step)?;
        self.write(
            account,
            work!(|tx| {
                lock(tx, account).await?;
                let sql = "select kind from factors where account = $1 and id = $2";
                let found = first(tx, sql, values![account, factor]).await?.map(|mut row| row.int()).transpose()?;
                if found != Some(TOTP) {
                    return Err(StoreError::NotFound(Entity::Factor));
                }
                let sql = "update factors set last_step = $3 where account = $1 and id = $2 \
                           and (last_step is null or last_step < $3)";
                Ok(tx.execute(sql, &[account.into(), factor.into(), step]).await? > 0)
            }),
        )
        .await
    }

    async fn delete_factor(&self, account: AccountId, factor: FactorId) -> Result<bool, StoreError> {
        self.write(
            account,
            work!(|tx| {
                lock(tx, account).await?;
                let sql = "delete from factors where account = $1 and id = $2";
                Ok(tx.execute(sql, values![account, factor]).await? > 0)
            }),
        )
        .await
    }

    async fn set_backup_codes(&self, account: AccountId, hashes: Vec<Hash>) -> Result<(), StoreError> {
        self.write(
            account,
            work!(|tx| {
                lock(tx, account).await?;
                tx.execute("delete from backup_codes where account = $1", values![account]).await?;
                let sql = "insert into backup_codes (account, hash) values ($1, $2) on conflict do nothing";
                for hash in hashes {
                    tx.execute(sql, values![account, hash]).await?;
                }
                Ok(())
            }),
        )
        .await
    }

    async fn use_backup_code(&self, account: AccountId, hash: Hash) -> Result<bool, StoreError> {
        self.write(
            account,
            work!(|tx| {
                lock(tx, account).await?;
                let sql = "delete from backup_codes where account = $1 and hash = $2";
                Ok(tx.execute(sql, values![account, hash]).await? > 0)
            }),
        )
        .await
    }

    async fn backup_codes_left(&self, account: AccountId) -> Result<u64, StoreError> {
        self.read(
            account,
            work!(|tx| {
                let sql = "select count(*) from backup_codes where account = $1";
                first(tx, sql, values![account]).await?.map_or(Ok(0), |mut row| row.number())
            }),
        )
        .await
    }
}

fn read(mut row: Row) -> Result<Factor, StoreError> {
    let id = FactorId::from_bytes(row.array()?);
    let label = row.text()?;
    let kind = row.int()?;
    let secret = row.bytes()?;
    let last_step = row.optional_number()?;
    let kind = match kind {
        TOTP => FactorKind::Totp { sealed_secret: secret, last_step },
        PASSKEY => FactorKind::Passkey { credential: secret },
        _ => return Err(StoreError::Corrupt("the kind of a factor")),
    };
    Ok(Factor { id, label, kind, confirmed: row.flag()?, created_at: row.time()? })
}

async fn put(tx: &mut dyn Tx, account: AccountId, factor: Factor) -> Result<(), StoreError> {
    lock(tx, account).await?;
    let (kind, secret, last_step) = match factor.kind {
        FactorKind::Totp { sealed_secret, last_step } => (TOTP, sealed_secret, last_step),
        FactorKind::Passkey { credential } => (PASSKEY, credential, None),
    };
    let values = [
        account.into(),
        factor.id.into(),
        factor.label.into(),
        kind.into(),
        secret.into(),
        optional_number(last_step)?,
        factor.confirmed.into(),
        factor.created_at.into(),
    ];
    let sql = "insert into factors (account, id, label, kind, secret, last_step, confirmed, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (account, id) do update set label = $3, kind = $4, \
               secret = $5, last_step = $6, confirmed = $7, created_at = $8";
    tx.execute(sql, &values).await?;
    Ok(())
}
