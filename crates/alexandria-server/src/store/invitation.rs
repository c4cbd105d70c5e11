//! Invitations to register.

use async_trait::async_trait;

use super::error::StoreError;
use super::id::Hash;
use super::time::UnixMillis;

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// SHA-256 of its code.
    pub hash: Hash,
    /// What the operator calls it.
    pub label: String,
    /// How many accounts it is still good for.
    pub uses_left: u32,
    /// When it ends.
    pub expires_at: UnixMillis,
    /// When it was made.
    pub created_at: UnixMillis,
}

/// Invitations. They name no account, also when they are used.
#[async_trait]
pub trait Invitations {
    /// Stores an invitation; `Conflict(Invitation)` if its code exists.
    async fn create_invitation(&self, invitation: Invitation) -> Result<(), StoreError>;

    /// An invitation that has not ended and is not used up.
    async fn invitation(&self, hash: Hash, now: UnixMillis) -> Result<Option<Invitation>, StoreError>;

    /// All invitations, oldest first.
    async fn invitations(&self) -> Result<Vec<Invitation>, StoreError>;

    /// Withdraws an invitation. Returns whether there was one.
    async fn delete_invitation(&self, hash: Hash) -> Result<bool, StoreError>;
}
