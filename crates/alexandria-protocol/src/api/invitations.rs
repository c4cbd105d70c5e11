//! Invitations, where registration is by invitation.

use crate::ids::InvitationId;
use crate::secret::InvitationToken;

/// `POST invitations`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct CreateInvitation {
    /// How long it can be used, at most 30 days; 7 days if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_seconds: Option<u32>,
}

/// The answer to `POST invitations`.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct InvitationCreated {
    /// Names it in lists.
    pub id: InvitationId,
    /// Admits one account. Shown once, stored hashed.
    pub token: InvitationToken,
    /// When it expires.
    pub expires_ms: u64,
}

/// `GET invitations`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Invitations {
    /// Those of this account.
    pub invitations: Vec<InvitationInfo>,
}

/// An invitation, without what admits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct InvitationInfo {
    /// Its id.
    pub id: InvitationId,
    /// When it was made.
    pub created_ms: u64,
    /// When it expires.
    pub expires_ms: u64,
    /// Whether an account was made with it.
    pub is_used: bool,
}
