//! Erasing an account: in stages that can be repeated, objects first and rows last.

use async_trait::async_trait;

use super::error::StoreError;
use super::id::AccountId;
use super::time::UnixMillis;

/// How far the erasure of an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErasureProgress {
    /// Objects are left to remove; call again when they are forgotten.
    ObjectsLeft,
    /// No row names the account.
    Erased,
}

/// Erasure.
#[async_trait]
pub trait Erasure {
    /// Accounts whose time has come, at most `limit`, in the order of ids.
    async fn accounts_to_erase(&self, now: UnixMillis, limit: u32) -> Result<Vec<AccountId>, StoreError>;

    /// One stage: drops all blobs, or, when no objects are left, removes every row that names the account.
    /// `Conflict(Account)` if it is active or its time has not come. An account that does not exist is erased.
    async fn erase_account(&self, account: AccountId, now: UnixMillis) -> Result<ErasureProgress, StoreError>;

    /// Objects of the account that are still to be removed, at most `limit`.
    async fn objects_to_erase(
        &self,
        account: AccountId,
        limit: u32,
    ) -> Result<Vec<super::blob::DroppedObject>, StoreError>;
}
