//! The row of an account: the lock that orders its writes, and its counters.

use super::row::Row;
use super::tx::{Tx, first};
use super::value::{number, values};
use crate::store::account::{Account, AccountStatus, PasswordRecord, RegistrationMode};
use crate::store::cursor::Cursor;
use crate::store::error::{Entity, StoreError};
use crate::store::id::{AccountId, LogId};
use crate::store::usage::Usage;

/// Values of `status`.
pub(super) const ACTIVE: i64 = 0;
pub(super) const DISABLED: i64 = 1;
pub(super) const CLOSING: i64 = 2;
/// Something of it is gone.
pub(super) const ERASING: i64 = 3;

/// The columns of an [`Account`].
pub(super) const COLUMNS: &str =
    "account, login, opaque, setup_version, status, erase_at, registered_by, created_at, quota_bytes";

/// What operations need of an account's row.
#[derive(Debug)]
pub(super) struct AccountRow {
    pub(super) account: AccountId,
    pub(super) status: i64,
    pub(super) erase_at: Option<i64>,
    pub(super) log: LogId,
    pub(super) end_pos: u64,
    pub(super) pruned_pos: u64,
    pub(super) audit_number: u64,
    pub(super) usage: Usage,
}

const STATE: &str = "select status, erase_at, log, end_pos, pruned_pos, audit_number, blob_bytes, blobs, \
                     reserved_bytes, unfinished_blobs, records, record_bytes, quota_bytes \
                     from accounts where account = $1";

/// Locks the row until the transaction ends. Every write of an account begins with it.
pub(super) async fn lock(tx: &mut dyn Tx, account: AccountId) -> Result<AccountRow, StoreError> {
    find(tx, account, &format!("{STATE} for update")).await
}

/// Reads the row.
pub(super) async fn state(tx: &mut dyn Tx, account: AccountId) -> Result<AccountRow, StoreError> {
    find(tx, account, STATE).await
}

async fn find(tx: &mut dyn Tx, account: AccountId, sql: &str) -> Result<AccountRow, StoreError> {
    let mut row = first(tx, sql, values![account]).await?.ok_or(StoreError::NotFound(Entity::Account))?;
    Ok(AccountRow {
        account,
        status: row.int()?,
        erase_at: row.optional_int()?,
        log: LogId::from_bytes(row.array()?),
        end_pos: row.number()?,
        pruned_pos: row.number()?,
        audit_number: row.number()?,
        usage: Usage {
            blob_bytes: row.number()?,
            blobs: row.number()?,
            reserved_bytes: row.number()?,
            unfinished_blobs: row.number()?,
            records: row.number()?,
            record_bytes: row.number()?,
            quota_bytes: row.optional_number()?,
        },
    })
}

impl AccountRow {
    /// Refuses accounts that may not store anything.
    pub(super) const fn require_active(&self) -> Result<(), StoreError> {
        match self.status {
            ACTIVE => Ok(()),
            DISABLED => Err(StoreError::AccountDisabled),
            _ => Err(StoreError::AccountClosing),
        }
    }

    /// The end of its log.
    pub(super) const fn end(&self) -> Cursor {
        Cursor { log: self.log, pos: self.end_pos }
    }

    /// Writes positions and counters.
    pub(super) async fn save(&self, tx: &mut dyn Tx) -> Result<(), StoreError> {
        let usage = &self.usage;
        let values = [
            self.account.into(),
            number(self.end_pos)?,
            number(self.pruned_pos)?,
            number(self.audit_number)?,
            number(usage.blob_bytes)?,
            number(usage.blobs)?,
            number(usage.reserved_bytes)?,
            number(usage.unfinished_blobs)?,
            number(usage.records)?,
            number(usage.record_bytes)?,
        ];
        tx.execute(
            "update accounts set end_pos = $2, pruned_pos = $3, audit_number = $4, blob_bytes = $5, blobs = $6, \
             reserved_bytes = $7, unfinished_blobs = $8, records = $9, record_bytes = $10 where account = $1",
            &values,
        )
        .await?;
        Ok(())
    }
}

/// An account from [`COLUMNS`].
pub(super) fn read(mut row: Row) -> Result<Account, StoreError> {
    let id = AccountId::from_bytes(row.array()?);
    let login = row.text()?;
    let opaque = row.optional_bytes()?;
    let setup_version = row.small()?;
    let status = row.int()?;
    let erase_at = row.optional_time()?;
    Ok(Account {
        id,
        login,
        password: opaque.map(|opaque| PasswordRecord { opaque, setup_version }),
        status: match (status, erase_at) {
            (ACTIVE, None) => AccountStatus::Active,
            (DISABLED, None) => AccountStatus::Disabled,
            (CLOSING | ERASING, Some(erase_at)) => AccountStatus::Closing { erase_at },
            _ => return Err(StoreError::Corrupt("the status of an account")),
        },
        registered_by: registration_mode(row.int()?)?,
        created_at: row.time()?,
        quota_bytes: row.optional_number()?,
    })
}

const fn registration_mode(stored: i64) -> Result<RegistrationMode, StoreError> {
    Ok(match stored {
        0 => RegistrationMode::Open,
        1 => RegistrationMode::Invitation,
        2 => RegistrationMode::SingleSignOn,
        3 => RegistrationMode::Operator,
        _ => return Err(StoreError::Corrupt("how an account was registered")),
    })
}

/// How [`RegistrationMode`] is stored.
pub(super) const fn mode_number(mode: RegistrationMode) -> i64 {
    match mode {
        RegistrationMode::Open => 0,
        RegistrationMode::Invitation => 1,
        RegistrationMode::SingleSignOn => 2,
        RegistrationMode::Operator => 3,
    }
}
