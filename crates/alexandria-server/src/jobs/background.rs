//! What background jobs work on, and what they report.

use std::sync::Arc;

use crate::clock::Clock;
use crate::objects::{Objects, ObjectsError};
use crate::store::{Store, StoreError, UnixMillis};

/// Why a job did not finish. What it did stays done, and the next pass goes on.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Objects could not be removed.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
}

/// What background jobs work on.
#[derive(Clone, Debug)]
pub struct Background {
    /// The rows.
    pub store: Arc<dyn Store>,
    /// The objects.
    pub objects: Arc<dyn Objects>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What a pass did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PassReport {
    /// Sessions, enrolments and audit events that ended.
    pub expired_rows: u64,
    /// Uploads nobody finished and blobs nobody claimed back.
    pub expired_blobs: u64,
    /// Objects that were removed.
    pub removed_objects: u64,
    /// Accounts of which nothing is left.
    pub erased_accounts: u64,
    /// Records that snapshots cover.
    pub pruned_records: u64,
}

impl Background {
    /// The time.
    pub(super) fn now(&self) -> UnixMillis {
        UnixMillis(self.clock.now_ms())
    }
}
