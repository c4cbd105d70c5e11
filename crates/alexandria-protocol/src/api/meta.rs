//! What a server is and allows: the first request of every client.

use crate::limits::Limits;

/// `GET meta`. Needs no sign-in; has an `ETag`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Meta {
    /// The oldest meaning of requests that the server knows ([`crate::PROTOCOL`]).
    pub protocol_min: u32,
    /// The newest.
    pub protocol_max: u32,
    /// The server's own version, for reports.
    pub version: String,
    /// The server's clock.
    pub server_time_ms: u64,
    /// Whether accounts can be made.
    pub registration: Registration,
    /// Whether an e-mail address is confirmed at registration.
    pub confirms_email: bool,
    /// How the parts of blobs travel.
    pub transfer: Transfer,
    /// Part size for new blobs, in bytes.
    pub part_bytes: u32,
    /// Name of the single sign-on provider, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub single_sign_on: Option<String>,
    /// What is allowed.
    #[serde(default)]
    pub limits: Limits,
}

/// Whether accounts can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// By anybody.
    Open,
    /// With an invitation.
    Invitation,
    /// Not at all.
    Closed,
}

/// How the parts of blobs travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Transfer {
    /// Through the server.
    Proxied,
    /// Through the server, or at addresses that `POST blobs/{id}/urls` gives.
    Presigned,
}

impl Meta {
    /// The protocol that both sides speak, if there is one: the newer of those that both know.
    #[must_use]
    pub fn common_protocol(&self) -> Option<u32> {
        let common = self.protocol_max.min(crate::PROTOCOL);
        // This program knows the current meaning only.
        (common == crate::PROTOCOL && self.protocol_min <= common).then_some(common)
    }
}
