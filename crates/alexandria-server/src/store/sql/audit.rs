//! The audit log.

use async_trait::async_trait;

use super::account_row::lock;
use super::row::Row;
use super::tx::{Backend, Tx, work};
use super::value::number;
use super::{SqlStore, expire};
use crate::store::audit::{AuditEvent, AuditLog, NewAuditEvent};
use crate::store::check;
use crate::store::error::StoreError;
use crate::store::id::{AccountId, DeviceId};
use crate::store::time::UnixMillis;

#[async_trait]
impl<B: Backend> AuditLog for SqlStore<B> {
    async fn add_audit_event(
        &self,
        account: AccountId,
        event: NewAuditEvent,
        now: UnixMillis,
    ) -> Result<u64, StoreError> {
        check::name(&event.kind)?;
        check::text(&event.detail)?;
        self.write(account, work!(|tx| add(tx, account, event, now).await)).await
    }

    async fn audit_events(
        &self,
        account: AccountId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        let before = before.unwrap_or(u64::MAX).min(i64::MAX.unsigned_abs());
        self.read(
            account,
            work!(|tx| {
                let sql = "select number, at, kind, device, detail from audit_events \
                           where account = $1 and number < $2 order by number desc limit $3";
                let rows = tx.query(sql, &[account.into(), number(before)?, limit.into()]).await?;
                rows.into_iter().map(read).collect()
            }),
        )
        .await
    }

    async fn expire_audit_events(&self, before: UnixMillis, limit: u32) -> Result<u64, StoreError> {
        expire::run(self, &expire::AUDIT_EVENTS, before, limit).await
    }
}

async fn add(tx: &mut dyn Tx, account: AccountId, event: NewAuditEvent, now: UnixMillis) -> Result<u64, StoreError> {
    let mut row = lock(tx, account).await?;
    row.audit_number += 1;
    let values = [
        account.into(),
        number(row.audit_number)?,
        now.into(),
        event.kind.into(),
        event.device.into(),
        event.detail.into(),
    ];
    let sql = "insert into audit_events (account, number, at, kind, device, detail) values ($1, $2, $3, $4, $5, $6)";
    tx.execute(sql, &values).await?;
    row.save(tx).await?;
    Ok(row.audit_number)
}

fn read(mut row: Row) -> Result<AuditEvent, StoreError> {
    let (number, at, kind) = (row.number()?, row.time()?, row.text()?);
    let device = row.optional_array()?.map(DeviceId::from_bytes);
    Ok(AuditEvent { number, at, event: NewAuditEvent { kind, device, detail: row.text()? } })
}
