//! Devices.

use async_trait::async_trait;

use super::SqlStore;
use super::account_row::lock;
use super::heads::{chain_heads, heads_of_device};
use super::row::Row;
use super::tx::{Backend, Tx, first, work};
use super::value::values;
use crate::store::device::{Device, Devices, NewDevice, Revocation};
use crate::store::error::{Entity, Limit, StoreError};
use crate::store::head::Head;
use crate::store::id::{AccountId, DeviceId};
use crate::store::time::UnixMillis;

const COLUMNS: &str =
    "id, public_key, statement, number, created_at, last_seen, revocation, revocation_number, revoked_at";

#[async_trait]
impl<B: Backend> Devices for SqlStore<B> {
    async fn put_device(
        &self,
        account: AccountId,
        device: NewDevice,
        max_devices: u32,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        self.write(account, work!(|tx| put(tx, account, device, max_devices, now).await)).await
    }

    async fn device(&self, account: AccountId, id: DeviceId) -> Result<Option<Device>, StoreError> {
        self.read(account, work!(|tx| find(tx, account, id).await)).await
    }

    async fn devices(&self, account: AccountId) -> Result<Vec<Device>, StoreError> {
        self.read(
            account,
            work!(|tx| {
                let sql = format!("select {COLUMNS} from devices where account = $1 order by id");
                let rows = tx.query(&sql, values![account]).await?;
                let heads = chain_heads(tx, account).await?;
                rows.into_iter().map(|row| read(row, &heads)).collect()
            }),
        )
        .await
    }

    async fn revoke_device(&self, account: AccountId, id: DeviceId, revocation: Revocation) -> Result<(), StoreError> {
        self.write(account, work!(|tx| revoke(tx, account, id, revocation).await)).await
    }

    async fn device_log(&self, account: AccountId) -> Result<Vec<Vec<u8>>, StoreError> {
        self.read(
            account,
            work!(|tx| {
                let sql = "select statement, number as entry from devices where account = $1 union all \
                           select revocation, revocation_number from devices \
                           where account = $1 and revocation is not null order by entry";
                tx.query(sql, values![account]).await?.into_iter().map(|mut row| row.bytes()).collect()
            }),
        )
        .await
    }
}

async fn find(tx: &mut dyn Tx, account: AccountId, id: DeviceId) -> Result<Option<Device>, StoreError> {
    let sql = format!("select {COLUMNS} from devices where account = $1 and id = $2");
    let Some(row) = first(tx, &sql, values![account, id]).await? else { return Ok(None) };
    let heads = heads_of_device(tx, account, id).await?;
    read(row, &heads).map(Some)
}

/// A device from [`COLUMNS`]. The chains of a revoked device end where it was cut, as nothing is appended to them.
fn read(mut row: Row, heads: &[Head]) -> Result<Device, StoreError> {
    let id = DeviceId::from_bytes(row.array()?);
    let device = NewDevice { id, public_key: row.array()?, statement: row.bytes()?, number: row.small()? };
    let created_at = row.time()?;
    let last_seen = row.optional_time()?;
    let revoked = match row.optional_bytes()? {
        Some(statement) => {
            let cut = heads.iter().filter(|head| head.device == id).cloned().collect();
            Some(Revocation { statement, number: row.small()?, cut, at: row.time()? })
        }
        None => None,
    };
    Ok(Device { device, created_at, last_seen, revoked })
}

/// Adds a device to a new or locked account.
pub(super) async fn insert(
    tx: &mut dyn Tx,
    account: AccountId,
    device: NewDevice,
    now: UnixMillis,
) -> Result<(), StoreError> {
    let values = values![account, device.id, device.public_key, device.statement, device.number, now];
    let sql = "insert into devices (account, id, public_key, statement, number, created_at) \
               values ($1, $2, $3, $4, $5, $6)";
    tx.execute(sql, values).await?;
    Ok(())
}

async fn put(
    tx: &mut dyn Tx,
    account: AccountId,
    device: NewDevice,
    max_devices: u32,
    now: UnixMillis,
) -> Result<(), StoreError> {
    lock(tx, account).await?;
    if let Some(found) = find(tx, account, device.id).await? {
        return if found.device == device { Ok(()) } else { Err(StoreError::Conflict(Entity::Device)) };
    }
    require_next(tx, account, device.number).await?;
    let sql = "select count(*) from devices where account = $1 and revoked_at is null";
    let count = first(tx, sql, values![account]).await?.map_or(Ok(0), |mut row| row.number())?;
    if count >= u64::from(max_devices) {
        return Err(StoreError::LimitReached { what: Limit::Devices, limit: u64::from(max_devices) });
    }
    insert(tx, account, device, now).await
}

/// Refuses an entry that is not the next one of the device log.
async fn require_next(tx: &mut dyn Tx, account: AccountId, number: u32) -> Result<(), StoreError> {
    let sql = "select count(*) + count(revocation) from devices where account = $1";
    let current = first(tx, sql, values![account]).await?.map_or(Ok(0), |mut row| row.number())?;
    if u64::from(number) != current + 1 {
        return Err(StoreError::VersionMismatch { current });
    }
    Ok(())
}

async fn revoke(tx: &mut dyn Tx, account: AccountId, id: DeviceId, revocation: Revocation) -> Result<(), StoreError> {
    lock(tx, account).await?;
    let found = find(tx, account, id).await?.ok_or(StoreError::NotFound(Entity::Device))?;
    if found.revoked.is_some() {
        return Ok(());
    }
    require_next(tx, account, revocation.number).await?;
    let heads = heads_of_device(tx, account, id).await?;
    if heads != revocation.cut {
        return Err(StoreError::CutMismatch { heads });
    }
    let sql = "update devices set revocation = $3, revocation_number = $4, revoked_at = $5 \
               where account = $1 and id = $2";
    tx.execute(sql, values![account, id, revocation.statement, revocation.number, revocation.at]).await?;
    tx.execute("delete from sessions where account = $1 and device = $2", values![account, id]).await?;
    Ok(())
}
