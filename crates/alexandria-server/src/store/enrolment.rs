//! Enrolments: the mailbox in which two devices get to know each other. The server relays and interprets nothing.

use async_trait::async_trait;

use super::error::StoreError;
use super::id::{AccountId, EnrolmentId};
use super::time::UnixMillis;

/// A mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// Grows by one with each change; the first is 1.
    pub version: u64,
    /// The messages so far, as the caller encodes them.
    pub state: Vec<u8>,
    /// When it ends.
    pub expires_at: UnixMillis,
}

/// Enrolments of an account.
#[async_trait]
pub trait Enrolments {
    /// Opens a mailbox. The id must be new (`Conflict(Enrolment)`).
    async fn create_enrolment(
        &self,
        account: AccountId,
        id: EnrolmentId,
        state: Vec<u8>,
        expires_at: UnixMillis,
    ) -> Result<(), StoreError>;

    /// A mailbox that has not ended.
    async fn enrolment(
        &self,
        account: AccountId,
        id: EnrolmentId,
        now: UnixMillis,
    ) -> Result<Option<Enrolment>, StoreError>;

    /// Mailboxes of an account that have not ended, in the order of their ids.
    async fn enrolments(&self, account: AccountId, now: UnixMillis) -> Result<Vec<Enrolment>, StoreError>;

    /// Replaces version `expected` (else `VersionMismatch`), and returns the new version.
    async fn update_enrolment(
        &self,
        account: AccountId,
        id: EnrolmentId,
        expected: u64,
        state: Vec<u8>,
        now: UnixMillis,
    ) -> Result<u64, StoreError>;

    /// Removes at most `limit` mailboxes that ended before `now`, and returns how many.
    async fn expire_enrolments(&self, now: UnixMillis, limit: u32) -> Result<u64, StoreError>;
}
