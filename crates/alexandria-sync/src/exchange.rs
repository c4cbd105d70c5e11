//! What the engine asks of the server, and what comes back. The transport turns these into HTTP and back.

use std::collections::BTreeMap;
use std::sync::Arc;

use alexandria_domain::DeviceId;

use crate::record::{Cursor, Head, LogId};
use crate::registry::Registry;
use crate::snapshot::{ReceivedSnapshot, SealedSnapshot, SignedClaim};

/// Names one request. An answer to a request that is not waited for is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Appends records of one device's chain. Safe to repeat.
    Push {
        /// The device of the chain.
        device: DeviceId,
        /// Frames, in the order of the chain.
        frames: Vec<Arc<[u8]>>,
    },
    /// Records after a cursor; from the beginning without one.
    Pull {
        /// Where to continue.
        after: Option<Cursor>,
    },
    /// Waits until there is something after the cursor.
    Poll {
        /// The place that was read up to.
        after: Cursor,
        /// How long the server may wait, in milliseconds.
        wait_ms: u64,
    },
    /// The ends of all chains.
    Heads,
    /// The devices of the account, with their statements.
    Devices,
    /// What is signed about the newest snapshot.
    SnapshotClaim,
    /// The newest snapshot.
    Snapshot,
    /// Uploads a snapshot and commits it.
    PutSnapshot(Box<SealedSnapshot>),
}

/// The ends of all chains in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogHeads {
    /// The log.
    pub log: LogId,
    /// The end of each chain in it.
    pub heads: BTreeMap<DeviceId, Head>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// To [`Request::Push`]: the ends of the chains that were sent.
    Pushed(LogHeads),
    /// To [`Request::Pull`].
    Page {
        /// Frames, in the order of the log.
        frames: Vec<Vec<u8>>,
        /// Where to continue.
        next: Cursor,
    },
    /// To [`Request::Poll`]: there is more than the cursor covers.
    Changed,
    /// To [`Request::Poll`]: nothing came.
    Unchanged,
    /// To [`Request::Heads`].
    Heads(LogHeads),
    /// To [`Request::Devices`]: what the signed statements say, once they are verified.
    Devices(Registry),
    /// To [`Request::SnapshotClaim`]; `None` if there is no snapshot.
    SnapshotClaim(Option<SignedClaim>),
    /// To [`Request::Snapshot`]; `None` if there is no snapshot.
    Snapshot(Option<Box<ReceivedSnapshot>>),
    /// To [`Request::PutSnapshot`].
    SnapshotStored,
}

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// No connection, or it broke.
    #[error("the server cannot be reached")]
    Offline,
    /// Something between us and the server answered: a captive portal, a proxy.
    #[error("something that is not the server answered")]
    NotOurs,
    /// The server is overloaded or restarting, or asks to slow down.
    #[error("the server is busy")]
    Busy {
        /// How long it asks us to wait, in milliseconds.
        retry_after_ms: Option<u64>,
    },
    /// The log is another one: the server was restored from a backup.
    #[error("the server's log is another one")]
    LogChanged,
    /// The cursor is older than the records that the server still has.
    #[error("the records were replaced by a snapshot")]
    Compacted,
    /// The server has another record of that number.
    #[error("the server has another record of this number")]
    Fork {
        /// The record's number.
        seq: u64,
    },
    /// The server lacks the record before.
    #[error("the server expects record {expected}")]
    Gap {
        /// The record that it expects.
        expected: u64,
    },
    /// The server finds the record stamped in the future.
    #[error("the record is stamped in the future")]
    StampAhead,
    /// No space for blobs.
    #[error("the account has no space left")]
    QuotaFull,
    /// The session ended and could not be renewed.
    #[error("the session cannot be renewed")]
    SignInNeeded,
    /// This device was revoked.
    #[error("this device was removed from the account")]
    Revoked,
    /// The server no longer speaks this version's protocol.
    #[error("this version is too old for the server")]
    UpgradeNeeded,
    /// Any other refusal, by its code.
    #[error("the server refused the request: {0}")]
    Refused(String),
}
