//! The key bundle of an account.

use super::tx::{Tx, first};
use super::value::{number, values};
use crate::store::account::KeyBundle;
use crate::store::error::{Entity, StoreError};
use crate::store::id::AccountId;
use crate::store::time::UnixMillis;

pub(super) async fn read(tx: &mut dyn Tx, account: AccountId) -> Result<KeyBundle, StoreError> {
    let sql = "select version, bundle, updated_at from key_bundles where account = $1";
    let mut row = first(tx, sql, values![account]).await?.ok_or(StoreError::NotFound(Entity::Account))?;
    Ok(KeyBundle { version: row.number()?, bundle: row.bytes()?, updated_at: row.time()? })
}

/// Replaces version `expected` of a locked account's bundle.
pub(super) async fn replace(
    tx: &mut dyn Tx,
    account: AccountId,
    expected: u64,
    bundle: Vec<u8>,
    now: UnixMillis,
) -> Result<u64, StoreError> {
    let current = read(tx, account).await?;
    if expected.checked_add(1) == Some(current.version) && bundle == current.bundle {
        return Ok(current.version);
    }
    if expected != current.version {
        return Err(StoreError::VersionMismatch { current: current.version });
    }
    let version = expected.saturating_add(1);
    let values = [account.into(), number(version)?, bundle.into(), now.into()];
    tx.execute("update key_bundles set version = $2, bundle = $3, updated_at = $4 where account = $1", &values).await?;
    Ok(version)
}
