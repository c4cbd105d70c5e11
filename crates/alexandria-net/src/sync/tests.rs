//! The client against a real HTTP server on loopback, which answers what each test tells it to.

mod blobs;
mod not_ours;
mod records;
mod repeat;
mod server;
mod session;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use alexandria_protocol::ids::{AccountId, DeviceId};
use alexandria_protocol::signature::DeviceSigningKey;

use self::server::Server;
use super::{DeviceCredential, RetryPolicy, SyncClient, SyncOptions};
use crate::{Entry, Feature, NetworkLog, Permissions};

#[derive(Debug)]
struct Switch(AtomicBool);

impl Permissions for Switch {
    fn allows(&self, feature: Feature) -> bool {
        feature == Feature::Sync && self.0.load(Ordering::SeqCst)
    }
}

struct Setup {
    folder: tempfile::TempDir,
    permission: Arc<Switch>,
}

impl Setup {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), permission: Arc::new(Switch(AtomicBool::new(true))) }
    }

    fn log(&self) -> NetworkLog {
        NetworkLog::open(&self.folder.path().join("network.jsonl")).unwrap()
    }

    fn entries(&self) -> Vec<Entry> {
        self.log().entries().unwrap()
    }

    /// A client of `server` that does not pause.
    fn client(&self, server: &Server) -> SyncClient {
        let retry = RetryPolicy { attempts: 3, first_pause: Duration::ZERO, max_pause: Duration::from_secs(5) };
        let options = SyncOptions { retry, ..SyncOptions::default() };
        let address = server.address.parse().unwrap();
        let permissions: Arc<dyn Permissions> = Arc::clone(&self.permission) as _;
        SyncClient::new(address, Some(credential()), self.log(), permissions, options).unwrap()
    }
}

fn credential() -> DeviceCredential {
    DeviceCredential {
        account: AccountId::from_bytes([0xa1; 16]),
        device: DeviceId::from_bytes([1; 16]),
        key: DeviceSigningKey::from_seed(&[1; 32]),
    }
}
