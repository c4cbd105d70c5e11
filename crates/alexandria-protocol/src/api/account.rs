//! The account: what it uses, its export and erasure, and what happened to it.

use crate::api::auth::FactorKind;
use crate::api::devices::Devices;
use crate::api::sessions::SessionInfo;
use crate::ids::{AccountId, DeviceId};
use crate::proof::Nonce;
use crate::signature::DeviceSignature;

/// `GET usage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Usage {
    /// Records that no snapshot covers.
    pub records: u64,
    /// Their bytes.
    pub record_bytes: u64,
    /// Complete blobs.
    pub blobs: u64,
    /// Their bytes: what the quota counts.
    pub blob_bytes: u64,
    /// Bytes that unfinished uploads reserve.
    pub reserved_bytes: u64,
    /// Bytes of deleted blobs that can still be undeleted; not counted.
    pub deleted_bytes: u64,
    /// The quota; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota_bytes: Option<u64>,
}

/// `GET account`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Account {
    /// The account.
    pub account: AccountId,
    /// What the reader signs in with.
    pub name: String,
    /// When it was made.
    pub created_ms: u64,
    /// Second factors that are set up.
    pub factors: Vec<FactorKind>,
    /// Whether it may invite.
    pub may_invite: bool,
    /// When it will be erased, if that was requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasure_ms: Option<u64>,
}

/// `POST account/export`: what the server knows in plaintext.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct AccountExport {
    /// The account.
    pub account: Account,
    /// Its devices.
    pub devices: Devices,
    /// Its sessions.
    pub sessions: Vec<SessionInfo>,
    /// What it uses.
    pub usage: Usage,
    /// What happened to it.
    pub events: Vec<AccountEvent>,
}

/// `POST account/erase`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct EraseAccount {
    /// From `POST sessions/nonce`.
    pub nonce: Nonce,
    /// Of [`crate::proof::DeviceProof`] for erasure: a stolen session cannot erase.
    pub signature: DeviceSignature,
}

/// The answer to `POST account/erase`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct ErasureScheduled {
    /// When the account will be erased. Until then it can be restored.
    pub erasure_ms: u64,
}

/// Query of `GET account/events`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Those with a greater number; all if absent.
    pub after: Option<u64>,
    /// Most to list.
    pub limit: Option<u32>,
}

/// `GET account/events`, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct AccountEvents {
    /// The events.
    pub events: Vec<AccountEvent>,
    /// Whether there are more.
    pub has_more: bool,
}

/// Something that happened to the account.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct AccountEvent {
    /// Ascending.
    pub number: u64,
    /// When.
    pub at_ms: u64,
    /// What.
    pub kind: EventKind,
    /// The device that it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// The network address that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The account was made.
    Registered,
    /// Password or single sign-on was accepted.
    SignedIn,
    /// A password was refused.
    SignInFailed,
    /// A second factor was refused.
    SecondFactorFailed,
    /// A second factor was set up.
    FactorAdded,
    /// A second factor was removed.
    FactorRemoved,
    /// Backup codes were replaced.
    BackupCodesReplaced,
    /// The password was changed.
    PasswordChanged,
    /// The recovery code was used.
    Recovered,
    /// The wrapped keys were replaced.
    KeysReplaced,
    /// An enrolment was started.
    EnrolmentStarted,
    /// A device was admitted.
    DeviceAdded,
    /// A device was revoked.
    DeviceRevoked,
    /// A session was ended by the reader.
    SessionEnded,
    /// What the server knows was exported.
    Exported,
    /// Erasure was requested.
    ErasureRequested,
    /// The request was taken back.
    Restored,
    /// Two different records came under one number.
    ForkRefused,
    /// Something that this program does not know.
    #[serde(other)]
    Unknown,
}
