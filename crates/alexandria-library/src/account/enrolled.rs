//! The account that this library is in, with its secrets opened.

use alexandria_crypto::account::device::DeviceKeys;
use alexandria_crypto::account::secrets::AccountSecrets;
use alexandria_crypto::account::stored::{self, Owner};
use alexandria_domain::DeviceId;
use alexandria_net::sync::DeviceCredential;
use alexandria_protocol::ids;
use alexandria_protocol::signature::DeviceSigningKey;
use alexandria_store::sync::AccountRow;

use super::error::AccountError;
use crate::engines::Engines;

/// What a shell shows of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountInfo {
    /// The account's id, in hexadecimal digits.
    pub account: String,
    /// The name that the reader signs in with.
    pub name: Option<String>,
    /// The server's address.
    pub server: String,
    /// This device's id.
    pub device: DeviceId,
}

/// The account that this library is in.
pub(crate) struct Enrolled {
    pub(crate) row: AccountRow,
    pub(crate) keys: DeviceKeys,
    pub(crate) secrets: AccountSecrets,
}

impl Enrolled {
    /// The account, if the library is in one. Blocks.
    pub(crate) fn load(engines: &Engines) -> Result<Self, AccountError> {
        let row = engines.store.account()?.ok_or(AccountError::NotSignedIn)?;
        if row.device != engines.changes.device() {
            return Err(AccountError::OtherDevice);
        }
        let owner = owner(row.account, row.device);
        let keys = stored::open_device(&engines.account_key, &owner, &row.device_keys);
        let secrets = row.secrets.as_deref().ok_or(AccountError::Stored)?;
        let secrets = stored::open_secrets(&engines.account_key, &owner, secrets);
        let (keys, secrets) = keys.and_then(|keys| Ok((keys, secrets?))).map_err(|_| AccountError::Stored)?;
        Ok(Self { row, keys, secrets })
    }

    /// Stores the account: its secrets are sealed again. Blocks.
    pub(crate) fn store(&mut self, engines: &Engines) -> Result<(), AccountError> {
        let owner = owner(self.row.account, self.row.device);
        self.row.device_keys = stored::seal_device(&engines.account_key, &owner, &self.keys)?;
        self.row.secrets = Some(stored::seal_secrets(&engines.account_key, &owner, &self.secrets)?);
        Ok(engines.store.set_account(&self.row)?)
    }

    /// What a shell shows.
    pub(crate) fn info(row: &AccountRow) -> AccountInfo {
        AccountInfo {
            account: ids::AccountId::from_bytes(row.account).to_string(),
            name: row.login_name.clone(),
            server: row.server.clone(),
            device: row.device,
        }
    }

    /// The account's id in the protocol.
    pub(crate) const fn account(&self) -> ids::AccountId {
        ids::AccountId::from_bytes(self.row.account)
    }

    /// This device's id in the protocol.
    pub(crate) const fn device(&self) -> ids::DeviceId {
        ids::DeviceId::from_bytes(*self.row.device.as_bytes())
    }

    /// What this device signs with.
    pub(crate) fn signing_key(&self) -> DeviceSigningKey {
        DeviceSigningKey::from_seed(self.keys.expose_signing_seed())
    }

    /// What this device shows the server.
    pub(crate) fn credential(&self) -> DeviceCredential {
        DeviceCredential { account: self.account(), device: self.device(), key: self.signing_key() }
    }
}

/// Whose secrets they are.
const fn owner(account: [u8; 16], device: DeviceId) -> Owner {
    Owner { account, device: *device.as_bytes() }
}
