//! Snapshots: sealed states of an account, each in place of the records that it covers.

use crate::cursor::Cursor;
use crate::frame::chain::Head;
use crate::ids::{BlobId, DeviceId, SnapshotId};
use crate::signature::DeviceSignature;

/// `PUT snapshots/{id}`, after its blob was committed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct SnapshotOffer {
    /// The device that made it: the session's.
    pub device: DeviceId,
    /// Where its bytes are.
    pub blob: BlobId,
    /// Which epoch of the account's keys it is sealed under.
    pub key_epoch: u32,
    /// Which records it covers: for each stream, all up to this one.
    pub covered: Vec<Head>,
    /// Where to continue reading after it.
    #[schema(value_type = String)]
    pub cursor: Cursor,
    /// Of [`crate::proof::SnapshotStatement`], by the device.
    pub signature: DeviceSignature,
}

/// A snapshot that counts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct SnapshotInfo {
    /// Its id.
    pub id: SnapshotId,
    /// What was offered.
    #[serde(flatten)]
    pub offer: SnapshotOffer,
    /// When it was committed.
    pub committed_ms: u64,
}

/// `GET snapshots`, and the answer to `POST snapshots/{id}/commit`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Snapshots {
    /// Newest first: at most two.
    pub snapshots: Vec<SnapshotInfo>,
}
