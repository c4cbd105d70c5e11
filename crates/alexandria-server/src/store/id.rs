//! Ids of what the store keeps: those of the protocol, and the numbers of jobs.

pub use alexandria_protocol::ids::{
    AccountId, BlobId, DeviceId, EnrolmentId, FactorId, LogId, SessionId, SnapshotId, StreamId,
};

/// BLAKE3 or SHA-256, as the field that has it says.
pub type Hash = [u8; 32];

/// The number of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// The id that an account's log gets when all logs are renewed with `seed`.
#[must_use]
pub fn derive_log(account: AccountId, seed: [u8; 32]) -> LogId {
    let hash = blake3::keyed_hash(&seed, account.as_bytes());
    let mut log = [0; 16];
    log.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
    LogId::from_bytes(log)
}
