//! What a server allows. Told to clients in [`crate::api::meta::Meta`], so that none has to find out by failing.

use std::time::Duration;

use crate::frame;

/// Longest request head in bytes.
pub const MAX_HEAD_BYTES: usize = 16 * 1024;
/// Longest JSON body in bytes.
pub const MAX_JSON_BYTES: usize = 64 * 1024;
/// Longest JSON body of `PUT blobs/{id}` in bytes: it lists a digest for each of up to
/// [`crate::blob::PartLayout::MAX_PARTS`] parts.
pub const MAX_BLOB_JSON_BYTES: usize = 320 * 1024;
/// Longest JSON answer that a client reads, in bytes.
pub const MAX_JSON_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// Most records in one answer, and the default.
pub const MAX_PULL_RECORDS: u32 = 1000;
/// Most bytes of records in one answer, unless a single record is longer.
pub const MAX_PULL_BYTES: usize = 4 * 1024 * 1024;
/// Longest wait of `GET changes` and `GET enrolments/{id}` in seconds: shorter than the 60 s after which proxies hang up.
pub const MAX_WAIT_SECONDS: u32 = 50;
/// Longest mailbox message of an enrolment in bytes.
pub const MAX_ENROLMENT_MESSAGE_BYTES: usize = 1024;
/// Most items in one answer of a listing.
pub const MAX_LIST_ITEMS: u32 = 1000;

/// How long a session lasts.
pub const SESSION_LIFETIME: Duration = Duration::from_mins(15);
/// The age at which a client gets its next session.
pub const SESSION_REFRESH_AGE: Duration = Duration::from_mins(10);
/// How long a nonce can be used, once.
pub const NONCE_LIFETIME: Duration = Duration::from_secs(60);
/// How long a ticket is valid.
pub const TICKET_LIFETIME: Duration = Duration::from_mins(10);
/// How long a started sign-up or sign-in can be finished, once.
pub const ATTEMPT_LIFETIME: Duration = Duration::from_mins(2);
/// How long an enrolment lasts.
pub const ENROLMENT_LIFETIME: Duration = Duration::from_mins(10);
/// How far in the future a record may be stamped, by the server's clock. A client checks it before it seals.
pub const MAX_STAMP_AHEAD: Duration = Duration::from_mins(5);
/// How long a deleted blob can be undeleted.
pub const BLOB_RETENTION: Duration = Duration::from_hours(30 * 24);
/// How long an unfinished blob is stored.
pub const UNFINISHED_BLOB_RETENTION: Duration = Duration::from_hours(7 * 24);
/// How long an account whose erasure was requested can be restored.
pub const ERASURE_DELAY: Duration = Duration::from_hours(14 * 24);

/// The limits of one server. Its operator sets them; [`Limits::default`] is for one who set none.
///
/// One struct of many fields: each is an independent number of one table, and all are told together.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Limits {
    /// Devices of an account that are not revoked.
    pub devices: u32,
    /// Bytes of ciphertext in one record.
    pub record_bytes: u32,
    /// Records in one push.
    pub push_records: u32,
    /// Bytes in one push.
    pub push_bytes: u32,
    /// Records of an account that no snapshot covers.
    pub unsnapshotted_records: u64,
    /// Bytes of records of an account that no snapshot covers.
    pub unsnapshotted_bytes: u64,
    /// Bytes of one blob.
    pub blob_bytes: u64,
    /// Blobs of an account.
    pub blobs: u64,
    /// Bytes of an account's blobs together; `None` if there is no quota.
    pub quota_bytes: Option<u64>,
    /// Blobs of an account that are not yet committed.
    pub unfinished_blobs: u32,
    /// Requests of an account per second, on average.
    pub requests_per_second: u32,
    /// Requests of an account at once, beyond the average.
    pub request_burst: u32,
    /// Attempts to sign in, at a second factor or at recovery, per minute and account.
    pub attempts_per_minute: u32,
    /// The same per minute and network address (IPv4, or IPv6 /64).
    pub attempts_per_minute_by_address: u32,
    /// Registrations per hour and network address.
    pub registrations_per_hour: u32,
    /// Enrolments per hour and account.
    pub enrolments_per_hour: u32,
    /// Waiting requests of one device at once.
    pub long_polls: u32,
    /// Seconds for which a body may make no progress.
    pub idle_body_seconds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            devices: 20,
            record_bytes: 256 * 1024,
            push_records: 500,
            push_bytes: 1_000_000,
            unsnapshotted_records: 1_000_000,
            unsnapshotted_bytes: 256 * 1024 * 1024,
            blob_bytes: 2 * 1024 * 1024 * 1024,
            blobs: 100_000,
            quota_bytes: None,
            unfinished_blobs: 50,
            requests_per_second: 10,
            request_burst: 200,
            attempts_per_minute: 5,
            attempts_per_minute_by_address: 20,
            registrations_per_hour: 5,
            enrolments_per_hour: 3,
            long_polls: 4,
            idle_body_seconds: 30,
        }
    }
}

impl Limits {
    /// The quota of a hosted account in bytes, unless its operator sets another.
    pub const HOSTED_QUOTA_BYTES: u64 = 5_000_000_000;
}

const _: () = assert!(frame::MAX_CIPHERTEXT_BYTES == 256 * 1024 && frame::batch::MAX_BYTES == 1_000_000);
const _: () = assert!(frame::batch::MAX_FRAMES == 500);
