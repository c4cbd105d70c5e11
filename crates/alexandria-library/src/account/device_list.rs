//! The account's devices: their signed log, compared with what was seen before.

use std::sync::Arc;

use alexandria_domain::DeviceId;
use alexandria_net::sync::{Admission, SyncClient};
use alexandria_protocol::api::devices::Devices;
use alexandria_protocol::devices::{
    DeviceChange, DeviceEntryHash, DeviceLog, DeviceLogEnd, DeviceStatement, DeviceStatus, Issuer,
};
use alexandria_protocol::ids::{self, AccountId};
use alexandria_store::Store;
use alexandria_store::sync::{SyncChange, SyncCommitError};
use alexandria_sync::registry::Registry;

use super::device_name;
use super::enrolled::Enrolled;
use super::error::AccountError;
use crate::blocking::blocking;
use crate::change::now_millis;
use crate::engines::Engines;

/// Where the log ended when it was last seen, in the table of the engine's state.
const LOG_END: &str = "device-log-end";

/// A device of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountDevice {
    /// Its id.
    pub id: DeviceId,
    /// Its name; `None` if it does not open.
    pub name: Option<String>,
    /// Whether it is this one.
    pub is_this: bool,
    /// Whether it was removed from the account.
    pub is_revoked: bool,
    /// The day on which the server last saw it, in milliseconds since 1970.
    pub last_seen_ms: Option<u64>,
}

/// A verified list of devices.
pub(crate) struct DeviceList {
    pub(crate) log: DeviceLog,
    pub(crate) answer: Devices,
}

impl DeviceList {
    /// Reads and verifies the list. `seen` is where the log ended when it was last seen.
    pub(crate) async fn fetch(
        client: &SyncClient,
        admission: Admission<'_>,
        account: AccountId,
        seen: Option<DeviceLogEnd>,
    ) -> Result<Self, AccountError> {
        let answer = client.devices(admission).await?;
        let log = DeviceLog::verify(account, &answer.log)?;
        if let Some(seen) = seen.filter(|seen| seen.number > 0) {
            let at = answer.log.iter().find(|entry| entry.statement.number == seen.number);
            if at.is_none_or(|entry| entry.hash() != seen.hash) {
                return Err(AccountError::Contradiction("statements that were seen before are absent"));
            }
        }
        Ok(Self { log, answer })
    }

    /// The next statement of the log.
    pub(super) fn next_statement(&self, issuer: Issuer, change: DeviceChange, account: AccountId) -> DeviceStatement {
        next_statement(self.log.end(), issuer, change, account)
    }

    /// What a shell shows.
    pub(crate) fn devices(&self, enrolled: &Enrolled) -> Vec<AccountDevice> {
        let keys = enrolled.secrets.epochs.record_keys();
        let seen = |device| self.answer.last_seen.iter().find(|seen| seen.device == device).map(|seen| seen.day_ms);
        let device = |status: &DeviceStatus| {
            let id: ids::DeviceId = status.device.device;
            AccountDevice {
                id: DeviceId::from_bytes(*id.as_bytes()),
                name: device_name::open(&keys, enrolled.account(), id, &status.device.label),
                is_this: id == enrolled.device(),
                is_revoked: status.revoked_by.is_some(),
                last_seen_ms: seen(id),
            }
        };
        self.log.devices().map(device).collect()
    }
}

/// The statement after `end`.
pub(super) fn next_statement(
    end: DeviceLogEnd,
    issuer: Issuer,
    change: DeviceChange,
    account: AccountId,
) -> DeviceStatement {
    let previous = if end.number == 0 { DeviceEntryHash::NONE } else { end.hash };
    DeviceStatement { account, number: end.number + 1, previous, at_ms: now_millis(), issuer, change }
}

/// The devices of the account.
pub(crate) async fn list(
    client: &SyncClient,
    enrolled: &Enrolled,
    seen: Option<DeviceLogEnd>,
) -> Result<DeviceList, AccountError> {
    DeviceList::fetch(client, Admission::Session, enrolled.account(), seen).await
}

/// Reads the list for the sync engine, and remembers how far the log was seen.
#[derive(Clone)]
pub(crate) struct DeviceSource {
    engines: Arc<Engines>,
    account: AccountId,
}

impl DeviceSource {
    pub(crate) const fn new(engines: Arc<Engines>, account: AccountId) -> Self {
        Self { engines, account }
    }

    pub(crate) const fn account(&self) -> AccountId {
        self.account
    }

    /// The devices that the signed log names.
    pub(crate) async fn fetch(&self, client: &SyncClient) -> Result<Registry, AccountError> {
        let reading = Arc::clone(&self.engines);
        let before = blocking(move || seen(&reading.store)).await?;
        let list = DeviceList::fetch(client, Admission::Session, self.account, before).await?;
        let (writing, end) = (Arc::clone(&self.engines), list.log.end());
        blocking(move || remember(&writing.store, end)).await?;
        Ok(Registry::of_device_log(&list.log))
    }
}

/// Remembers how far the log was seen. Blocks.
pub(crate) fn remember(store: &Store, end: DeviceLogEnd) -> Result<(), AccountError> {
    let value = serde_json::to_vec(&end).map_err(|_| AccountError::Stored)?;
    let end = SyncChange::State { key: LOG_END, value: Some(value) };
    store.sync_commit(&[end]).map_err(|error| match error {
        SyncCommitError::Store(error) => AccountError::Store(error),
        SyncCommitError::Conflict { .. } => AccountError::Stored,
    })
}

/// Where the log ended when it was last seen. Blocks.
pub(crate) fn seen(store: &Store) -> Result<Option<DeviceLogEnd>, AccountError> {
    let state = store.sync_rows()?.state;
    let stored = state.iter().find(|(key, _)| key == LOG_END);
    stored.map(|(_, value)| serde_json::from_slice(value).map_err(|_| AccountError::Stored)).transpose()
}
