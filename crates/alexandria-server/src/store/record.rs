//! Records: what devices tell each other, sealed, in one chain for each device and stream.
//!
//! The position of a record is given under the lock of its account, and the lock is held until the transaction is
//! committed. So no position ever appears below one that a reader has seen.

use async_trait::async_trait;

use super::cursor::Cursor;
use super::error::StoreError;
use super::head::Head;
use super::id::{AccountId, DeviceId, Hash, LogId, StreamId};
use super::time::UnixMillis;

/// A record to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    /// The device that signed it.
    pub device: DeviceId,
    /// The chain it belongs to.
    pub stream: StreamId,
    /// Its number in the chain; the first is 1.
    pub seq: u64,
    /// The hash of the record before it; zeros for the first.
    pub prev: Hash,
    /// Its own hash.
    pub hash: Hash,
    /// The frame as it was sent, which the caller has verified.
    pub frame: Vec<u8>,
}

/// A record as others read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its position in the log.
    pub pos: u64,
    /// The frame as it was sent.
    pub frame: Vec<u8>,
}

/// The outcome of appending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The end of the log after it.
    pub end: Cursor,
    /// The ends of the chains that were sent, in the order of device and stream.
    pub heads: Vec<Head>,
    /// How many records were new.
    pub added: u64,
}

/// A page of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Records in the order of their positions.
    pub records: Vec<StoredRecord>,
    /// Where the next page begins.
    pub next: Cursor,
    /// Whether there was more than fitted.
    pub more: bool,
}

/// How much an account may store between two snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordLimits {
    /// Records.
    pub max_records: u64,
    /// Bytes of their frames.
    pub max_bytes: u64,
}

/// The records of an account.
#[async_trait]
pub trait Records {
    /// Appends records, all or none, in their order. A record that is stored already (same device, stream, number and
    /// hash) is done. Errors: `Fork`, `Gap`, `LimitReached`, `NotFound(Device)`, `DeviceRevoked` (for
    /// records after the cut of the revocation), `AccountClosing`. A record that was removed because a snapshot covers it counts as stored.
    async fn append_records(
        &self,
        account: AccountId,
        records: Vec<NewRecord>,
        limits: RecordLimits,
        now: UnixMillis,
    ) -> Result<Appended, StoreError>;

    /// Records after a cursor, or from the beginning; at most `max_rows` (1 at least) and `max_bytes`, but at least
    /// one if there is any. Errors: `LogChanged`, `CursorAhead`, `Compacted`.
    async fn pull_records(
        &self,
        account: AccountId,
        after: Option<Cursor>,
        max_rows: u32,
        max_bytes: u64,
    ) -> Result<Page, StoreError>;

    /// The end of the log.
    async fn log_end(&self, account: AccountId) -> Result<Cursor, StoreError>;

    /// The ends of all chains, in the order of device and stream; those of revoked devices as well.
    async fn heads(&self, account: AccountId) -> Result<Vec<Head>, StoreError>;

    /// Gives the log another id, so that clients read it from the beginning.
    async fn renew_log(&self, account: AccountId, log: LogId) -> Result<(), StoreError>;

    /// Gives the logs of all accounts other ids, derived from `seed`; after a restore. Returns how many.
    async fn renew_all_logs(&self, seed: [u8; 32]) -> Result<u64, StoreError>;
}
