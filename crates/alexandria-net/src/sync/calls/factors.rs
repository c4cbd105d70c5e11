//! Second factors.

use alexandria_protocol::api::factors::{
    BackupCodes, FactorAdded, Factors, PasskeyChallenge, PasskeyFinish, TotpFinish, TotpStarted,
};
use alexandria_protocol::ids::FactorId;
use alexandria_protocol::routes;
use alexandria_protocol::secret::Ticket;

use crate::feature::Purpose;
use crate::sync::client::SyncClient;
use crate::sync::error::SyncError;
use crate::sync::request::Request;

fn post(path: String, ticket: &Ticket) -> Request {
    Request::post(path, Purpose::Account).ticket(ticket)
}

impl SyncClient {
    /// The second factors of the account.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn factors(&self) -> Result<Factors, SyncError> {
        self.ask_in_session(Request::get(routes::factors(), Purpose::Account)).await
    }

    /// Begins setting up one-time passwords.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn totp_start(&self, ticket: &Ticket) -> Result<TotpStarted, SyncError> {
        self.ask_in_session(post(routes::totp_start(), ticket)).await
    }

    /// Ends setting up one-time passwords.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn totp_finish(&self, ticket: &Ticket, body: &TotpFinish) -> Result<FactorAdded, SyncError> {
        self.ask_in_session(post(routes::totp_finish(), ticket).json(body)?.single_use()).await
    }

    /// Begins setting up a passkey.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn passkey_start(&self, ticket: &Ticket) -> Result<PasskeyChallenge, SyncError> {
        self.ask_in_session(post(routes::passkey_start(), ticket)).await
    }

    /// Ends setting up a passkey.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn passkey_finish(&self, ticket: &Ticket, body: &PasskeyFinish) -> Result<FactorAdded, SyncError> {
        self.ask_in_session(post(routes::passkey_finish(), ticket).json(body)?.single_use()).await
    }

    /// Replaces the backup codes.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn replace_backup_codes(&self, ticket: &Ticket) -> Result<BackupCodes, SyncError> {
        self.ask_in_session(post(routes::backup_codes(), ticket)).await
    }

    /// Removes a second factor.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn remove_factor(&self, ticket: &Ticket, id: FactorId) -> Result<(), SyncError> {
        let request = Request::delete(routes::factor(id), Purpose::Account).ticket(ticket);
        self.send_in_session(request).await.map(drop)
    }
}
