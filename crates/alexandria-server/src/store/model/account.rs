//! Accounts.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

use super::ModelStore;
use super::state::{AccountState, State};
use crate::store::account::{Account, AccountStatus, Accounts, Identity, KeyBundle, NewAccount, PasswordRecord};
use crate::store::check;
use crate::store::device::Device;
use crate::store::error::{Entity, StoreError};
use crate::store::id::AccountId;
use crate::store::time::UnixMillis;
use crate::store::usage::{Usage, UsageReport};

#[async_trait]
impl Accounts for ModelStore {
    async fn create_account(&self, new: NewAccount, now: UnixMillis) -> Result<(), StoreError> {
        check::name(&new.account.login)?;
        if let Some(identity) = &new.identity {
            check_identity(identity)?;
        }
        if new.device.number != 1 {
            return Err(StoreError::Invalid("the first entry of a device log has number 1"));
        }
        if let Some(quota) = new.account.quota_bytes {
            check::number(quota)?;
        }
        create(&mut self.state(), new, now)
    }

    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        Ok(self.of(id, |state| Some(state.account.clone())))
    }

    async fn account_by_login(&self, login: String) -> Result<Option<Account>, StoreError> {
        check::text(&login)?;
        Ok(self.state().accounts.values().find(|state| state.account.login == login).map(|state| state.account.clone()))
    }

    async fn account_by_identity(&self, identity: Identity) -> Result<Option<Account>, StoreError> {
        check_identity(&identity)?;
        let state = self.state();
        Ok(owner(&state, &identity).and_then(|id| state.accounts.get(&id)).map(|state| state.account.clone()))
    }

    async fn link_identity(&self, account: AccountId, identity: Identity) -> Result<(), StoreError> {
        check_identity(&identity)?;
        let mut state = self.state();
        if !state.accounts.contains_key(&account) {
            return Err(StoreError::NotFound(Entity::Account));
        }
        match owner(&state, &identity) {
            Some(owner) if owner == account => return Ok(()),
            Some(_) => return Err(StoreError::Conflict(Entity::Identity)),
            None => {}
        }
        if let Some(state) = state.accounts.get_mut(&account) {
            state.identities.push(identity);
        }
        Ok(())
    }

    async fn accounts(&self, after: Option<AccountId>, limit: u32) -> Result<Vec<Account>, StoreError> {
        let state = self.state();
        let later = state.accounts.iter().filter(|(id, _)| after.is_none_or(|after| **id > after));
        Ok(later.take(limit as usize).map(|(_, state)| state.account.clone()).collect())
    }

    async fn change_password(
        &self,
        account: AccountId,
        password: PasswordRecord,
        expected: u64,
        bundle: Vec<u8>,
        now: UnixMillis,
    ) -> Result<u64, StoreError> {
        self.with(account, |state| {
            let version = replace_keys(state, expected, bundle, now)?;
            state.account.password = Some(password);
            Ok(version)
        })
    }

    async fn set_disabled(&self, account: AccountId, disabled: bool) -> Result<(), StoreError> {
        self.with(account, |state| {
            if let AccountStatus::Closing { .. } = state.account.status {
                return Err(StoreError::AccountClosing);
            }
            state.account.status = if disabled { AccountStatus::Disabled } else { AccountStatus::Active };
            if disabled {
                state.sessions.clear();
            }
            Ok(())
        })
    }

    async fn set_quota(&self, account: AccountId, quota_bytes: Option<u64>) -> Result<(), StoreError> {
        if let Some(quota) = quota_bytes {
            check::number(quota)?;
        }
        self.with(account, |state| {
            state.account.quota_bytes = quota_bytes;
            Ok(())
        })
    }

    async fn close_account(&self, account: AccountId, erase_at: UnixMillis) -> Result<UnixMillis, StoreError> {
        self.with(account, |state| {
            if let AccountStatus::Closing { erase_at } = state.account.status {
                return Ok(erase_at);
            }
            state.sessions.clear();
            state.account.status = AccountStatus::Closing { erase_at };
            Ok(erase_at)
        })
    }

    async fn restore_account(&self, account: AccountId) -> Result<(), StoreError> {
        self.with(account, |state| {
            if state.is_erasing {
                return Err(StoreError::AccountClosing);
            }
            if let AccountStatus::Closing { .. } = state.account.status {
                state.account.status = AccountStatus::Active;
            }
            Ok(())
        })
    }

    async fn key_bundle(&self, account: AccountId) -> Result<KeyBundle, StoreError> {
        self.with(account, |state| Ok(state.keys.clone()))
    }

    async fn put_key_bundle(
        &self,
        account: AccountId,
        expected: u64,
        bundle: Vec<u8>,
        now: UnixMillis,
    ) -> Result<u64, StoreError> {
        self.with(account, |state| replace_keys(state, expected, bundle, now))
    }
}

