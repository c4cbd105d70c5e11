//! Why the store did not do what it was asked.

use super::cursor::Cursor;
use super::head::Head;
use super::id::{DeviceId, LogId, StreamId};

/// What an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they name the types of the store")]
pub enum Entity {
    Account,
    Device,
    Session,
    Blob,
    Part,
    Snapshot,
    Factor,
    Enrolment,
    Invitation,
    Identity,
    Job,
}

/// A limit that a request would exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Devices of an account that are not revoked.
    Devices,
    /// Records since the last snapshot.
    Records,
    /// Bytes of records since the last snapshot.
    RecordBytes,
    /// Blobs of an account.
    Blobs,
    /// Uploads of an account that are not finished.
    UnfinishedBlobs,
}

/// Why an operation was not done. Nothing has changed, except where a variant says so.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such row in this account.
    #[error("{0:?} not found")]
    NotFound(Entity),
    /// The id is taken by something else.
    #[error("{0:?} exists with other contents")]
    Conflict(Entity),
    /// Another account has this login name.
    #[error("the login name is taken")]
    LoginTaken,
    /// The invitation does not exist, has expired or is used up.
    #[error("the invitation is not valid")]
    InvitationInvalid,
    /// The account is being closed.
    #[error("the account is being closed")]
    AccountClosing,
    /// The operator has disabled the account.
    #[error("the account is disabled")]
    AccountDisabled,
    /// The device is revoked.
    #[error("the device is revoked")]
    DeviceRevoked,
    /// The revocation does not name the ends of the device's chains.
    #[error("the revocation does not cut the chains of the device at their ends")]
    CutMismatch {
        /// The ends.
        heads: Vec<Head>,
    },
    /// What was to be replaced has another version by now.
    #[error("the version is {current}")]
    VersionMismatch {
        /// The version stored.
        current: u64,
    },
    /// Another record is stored under this number, or the record continues another chain.
    #[error("the chain of device {device:?} forks at {seq}")]
    Fork {
        /// The device whose chain it is.
        device: DeviceId,
        /// The chain.
        stream: StreamId,
        /// The number of the record that differs.
        seq: u64,
    },
    /// Records are missing before this one.
    #[error("record {expected} of device {device:?} is missing")]
    Gap {
        /// The device whose chain it is.
        device: DeviceId,
        /// The chain.
        stream: StreamId,
        /// The number of the first missing record.
        expected: u64,
    },
    /// The cursor belongs to another log.
    #[error("the log has been renewed")]
    LogChanged {
        /// The log of today.
        log: LogId,
    },
    /// The cursor is beyond the end: this server has lost records that it once gave out. The log must be renewed.
    #[error("the cursor is beyond the end of the log")]
    CursorAhead,
    /// Records after the cursor have been removed; a snapshot covers them.
    #[error("records after the cursor have been removed")]
    Compacted {
        /// Where to go on after the snapshot.
        resume: Cursor,
    },
    /// Parts of the blob are missing.
    #[error("{} parts of the blob are missing", missing.len())]
    BlobIncomplete {
        /// Their numbers, ascending.
        missing: Vec<u32>,
    },
    /// The account would use more than it may.
    #[error("{needed} bytes do not fit: {used} of {limit} bytes are used")]
    QuotaExceeded {
        /// The quota in bytes.
        limit: u64,
        /// Bytes used and reserved.
        used: u64,
        /// Bytes asked for.
        needed: u64,
    },
    /// The account has as many as it may.
    #[error("the limit of {limit} is reached: {what:?}")]
    LimitReached {
        /// What is limited.
        what: Limit,
        /// The limit.
        limit: u64,
    },
    /// An argument is out of range.
    #[error("invalid argument: {0}")]
    Invalid(&'static str),
    /// The disk is nearly full; reading works.
    #[error("the disk is nearly full")]
    ReadOnly,
    /// Others hold what is needed; the same request can succeed in a moment.
    #[error("the database is busy")]
    Busy,
    /// The database cannot be reached. A write whose outcome is unknown ends here, so it may have happened.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row has contents that this program does not write.
    #[error("a row is corrupt: {0}")]
    Corrupt(&'static str),
    /// The database failed.
    #[error("the database failed")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Whether the same request can succeed later without anybody changing it.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable(_) | Self::ReadOnly)
    }
}
