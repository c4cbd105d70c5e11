//! The account: usage, export, erasure, events, invitations.

use alexandria_protocol::api::account::{
    Account, AccountEvents, AccountExport, EraseAccount, ErasureScheduled, EventsQuery, Usage,
};
use alexandria_protocol::api::invitations::{CreateInvitation, InvitationCreated, Invitations};
use alexandria_protocol::ids::InvitationId;
use alexandria_protocol::proof::Purpose as ProofPurpose;
use alexandria_protocol::routes;
use alexandria_protocol::secret::Ticket;

use crate::feature::Purpose;
use crate::sync::client::SyncClient;
use crate::sync::error::SyncError;
use crate::sync::request::Request;

fn get(path: String) -> Request {
    Request::get(path, Purpose::Account)
}

fn post(path: String) -> Request {
    Request::post(path, Purpose::Account)
}

impl SyncClient {
    /// What the account uses.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn usage(&self) -> Result<Usage, SyncError> {
        self.ask_in_session(get(routes::usage())).await
    }

    /// The account.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn account(&self) -> Result<Account, SyncError> {
        self.ask_in_session(get(routes::account())).await
    }

    /// Everything that the server knows about the account in plaintext.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn export_account(&self, ticket: &Ticket) -> Result<AccountExport, SyncError> {
        self.ask_in_session(post(routes::export_account()).ticket(ticket)).await
    }

    /// Requests the erasure of the account, which this device's key has to prove.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn erase_account(&self, ticket: &Ticket) -> Result<ErasureScheduled, SyncError> {
        let (nonce, signature) = self.sessions()?.prove(self.transport(), ProofPurpose::Erasure).await?;
        let request = post(routes::erase_account()).json(&EraseAccount { nonce, signature })?.single_use();
        self.ask_in_session(request.ticket(ticket)).await
    }

    /// Takes the request for erasure back.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn restore_account(&self, ticket: &Ticket) -> Result<(), SyncError> {
        self.send(post(routes::restore_account()).ticket(ticket)).await.map(drop)
    }

    /// What happened to the account.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn account_events(&self, query: EventsQuery) -> Result<AccountEvents, SyncError> {
        let request = get(routes::account_events()).query("after", query.after).query("limit", query.limit);
        self.ask_in_session(request).await
    }

    /// The invitations that the account made.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn invitations(&self) -> Result<Invitations, SyncError> {
        self.ask_in_session(get(routes::invitations())).await
    }

    /// Makes an invitation. One whose answer is lost expires unused.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn create_invitation(&self, body: &CreateInvitation) -> Result<InvitationCreated, SyncError> {
        self.ask_in_session(post(routes::create_invitation()).json(body)?.single_use()).await
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn delete_invitation(&self, id: InvitationId) -> Result<(), SyncError> {
        self.send_in_session(Request::delete(routes::invitation(id), Purpose::Account)).await.map(drop)
    }
}
