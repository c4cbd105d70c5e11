//! The account's keys, wrapped so that the server cannot use them.

use crate::base64::Base64Bytes;
use crate::hex::hex_value;
use crate::ids::DeviceId;

hex_value! {
    /// SHA-256 of a [`crate::secret::RecoveryProof`].
    RecoveryVerifier, 32
}

/// `GET keys` and `PUT keys`. The `ETag` is the version in quotes; `PUT` needs `If-Match` (428 without, 412 `stale` if
/// another device was faster). The server understands nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct KeyBundle {
    /// Format of everything that follows.
    pub suite: u32,
    /// The account's keys, wrapped once for each way to unwrap them, and authenticated as a whole (`docs/formats/account.md`).
    pub bundle: Base64Bytes,
    /// The newest epoch, granted to each device that was there when it was added.
    #[serde(default)]
    pub grants: Vec<EpochGrant>,
}

/// An epoch of the account's keys, sealed from one device to another.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct EpochGrant {
    /// To whom.
    pub device: DeviceId,
    /// By whom.
    pub from: DeviceId,
    /// The sealed epoch.
    pub sealed: Base64Bytes,
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
