//! The account's keys, wrapped so that the server cannot use them.

use crate::base64::Base64Bytes;
use crate::hex::hex_value;

hex_value! {
    /// SHA-256 of a [`crate::secret::RecoveryProof`].
    RecoveryVerifier, 32
}

/// `GET keys` and `PUT keys`. The `ETag` is the version in quotes; `PUT` needs `If-Match` (428 without, 412 `stale` if
/// another device was faster).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct KeyBundle {
    /// Format of everything that follows.
    pub suite: u32,
    /// The root key, wrapped once for each way to unwrap it.
    pub slots: Vec<KeySlot>,
    /// The epoch keys, sealed under the root key.
    pub ring: Base64Bytes,
    /// What shows a client that it has the right root key before it trusts anything.
    pub check: Base64Bytes,
}

/// The root key, wrapped.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct KeySlot {
    /// With what.
    pub kind: SlotKind,
    /// The wrapped key.
    pub wrapped: Base64Bytes,
}

/// What unwraps a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    /// The export key of OPAQUE, and so the password.
    Password,
    /// The recovery code.
    Recovery,
    /// Something that this program does not know.
    #[serde(other)]
    Unknown,
}

/// The answer to `PUT keys`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct KeysStored {
    /// The version, which is also the `ETag`.
    pub version: u64,
}

/// The `ETag` of a version of the key bundle.
#[must_use]
pub fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

/// The version of an `ETag` or `If-Match`, if it is one of [`etag`].
#[must_use]
pub fn version_of_etag(value: &str) -> Option<u64> {
    let version = value.strip_prefix('"')?.strip_suffix('"')?.parse().ok()?;
    (etag(version) == value).then_some(version)
}
