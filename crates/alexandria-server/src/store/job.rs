//! The queue of background jobs: each runs at least once.

use async_trait::async_trait;

use super::error::StoreError;
use super::id::{AccountId, JobId};
use super::time::UnixMillis;

/// A job to be queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// What it does.
    pub kind: String,
    /// The account it is about. Of one kind and account there is one job at most.
    pub account: Option<AccountId>,
    /// What it needs, as its kind defines.
    pub payload: Vec<u8>,
    /// When it may run.
    pub run_at: UnixMillis,
}

/// A job that has been taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// What was queued; `run_at` is when it is tried again unless it is finished before.
    pub job: NewJob,
    /// How often it has been taken, this time included.
    pub attempts: u32,
}

/// The kind of job that removes the records of an account that snapshots cover.
pub const PRUNE: &str = "prune";

/// After attempt `n` a job waits `2^n` minutes, and never longer than this exponent gives: 17 hours.
pub const MAX_BACKOFF_EXPONENT: u32 = 10;

/// When a job taken at `now` for the `attempts`th time is tried again.
#[must_use]
pub fn next_attempt(now: UnixMillis, attempts: u32) -> UnixMillis {
    let minutes = 1u64 << attempts.min(MAX_BACKOFF_EXPONENT);
    now.plus(std::time::Duration::from_secs(minutes * 60))
}

/// The queue.
#[async_trait]
pub trait Jobs {
    /// Queues a job. If there is one of its kind and account, that one is returned, to run at the earlier time.
    async fn enqueue_job(&self, new: NewJob) -> Result<JobId, StoreError>;

    /// Takes the job that is due for longest, of jobs that nobody takes at this time. It is tried again after
    /// [`next_attempt`] unless [`finish_job`](Self::finish_job) comes first.
    async fn take_job(&self, now: UnixMillis) -> Result<Option<Job>, StoreError>;

    /// Removes a job that is done. `attempts` is that of the job taken: one that was taken again meanwhile, or queued
    /// again, stays. Returns whether it was removed.
    async fn finish_job(&self, id: JobId, attempts: u32) -> Result<bool, StoreError>;

    /// Queued jobs, those due first first.
    async fn jobs(&self, limit: u32) -> Result<Vec<Job>, StoreError>;
}
