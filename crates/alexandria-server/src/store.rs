//! What the server keeps in its database: accounts, devices, sessions, records, blobs and jobs.
//!
//! [`Store`] is the only way to it, with one implementation for each stack: SQLite in one file, Postgres, and a model in
//! memory that defines what both must answer. Each method is one transaction: it happens completely or not at all, also
//! when its future is dropped. Time is always an argument; no implementation reads a clock. Absent: the bytes of
//! blobs, which are objects, and what lives for minutes (nonces, OPAQUE state, rate limits).

pub mod account;
pub mod audit;
pub mod blob;
pub mod copy;
pub mod cursor;
pub mod device;
pub mod enrolment;
pub mod erasure;
pub mod error;
pub mod factor;
pub mod head;
pub mod id;
pub mod invitation;
pub mod job;
pub mod record;
pub mod secret;
pub mod session;
pub mod snapshot;
pub mod time;
pub mod usage;

mod check;
pub mod model;
pub mod postgres;
pub mod schema;
mod sql;
pub mod sqlite;

pub use account::{
    Account, AccountStatus, Accounts, Identity, KeyBundle, NewAccount, PasswordRecord, RegistrationMode,
};
pub use audit::{AuditEvent, AuditLog, NewAuditEvent};
pub use blob::{Blob, BlobLimits, BlobState, Blobs, DroppedObject, EnsuredBlob, NewBlob, ObjectEntry, object_key};
pub use copy::{CopyRows, TableRows};
pub use cursor::Cursor;
pub use device::{Device, Devices, NewDevice, Revocation};
pub use enrolment::{Enrolment, Enrolments};
pub use erasure::{Erasure, ErasureProgress};
pub use error::{Entity, Limit, StoreError};
pub use factor::{Factor, FactorKind, Factors};
pub use head::Head;
pub use id::{AccountId, BlobId, DeviceId, EnrolmentId, FactorId, Hash, JobId, LogId, SessionId, SnapshotId, StreamId};
pub use invitation::{Invitation, Invitations};
pub use job::{Job, Jobs, NewJob};
pub use record::{Appended, NewRecord, Page, RecordLimits, Records, StoredRecord};
pub use secret::Secrets;
pub use session::{NewSession, Session, Sessions};
pub use snapshot::{Coverage, NewSnapshot, Snapshot, Snapshots};
pub use time::UnixMillis;
pub use usage::{Usage, UsageReport};

/// Everything that a database of the server can do; used as `Arc<dyn Store>`.
pub trait Store:
    Accounts
    + Factors
    + Devices
    + Sessions
    + Records
    + Blobs
    + Snapshots
    + UsageReport
    + Enrolments
    + Invitations
    + AuditLog
    + Jobs
    + Erasure
    + Secrets
    + std::fmt::Debug
    + Send
    + Sync
{
}

impl<T> Store for T where
    T: Accounts
        + Factors
        + Devices
        + Sessions
        + Records
        + Blobs
        + Snapshots
        + UsageReport
        + Enrolments
        + Invitations
        + AuditLog
        + Jobs
        + Erasure
        + Secrets
        + std::fmt::Debug
        + Send
        + Sync
{
}

#[cfg(test)]
pub(crate) mod tests;
