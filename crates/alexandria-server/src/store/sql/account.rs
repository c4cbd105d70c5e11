//! Accounts: creating, finding, closing.

use async_trait::async_trait;

use super::account_row::{self, ACTIVE, CLOSING, COLUMNS, DISABLED, ERASING, lock, mode_number};
use super::tx::{Backend, Tx, first, work};
use super::value::{number, optional_number, values};
use super::{SqlStore, device, identity, invitation, key_bundle};
use crate::store::account::{Account, Accounts, Identity, KeyBundle, NewAccount, PasswordRecord};
use crate::store::check;
use crate::store::error::{Entity, StoreError};
use crate::store::id::AccountId;
use crate::store::time::UnixMillis;

#[async_trait]
impl<B: Backend> Accounts for SqlStore<B> {
    async fn create_account(&self, new: NewAccount, now: UnixMillis) -> Result<(), StoreError> {
        check::name(&new.account.login)?;
        if let Some(identity) = &new.identity {
            identity::check(identity)?;
        }
        if new.device.number != 1 {
            return Err(StoreError::Invalid("the first entry of a device log has number 1"));
        }
        self.grow(new.account.id, work!(|tx| create(tx, new, now).await)).await
    }

    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.read(id, work!(|tx| by_id(tx, id).await)).await
    }

    async fn account_by_login(&self, login: String) -> Result<Option<Account>, StoreError> {
        check::text(&login)?;
        self.service_read(work!(|tx| {
            let sql = format!("select {COLUMNS} from accounts where login = $1");
            first(tx, &sql, values![login]).await?.map(account_row::read).transpose()
        }))
        .await
    }

    async fn account_by_identity(&self, identity: Identity) -> Result<Option<Account>, StoreError> {
        identity::check(&identity)?;
        self.service_read(work!(|tx| match identity::find(tx, &identity).await? {
            Some(account) => by_id(tx, account).await,
            None => Ok(None),
        }))
        .await
    }

    async fn link_identity(&self, account: AccountId, identity: Identity) -> Result<(), StoreError> {
        identity::check(&identity)?;
        self.write(
            account,
            work!(|tx| {
                lock(tx, account).await?;
                identity::link(tx, account, &identity).await
            }),
        )
        .await
    }

    async fn accounts(&self, after: Option<AccountId>, limit: u32) -> Result<Vec<Account>, StoreError> {
        self.service_read(work!(|tx| {
            let sql = format!("select {COLUMNS} from accounts where account > $1 order by account limit $2");
            // An empty value is before every id.
            let after = after.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
            let rows = tx.query(&sql, values![after, limit]).await?;
            rows.into_iter().map(account_row::read).collect()
        }))
        .await
    }

    async fn change_password(
        &self,
        account: AccountId,
        password: PasswordRecord,
        expected: u64,
        bundle: Vec<u8>,
        now: UnixMillis,
    ) -> Result<u64, StoreError> {
        self.write(
            account,
            work!(|tx| {
                lock(tx, account).await?;
                let version = key_bundle::replace(tx, account, expected, bundle, now).await?;
                let values = values![account, password.opaque, password.setup_version];
                tx.execute("update accounts set opaque = $2, setup_version = $3 where account = $1", values).await?;
                Ok(version)
            }),
        )
        .await
    }

    async fn set_disabled(&self, account: AccountId, disabled: bool) -> Result<(), StoreError> {
        self.write(account, work!(|tx| set_disabled(tx, account, disabled).await)).await
    }

    async fn set_quota(&self, account: AccountId, quota_bytes: Option<u64>) -> Result<(), StoreError> {
        let quota = optional_number(quota_bytes)?;
        self.write(
            account,
            work!(|tx| {
                lock(tx, account).await?;
                tx.execute("update accounts set quota_bytes = $2 where account = $1", &[account.into(), quota]).await?;
                Ok(())
            }),
        )
        .await
    }

    async fn close_account(&self, account: AccountId, erase_at: UnixMillis) -> Result<UnixMillis, StoreError> {
        self.write(account, work!(|tx| close(tx, account, erase_at).await)).await
    }

    async fn restore_account(&self, account: AccountId) -> Result<(), StoreError> {
        self.write(
            account,
            work!(|tx| match lock(tx, account).await?.status {
                CLOSING => set_status(tx, account, ACTIVE, None).await,
                ERASING => Err(StoreError::AccountClosing),
                _ => Ok(()),
            }),
        )
        .await
    }

    async fn key_bundle(&self, account: AccountId) -> Result<KeyBundle, StoreError> {
        self.read(account, work!(|tx| key_bundle::read(tx, account).await)).await
    }

    async fn put_key_bundle(
        &self,
        account: AccountId,
        expected: u64,
        bundle: Vec<u8>,
        now: UnixMillis,
    ) -> Result<u64, StoreError> {
        self.write(
            account,
            work!(|tx| {
                lock(tx, account).await?;
                key_bundle::replace(tx, account, expected, bundle, now).await
            }),
        )
        .await
    }
}

