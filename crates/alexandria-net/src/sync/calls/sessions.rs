//! Sessions of the account. Those of this device come and go by themselves.

use alexandria_protocol::api::sessions::Sessions;
use alexandria_protocol::ids::SessionId;
use alexandria_protocol::routes;

use crate::feature::Purpose;
use crate::sync::client::SyncClient;
use crate::sync::error::SyncError;
use crate::sync::request::Request;

impl SyncClient {
    /// The sessions of the account.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn account_sessions(&self) -> Result<Sessions, SyncError> {
        self.ask_in_session(Request::get(routes::sessions(), Purpose::Account)).await
    }

    /// Ends a session. Its device can begin another one; only revoking it prevents that.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn end_session(&self, id: SessionId) -> Result<(), SyncError> {
        self.send_in_session(Request::delete(routes::session(id), Purpose::Account)).await.map(drop)
    }
}