#[async_trait]
impl UsageReport for ModelStore {
    async fn usage(&self, account: AccountId) -> Result<Usage, StoreError> {
        self.with(account, |state| Ok(state.usage()))
    }

    async fn recount_usage(&self, account: AccountId) -> Result<Usage, StoreError> {
        self.usage(account).await
    }
}

fn check_identity(identity: &Identity) -> Result<(), StoreError> {
    check::name(&identity.issuer)?;
    check::name(&identity.subject)
}

fn owner(state: &State, identity: &Identity) -> Option<AccountId> {
    state.accounts.iter().find(|(_, account)| account.identities.contains(identity)).map(|(id, _)| *id)
}

fn create(state: &mut State, new: NewAccount, now: UnixMillis) -> Result<(), StoreError> {
    if state.accounts.contains_key(&new.account.id) {
        return Err(StoreError::Conflict(Entity::Account));
    }
    if state.accounts.values().any(|account| account.account.login == new.account.login) {
        return Err(StoreError::LoginTaken);
    }
    let usable = |hash| state.invitations.get(&hash).is_some_and(|one| one.uses_left > 0 && one.expires_at > now);
    if new.invitation.is_some_and(|hash| !usable(hash)) {
        return Err(StoreError::InvitationInvalid);
    }
    if new.identity.as_ref().is_some_and(|identity| owner(state, identity).is_some()) {
        return Err(StoreError::Conflict(Entity::Identity));
    }
    if let Some(invitation) = new.invitation.and_then(|hash| state.invitations.get_mut(&hash)) {
        invitation.uses_left -= 1;
    }
    let device = Device { device: new.device, created_at: now, last_seen: None, revoked: None };
    let account = Account { status: AccountStatus::Active, created_at: now, ..new.account };
    let created = AccountState {
        is_erasing: false,
        identities: new.identity.into_iter().collect(),
        keys: KeyBundle { version: 1, bundle: new.key_bundle, updated_at: now },
        log: new.log,
        records: BTreeMap::new(),
        end_pos: 0,
        pruned_pos: 0,
        heads: BTreeMap::new(),
        devices: BTreeMap::from([(device.device.id, device)]),
        sessions: BTreeMap::new(),
        factors: BTreeMap::new(),
        backup_codes: BTreeSet::new(),
        blobs: BTreeMap::new(),
        dropped: BTreeMap::new(),
        snapshots: BTreeMap::new(),
        enrolments: BTreeMap::new(),
        audit: Vec::new(),
        audit_number: 0,
        account,
    };
    state.accounts.insert(created.account.id, created);
    Ok(())
}

fn replace_keys(state: &mut AccountState, expected: u64, bundle: Vec<u8>, now: UnixMillis) -> Result<u64, StoreError> {
    let current = state.keys.version;
    if expected.checked_add(1) == Some(current) && bundle == state.keys.bundle {
        return Ok(current);
    }
    if expected != current {
        return Err(StoreError::VersionMismatch { current });
    }
    state.keys = KeyBundle { version: current + 1, bundle, updated_at: now };
    Ok(current + 1)
}
