//! A client of the account's server, and whether requests are allowed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use alexandria_net::sync::{Address, DeviceCredential, SyncClient, SyncOptions};
use alexandria_net::{Feature, NetworkLog, Permissions};

use super::error::AccountError;
use crate::folders::Folders;

/// Whether requests to the server are allowed: only while the reader uses an account, and until they turn it off.
#[derive(Debug, Default)]
pub(crate) struct SyncPermissions(AtomicBool);

impl SyncPermissions {
    /// Allows requests, or forbids them from the next one on.
    pub(crate) fn set(&self, allowed: bool) {
        self.0.store(allowed, Ordering::Release);
    }
}

impl Permissions for SyncPermissions {
    fn allows(&self, feature: Feature) -> bool {
        feature == Feature::Sync && self.0.load(Ordering::Acquire)
    }
}

/// Makes clients that list their requests in the network log of this computer.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    log: NetworkLog,
    permissions: Arc<SyncPermissions>,
}

impl Connection {
    /// Opens the network log. Blocks.
    pub(crate) fn open(permissions: Arc<SyncPermissions>) -> Result<Self, AccountError> {
        let log = NetworkLog::open(&Folders::of_account()?.network_log());
        let log = log.map_err(alexandria_net::NetError::from)?;
        Ok(Self { log, permissions })
    }

    /// A client of the server at `address`.
    pub(crate) fn client(
        &self,
        address: Address,
        credential: Option<DeviceCredential>,
    ) -> Result<SyncClient, AccountError> {
        let permissions = Arc::clone(&self.permissions) as Arc<dyn Permissions>;
        Ok(SyncClient::new(address, credential, self.log.clone(), permissions, SyncOptions::default())?)
    }
}
