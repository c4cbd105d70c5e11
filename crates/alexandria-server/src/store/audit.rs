//! Events of an account that its reader can see.

use async_trait::async_trait;

use super::error::StoreError;
use super::id::{AccountId, DeviceId};
use super::time::UnixMillis;

/// An event to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAuditEvent {
    /// A code, such as `session-opened`.
    pub kind: String,
    /// The device that acted.
    pub device: Option<DeviceId>,
    /// JSON with what else is known; no secret and no name.
    pub detail: String,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its number within the account; the first is 1.
    pub number: u64,
    /// When it happened.
    pub at: UnixMillis,
    /// What happened.
    pub event: NewAuditEvent,
}

/// The audit log of an account.
#[async_trait]
pub trait AuditLog {
    /// Adds an event and returns its number.
    async fn add_audit_event(
        &self,
        account: AccountId,
        event: NewAuditEvent,
        now: UnixMillis,
    ) -> Result<u64, StoreError>;

    /// Events with numbers below `before`, newest first.
    async fn audit_events(
        &self,
        account: AccountId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AuditEvent>, StoreError>;

    /// Removes at most `limit` events from before `before`, and returns how many.
    async fn expire_audit_events(&self, before: UnixMillis, limit: u32) -> Result<u64, StoreError>;
}
