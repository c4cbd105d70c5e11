//! Snapshots.

use alexandria_protocol::api::snapshots::{SnapshotOffer, Snapshots};
use alexandria_protocol::ids::SnapshotId;
use alexandria_protocol::routes;

use crate::feature::Purpose;
use crate::sync::client::SyncClient;
use crate::sync::error::SyncError;
use crate::sync::request::Request;

impl SyncClient {
    /// The snapshots that the server has.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn snapshots(&self) -> Result<Snapshots, SyncError> {
        self.ask_in_session(Request::get(routes::snapshots(), Purpose::Changes)).await
    }

    /// Announces a snapshot whose blob is complete.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn put_snapshot(&self, id: SnapshotId, body: &SnapshotOffer) -> Result<(), SyncError> {
        self.send_in_session(Request::put(routes::snapshot(id), Purpose::Changes).json(body)?).await.map(drop)
    }

    /// Makes a snapshot count.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn commit_snapshot(&self, id: SnapshotId) -> Result<Snapshots, SyncError> {
        self.ask_in_session(Request::post(routes::commit_snapshot(id), Purpose::Changes)).await
    }
}
