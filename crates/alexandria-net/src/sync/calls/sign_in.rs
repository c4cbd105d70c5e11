//! What the server is, sign-up, sign-in, recovery, password.

use alexandria_protocol::api::auth::{
    LoginFinish, LoginStart, LoginStarted, Recover, RegisterFinish, RegisterStart, RegistrationStarted, SecondFactor,
    SignedIn, VerifyEmail,
};
use alexandria_protocol::api::factors::PasskeyChallenge;
use alexandria_protocol::api::keys;
use alexandria_protocol::api::keys::KeysStored;
use alexandria_protocol::api::meta::Meta;
use alexandria_protocol::api::password::{PasswordFinish, PasswordStart};
use alexandria_protocol::routes;
use alexandria_protocol::secret::Ticket;

use crate::feature::Purpose;
use crate::sync::client::SyncClient;
use crate::sync::error::SyncError;
use crate::sync::request::Request;

fn post(path: String) -> Request {
    Request::post(path, Purpose::SignIn)
}

impl SyncClient {
    /// What the server is and allows.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn meta(&self) -> Result<Meta, SyncError> {
        self.ask(Request::get(routes::meta(), Purpose::Server)).await
    }

    /// Has the server send a code to an e-mail address.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn verify_email(&self, body: &VerifyEmail) -> Result<(), SyncError> {
        self.send(post(routes::verify_email()).json(body)?.single_use()).await.map(drop)
    }

    /// Begins a sign-up.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn register_start(&self, body: &RegisterStart) -> Result<RegistrationStarted, SyncError> {
        self.ask(post(routes::register_start()).json(body)?).await
    }

    /// Creates the account. If the connection breaks off, it may exist: a sign-in shows.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn register_finish(&self, body: &RegisterFinish) -> Result<(), SyncError> {
        self.send(post(routes::register_finish()).json(body)?.single_use()).await.map(drop)
    }

    /// Begins a sign-in.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn login_start(&self, body: &LoginStart) -> Result<LoginStarted, SyncError> {
        self.ask(post(routes::login_start()).json(body)?).await
    }

    /// Shows that the password is right.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn login_finish(&self, body: &LoginFinish) -> Result<SignedIn, SyncError> {
        self.ask(post(routes::login_finish()).json(body)?.single_use()).await
    }

    /// Shows a second factor.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn second_factor(&self, ticket: &Ticket, body: &SecondFactor) -> Result<SignedIn, SyncError> {
        self.ask(post(routes::second_factor()).json(body)?.single_use().ticket(ticket)).await
    }

    /// Gets a challenge for a passkey as second factor.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn passkey_challenge(&self, ticket: &Ticket) -> Result<PasskeyChallenge, SyncError> {
        self.ask(post(routes::passkey_challenge()).ticket(ticket)).await
    }

    /// Shows that the recovery code is known.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn recover(&self, body: &Recover) -> Result<SignedIn, SyncError> {
        self.ask(post(routes::recover()).json(body)?).await
    }

    /// Begins setting another password.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn password_start(
        &self,
        ticket: &Ticket,
        body: &PasswordStart,
    ) -> Result<RegistrationStarted, SyncError> {
        self.ask(post(routes::password_start()).json(body)?.ticket(ticket)).await
    }

    /// Sets another password, and replaces version `replaces` of the wrapped keys.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn password_finish(
        &self,
        ticket: &Ticket,
        replaces: u64,
        body: &PasswordFinish,
    ) -> Result<KeysStored, SyncError> {
        let request = post(routes::password_finish()).json(body)?.single_use();
        self.ask(request.header("if-match", &keys::etag(replaces)).ticket(ticket)).await
    }
}
