//! Snapshots: blobs that stand for the records they cover.

use std::time::Duration;

use async_trait::async_trait;

use super::error::StoreError;
use super::id::{AccountId, BlobId, DeviceId, SnapshotId, StreamId};
use super::time::UnixMillis;

/// How far a snapshot covers a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coverage {
    /// The device.
    pub device: DeviceId,
    /// The chain.
    pub stream: StreamId,
    /// The number of the last record covered.
    pub seq: u64,
}

/// A snapshot that a client announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSnapshot {
    /// Its id.
    pub id: SnapshotId,
    /// What it covers, in the order of device and stream, each chain once.
    pub covered: Vec<Coverage>,
    /// The blob that contains it.
    pub blob: BlobId,
    /// What the device signed about it; means nothing to the store.
    pub statement: Vec<u8>,
}

/// A snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// What the client announced.
    pub declared: NewSnapshot,
    /// Where the log goes on: all records up to this position are covered. `None` until it is committed.
    pub pos: Option<u64>,
    /// When it was announced.
    pub created_at: UnixMillis,
}

/// How many committed snapshots are kept.
pub const KEPT_SNAPSHOTS: usize = 2;

/// How long an announced snapshot waits for its commit.
pub const UNFINISHED_TTL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The snapshots of an account.
#[async_trait]
pub trait Snapshots {
    /// Announces a snapshot. The same again is done; the id with other contents is `Conflict(Snapshot)`.
    async fn put_snapshot(&self, account: AccountId, snapshot: NewSnapshot, now: UnixMillis) -> Result<(), StoreError>;

    /// Commits a snapshot whose blob is committed (else `NotFound(Blob)`) and whose coverage is within the chains (else
    /// `Invalid`). The two that cover most are kept; older ones go, and their blobs are deleted. Queues the job `prune` of
    /// the account. Again is done.
    async fn commit_snapshot(&self, account: AccountId, id: SnapshotId, now: UnixMillis) -> Result<(), StoreError>;

    /// Committed snapshots, the one that covers most first.
    async fn snapshots(&self, account: AccountId) -> Result<Vec<Snapshot>, StoreError>;

    /// Removes at most `limit` records that the older of two snapshots covers. Returns how many.
    async fn prune_records(&self, account: AccountId, limit: u32) -> Result<u64, StoreError>;
}
