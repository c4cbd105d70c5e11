//! Sessions: what a device's key earns for a quarter of an hour.

use async_trait::async_trait;

use super::error::StoreError;
use super::id::{AccountId, DeviceId, Hash, SessionId};
use super::time::UnixMillis;

/// A session to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// Its id, by which the reader ends it.
    pub id: SessionId,
    /// SHA-256 of the token.
    pub token_hash: Hash,
    /// The device that earned it.
    pub device: DeviceId,
    /// When it ends.
    pub expires_at: UnixMillis,
}

/// A session of a device that is not revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The account.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
    /// When it was created.
    pub created_at: UnixMillis,
    /// When it ends.
    pub expires_at: UnixMillis,
}

/// Sessions.
#[async_trait]
pub trait Sessions {
    /// Stores a session and when the device was seen. Errors: `NotFound(Device)`, `DeviceRevoked`, `AccountClosing`,
    /// `AccountDisabled`, `Conflict(Session)` if the id or the token is taken.
    async fn create_session(&self, account: AccountId, new: NewSession, now: UnixMillis) -> Result<(), StoreError>;

    /// The session with this token, if it has not ended.
    async fn session_by_token(&self, token_hash: Hash, now: UnixMillis) -> Result<Option<Session>, StoreError>;

    /// The sessions of an account that have not ended, in the order of their ids.
    async fn sessions(&self, account: AccountId, now: UnixMillis) -> Result<Vec<Session>, StoreError>;

    /// Ends a session. Returns whether there was one.
    async fn delete_session(&self, account: AccountId, id: SessionId) -> Result<bool, StoreError>;

    /// Ends all sessions of a device, or of the account. Returns how many there were.
    async fn delete_sessions(&self, account: AccountId, device: Option<DeviceId>) -> Result<u64, StoreError>;

    /// Removes at most `limit` sessions that ended before `now`, and returns how many.
    async fn expire_sessions(&self, now: UnixMillis, limit: u32) -> Result<u64, StoreError>;
}
