//! What an account uses.

use async_trait::async_trait;

use super::error::StoreError;
use super::id::AccountId;

/// What an account uses, counted in the transactions that change it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes of committed blobs.
    pub blob_bytes: u64,
    /// Committed blobs.
    pub blobs: u64,
    /// Bytes of blobs that are being uploaded.
    pub reserved_bytes: u64,
    /// Blobs that are being uploaded.
    pub unfinished_blobs: u64,
    /// Records that have not been pruned.
    pub records: u64,
    /// Bytes of their frames.
    pub record_bytes: u64,
    /// The account's own quota in bytes, if it has one.
    pub quota_bytes: Option<u64>,
}

/// Usage.
#[async_trait]
pub trait UsageReport {
    /// What an account uses.
    async fn usage(&self, account: AccountId) -> Result<Usage, StoreError>;

    /// What an account uses, counted row by row; differs from [`usage`](Self::usage) only if something is wrong.
    async fn recount_usage(&self, account: AccountId) -> Result<Usage, StoreError>;
}
