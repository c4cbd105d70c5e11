//! The wrapped keys of the account.

use alexandria_protocol::api::keys::{self, KeyBundle, KeysStored};
use alexandria_protocol::routes;
use alexandria_protocol::secret::Ticket;

use crate::feature::Purpose;
use crate::sync::client::{Admission, SyncClient};
use crate::sync::error::SyncError;
use crate::sync::request::Request;

/// The wrapped keys and their version.
#[derive(Clone, Debug)]
pub struct VersionedKeys {
    /// The version, which a replacement has to name.
    pub version: u64,
    /// The keys.
    pub keys: KeyBundle,
}

impl SyncClient {
    /// The wrapped keys.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn keys(&self, admission: Admission<'_>) -> Result<VersionedKeys, SyncError> {
        let answer = self.send_admitted(admission, Request::get(routes::keys(), Purpose::Account)).await?;
        let version = answer.header("etag").and_then(keys::version_of_etag);
        let version = version.ok_or(SyncError::Malformed("the wrapped keys have no version"))?;
        Ok(VersionedKeys { version, keys: answer.json()? })
    }

    /// Replaces version `replaces` of the wrapped keys.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn put_keys(&self, ticket: &Ticket, replaces: u64, body: &KeyBundle) -> Result<KeysStored, SyncError> {
        let request = Request::put(routes::put_keys(), Purpose::Account).json(body)?;
        // A repetition after a lost answer would find the keys replaced by itself.
        let request = request.header("if-match", &keys::etag(replaces)).single_use();
        self.ask_in_session(request.ticket(ticket)).await
    }
}
