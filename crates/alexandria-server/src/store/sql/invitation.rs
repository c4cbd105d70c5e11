//! Invitations.

use async_trait::async_trait;

use super::SqlStore;
use super::row::Row;
use super::tx::{Backend, Tx, first, work};
use super::value::values;
use crate::store::check;
use crate::store::error::{Entity, StoreError};
use crate::store::id::Hash;
use crate::store::invitation::{Invitation, Invitations};
use crate::store::time::UnixMillis;

const COLUMNS: &str = "hash, label, uses_left, expires_at, created_at";

#[async_trait]
impl<B: Backend> Invitations for SqlStore<B> {
    async fn create_invitation(&self, invitation: Invitation) -> Result<(), StoreError> {
        check::text(&invitation.label)?;
        self.service_write(work!(|tx| {
            let Invitation { hash, label, uses_left, expires_at, created_at } = invitation;
            let sql = "insert into invitations (hash, label, uses_left, expires_at, created_at) \
                       values ($1, $2, $3, $4, $5) on conflict do nothing";
            match tx.execute(sql, values![hash, label, uses_left, expires_at, created_at]).await? {
                0 => Err(StoreError::Conflict(Entity::Invitation)),
                _ => Ok(()),
            }
        }))
        .await
    }

    async fn invitation(&self, hash: Hash, now: UnixMillis) -> Result<Option<Invitation>, StoreError> {
        self.service_read(work!(|tx| {
            let sql =
                format!("select {COLUMNS} from invitations where hash = $1 and expires_at > $2 and uses_left > 0");
            first(tx, &sql, values![hash, now]).await?.map(read).transpose()
        }))
        .await
    }

    async fn invitations(&self) -> Result<Vec<Invitation>, StoreError> {
        self.service_read(work!(|tx| {
            let sql = format!("select {COLUMNS} from invitations order by created_at, hash");
            tx.query(&sql, &[]).await?.into_iter().map(read).collect()
        }))
        .await
    }

    async fn delete_invitation(&self, hash: Hash) -> Result<bool, StoreError> {
        self.service_write(work!(|tx| {
            Ok(tx.execute("delete from invitations where hash = $1", values![hash]).await? > 0)
        }))
        .await
    }
}

fn read(mut row: Row) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        hash: row.array()?,
        label: row.text()?,
        uses_left: row.small()?,
        expires_at: row.time()?,
        created_at: row.time()?,
    })
}

/// Uses up one of an invitation's accounts.
pub(super) async fn use_up(tx: &mut dyn Tx, hash: Hash, now: UnixMillis) -> Result<(), StoreError> {
    let sql = "update invitations set uses_left = uses_left - 1 \
               where hash = $1 and expires_at > $2 and uses_left > 0";
    match tx.execute(sql, values![hash, now]).await? {
        0 => Err(StoreError::InvitationInvalid),
        _ => Ok(()),
    }
}