async fn by_id(tx: &mut dyn Tx, id: AccountId) -> Result<Option<Account>, StoreError> {
    let sql = format!("select {COLUMNS} from accounts where account = $1");
    first(tx, &sql, values![id]).await?.map(account_row::read).transpose()
}

async fn create(tx: &mut dyn Tx, new: NewAccount, now: UnixMillis) -> Result<(), StoreError> {
    let id = new.account.id;
    let (opaque, setup_version) =
        new.account.password.map_or((None, 0), |password| (Some(password.opaque), password.setup_version));
    let values = [
        id.into(),
        new.account.login.into(),
        opaque.into(),
        setup_version.into(),
        mode_number(new.account.registered_by).into(),
        now.into(),
        optional_number(new.account.quota_bytes)?,
        new.log.into(),
    ];
    let sql = "insert into accounts (account, login, opaque, setup_version, status, registered_by, created_at, \
               quota_bytes, log, end_pos, pruned_pos, records, record_bytes, blobs, blob_bytes, unfinished_blobs, \
               reserved_bytes, audit_number) \
               values ($1, $2, $3, $4, 0, $5, $6, $7, $8, 0, 0, 0, 0, 0, 0, 0, 0, 0) on conflict do nothing";
    if tx.execute(sql, &values).await? == 0 {
        let is_own = by_id(tx, id).await?.is_some();
        return Err(if is_own { StoreError::Conflict(Entity::Account) } else { StoreError::LoginTaken });
    }
    if let Some(hash) = new.invitation {
        invitation::use_up(tx, hash, now).await?;
    }
    if let Some(identity) = &new.identity {
        identity::link(tx, id, identity).await?;
    }
    let values = [id.into(), number(1)?, new.key_bundle.into(), now.into()];
    tx.execute("insert into key_bundles (account, version, bundle, updated_at) values ($1, $2, $3, $4)", &values)
        .await?;
    device::insert(tx, id, new.device, now).await
}

async fn set_status(
    tx: &mut dyn Tx,
    account: AccountId,
    status: i64,
    erase_at: Option<UnixMillis>,
) -> Result<(), StoreError> {
    tx.execute("update accounts set status = $2, erase_at = $3 where account = $1", values![account, status, erase_at])
        .await?;
    Ok(())
}

async fn end_sessions(tx: &mut dyn Tx, account: AccountId) -> Result<(), StoreError> {
    tx.execute("delete from sessions where account = $1", values![account]).await?;
    Ok(())
}

async fn set_disabled(tx: &mut dyn Tx, account: AccountId, disabled: bool) -> Result<(), StoreError> {
    match (lock(tx, account).await?.status, disabled) {
        (CLOSING | ERASING, _) => Err(StoreError::AccountClosing),
        (_, true) => {
            end_sessions(tx, account).await?;
            set_status(tx, account, DISABLED, None).await
        }
        (_, false) => set_status(tx, account, ACTIVE, None).await,
    }
}

async fn close(tx: &mut dyn Tx, account: AccountId, erase_at: UnixMillis) -> Result<UnixMillis, StoreError> {
    let row = lock(tx, account).await?;
    if let (CLOSING | ERASING, Some(first)) = (row.status, row.erase_at) {
        return Ok(UnixMillis(first));
    }
    end_sessions(tx, account).await?;
    set_status(tx, account, CLOSING, Some(erase_at)).await?;
    Ok(erase_at)
}
