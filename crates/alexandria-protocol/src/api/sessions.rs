//! Sessions: earned by a device's key, short, and never rotated, so none can be lost with an answer.

use crate::ids::{AccountId, DeviceId, SessionId};
use crate::proof::Nonce;
use crate::secret::SessionToken;
use crate::signature::DeviceSignature;

/// `POST sessions/nonce`. Unknown ids get a nonce as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct NonceRequest {
    /// The account.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
}

/// The answer to `POST sessions/nonce`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct NonceIssued {
    /// For one proof.
    pub nonce: Nonce,
    /// How long it can be used.
    pub expires_in_seconds: u32,
}

/// `POST sessions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct SessionRequest {
    /// The account.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
    /// From the answer before.
    pub nonce: Nonce,
    /// Of [`crate::proof::DeviceProof`] for a session.
    pub signature: DeviceSignature,
}

/// The answer to `POST sessions`.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct SessionCreated {
    /// Names the session in lists.
    pub session: SessionId,
    /// For the header `Authorization: Bearer`.
    pub token: SessionToken,
    /// How long it is valid.
    pub expires_in_seconds: u32,
    /// The age at which to get the next one.
    pub renew_after_seconds: u32,
    /// The server's clock.
    pub server_time_ms: u64,
}

/// `GET sessions`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Sessions {
    /// Those that have not expired.
    pub sessions: Vec<SessionInfo>,
}

/// A session, without what admits.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct SessionInfo {
    /// Its id.
    pub session: SessionId,
    /// Its device.
    pub device: DeviceId,
    /// When it began.
    pub created_ms: u64,
    /// When it ends.
    pub expires_ms: u64,
    /// The network address that began it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Whether it is the one that asks.
    pub is_current: bool,
}
