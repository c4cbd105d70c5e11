//! What the model holds.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::account::{Account, AccountStatus, Identity, KeyBundle};
use crate::store::audit::AuditEvent;
use crate::store::blob::{Blob, BlobState};
use crate::store::device::Device;
use crate::store::enrolment::Enrolment;
use crate::store::error::StoreError;
use crate::store::factor::Factor;
use crate::store::head::Head;
use crate::store::id::AccountId;
use crate::store::id::{BlobId, DeviceId, EnrolmentId, FactorId, Hash, JobId, LogId, SessionId, SnapshotId, StreamId};
use crate::store::invitation::Invitation;
use crate::store::job::Job;
use crate::store::record::NewRecord;
use crate::store::session::Session;
use crate::store::snapshot::Snapshot;
use crate::store::time::UnixMillis;
use crate::store::usage::Usage;

/// Everything.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) accounts: BTreeMap<AccountId, AccountState>,
    pub(super) invitations: BTreeMap<Hash, Invitation>,
    pub(super) jobs: BTreeMap<JobId, Job>,
    pub(super) last_job: u64,
    pub(super) secrets: BTreeMap<String, Vec<u8>>,
}

/// Objects that wait for removal.
#[derive(Debug)]
pub(super) struct Dropped {
    pub(super) parts: u32,
    pub(super) at: UnixMillis,
}

/// Everything of one account: one field for each table of the databases.
#[derive(Debug)]
pub(super) struct AccountState {
    pub(super) account: Account,
    pub(super) is_erasing: bool,
    pub(super) identities: Vec<Identity>,
    pub(super) keys: KeyBundle,
    pub(super) log: LogId,
    /// Records by position.
    pub(super) records: BTreeMap<u64, NewRecord>,
    pub(super) end_pos: u64,
    pub(super) pruned_pos: u64,
    pub(super) heads: BTreeMap<(DeviceId, StreamId), (u64, Hash)>,
    pub(super) devices: BTreeMap<DeviceId, Device>,
    pub(super) sessions: BTreeMap<SessionId, (Session, Hash)>,
    pub(super) factors: BTreeMap<FactorId, Factor>,
    pub(super) backup_codes: BTreeSet<Hash>,
    pub(super) blobs: BTreeMap<BlobId, Blob>,
    pub(super) dropped: BTreeMap<String, Dropped>,
    pub(super) snapshots: BTreeMap<SnapshotId, Snapshot>,
    pub(super) enrolments: BTreeMap<EnrolmentId, Enrolment>,
    pub(super) audit: Vec<AuditEvent>,
    pub(super) audit_number: u64,
}

impl AccountState {
    /// Refuses accounts that may not store anything.
    pub(super) const fn require_active(&self) -> Result<(), StoreError> {
        match self.account.status {
            AccountStatus::Active => Ok(()),
            AccountStatus::Disabled => Err(StoreError::AccountDisabled),
            AccountStatus::Closing { .. } => Err(StoreError::AccountClosing),
        }
    }

    /// The ends of all chains.
    pub(super) fn heads(&self) -> Vec<Head> {
        let head = |(&(device, stream), &(seq, hash)): (&(DeviceId, StreamId), &(u64, Hash))| Head {
            device,
            stream,
            seq,
            hash,
        };
        self.heads.iter().map(head).collect()
    }

    /// What is used, counted.
    pub(super) fn usage(&self) -> Usage {
        let sizes = |state: BlobState| {
            self.blobs.values().filter(move |blob| blob.state == state).map(|blob| blob.declared.size)
        };
        Usage {
            blob_bytes: sizes(BlobState::Committed).sum(),
            blobs: sizes(BlobState::Committed).count() as u64,
            reserved_bytes: sizes(BlobState::Uploading).sum(),
            unfinished_blobs: sizes(BlobState::Uploading).count() as u64,
            records: self.records.len() as u64,
            record_bytes: self.records.values().map(|record| record.frame.len() as u64).sum(),
            quota_bytes: self.account.quota_bytes,
        }
    }

    /// Takes a blob away, and lists its objects for removal.
    pub(super) fn drop_blob(&mut self, id: BlobId, at: UnixMillis) {
        if let Some(blob) = self.blobs.remove(&id) {
            let parts = u32::try_from(blob.declared.digests.len()).unwrap_or(u32::MAX);
            self.dropped.insert(blob.object, Dropped { parts, at });
        }
    }
}
