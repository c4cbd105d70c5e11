//! The client of one sync server.

use std::sync::Arc;
use std::time::Duration;

use alexandria_protocol::secret::Ticket;
use serde::de::DeserializeOwned;

use super::address::Address;
use super::answer::Answer;
use super::error::SyncError;
use super::jitter::{Jitter, SystemJitter};
use super::request::Request;
use super::retry::RetryPolicy;
use super::session::{DeviceCredential, Sessions};
use super::transport::{Opened, Transport};
use crate::error::NetError;
use crate::log::NetworkLog;
use crate::permission::Permissions;

/// How requests are made.
#[derive(Clone, Debug)]
pub struct SyncOptions {
    /// How often and when a request is sent again.
    pub retry: RetryPolicy,
    /// The random part of pauses.
    pub jitter: Arc<dyn Jitter>,
    /// Time without a byte after which a connection counts as dead; longer by the server's wait where it waits.
    pub read_timeout: Duration,
}

impl Default for SyncOptions {
    fn default() -> Self {
        Self { retry: RetryPolicy::default(), jitter: Arc::new(SystemJitter), read_timeout: Duration::from_secs(30) }
    }
}

/// What a request shows where the server takes either.
#[derive(Clone, Copy, Debug)]
pub enum Admission<'a> {
    /// The device's session.
    Session,
    /// A ticket: this device is not part of the account yet.
    Ticket(&'a Ticket),
}

/// The client of one sync server, for one device if it is part of an account.
///
/// # Order of requests
///
/// Sign-up, with a client that has no credential:
///
/// 1. [`meta`](Self::meta): whether accounts can be made, and whether both sides know a common protocol
///    (`Meta::common_protocol`). Where the server confirms addresses, `verify_email`.
/// 2. `register_start` with OPAQUE's request; the answer goes into OPAQUE's second step.
/// 3. Locally: the account's id, its root key and what follows from it, the device's keys, the first statement of the device log
///    (`DeviceChange::Create`, signed by the device itself).
/// 4. `register_finish` with all of it. If the answer is lost, a sign-in shows whether the account exists.
/// 5. [`with_credential`](Self::with_credential). From here on sessions come by themselves.
///
/// A further device, by approval:
///
/// 1. `login_start`, `login_finish`: a ticket. If `factors_due` is not empty, `second_factor` gives one that admits.
/// 2. `offer_enrolment` with the commitment, then `enrolment` with `after: 1` until the old device has answered.
/// 3. `reveal_enrolment`; show the digits; `enrolment` with `after: 3` until the old device has sealed.
/// 4. Open what was sealed. `devices`: verify the log, which must contain the end that was sealed and admit this device. Then
///    `with_credential`.
///
/// The old device meanwhile: `enrolments` (or `enrolment` with the id from a QR code), `answer_enrolment`, `enrolment` with
/// `after: 2`, compare the digits, `seal_enrolment`.
///
/// A further device, by password or recovery code: `login_start` and `login_finish`, or `recover`; second factor as above; `keys`
/// and `devices` with the ticket; unwrap the root key, verify the log, sign `DeviceChange::Add` with the account key, and
/// `add_device` with the ticket. After a recovery also `password_start` and `password_finish`.
#[derive(Clone, Debug)]
pub struct SyncClient {
    transport: Arc<Transport>,
    sessions: Option<Arc<Sessions>>,
}

impl SyncClient {
    /// A client that asks `permissions` and writes to `log`. Without a credential only requests before the first session are
    /// possible: signing up, signing in, recovering.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(
        address: Address,
        credential: Option<DeviceCredential>,
        log: NetworkLog,
        permissions: Arc<dyn Permissions>,
        options: SyncOptions,
    ) -> Result<Self, NetError> {
        let transport =
            Arc::new(Transport::new(address, log, permissions, options.retry, options.jitter, options.read_timeout)?);
        Ok(Self { transport, sessions: credential.map(Sessions::new).map(Arc::new) })
    }

    /// The same client after this device became part of an account.
    #[must_use]
    pub fn with_credential(&self, credential: DeviceCredential) -> Self {
        Self { transport: Arc::clone(&self.transport), sessions: Some(Arc::new(Sessions::new(credential))) }
    }

    /// The server.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.transport.address
    }

    pub(super) fn sessions(&self) -> Result<&Sessions, SyncError> {
        self.sessions.as_deref().ok_or(SyncError::NotSignedIn)
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Sends a request that needs no admission, or carries its own.
    pub(super) async fn send(&self, request: Request) -> Result<Answer, SyncError> {
        self.transport.send(&request).await
    }

    /// The same, and reads the answer.
    pub(super) async fn ask<T: DeserializeOwned>(&self, request: Request) -> Result<T, SyncError> {
        self.send(request).await?.json()
    }

    /// Sends a request with the device's session; once more with a new one if the server does not know it.
    pub(super) async fn send_in_session(&self, request: Request) -> Result<Answer, SyncError> {
        let sessions = self.sessions()?;
        let token = sessions.token(&self.transport).await?;
        match self.transport.send(&request.clone().session(&token)).await {
            Err(error) if error.needs_session() => {
                sessions.forget(&token).await;
                let token = sessions.token(&self.transport).await?;
                self.transport.send(&request.session(&token)).await
            }
            answer => answer,
        }
    }

    /// The same, and reads the answer.
    pub(super) async fn ask_in_session<T: DeserializeOwned>(&self, request: Request) -> Result<T, SyncError> {
        self.send_in_session(request).await?.json()
    }

    /// The same for an answer that the caller reads.
    pub(super) async fn open_in_session(&self, request: Request) -> Result<Opened, SyncError> {
        let sessions = self.sessions()?;
        let token = sessions.token(&self.transport).await?;
        match self.transport.open(&request.clone().session(&token)).await {
            Err(error) if error.needs_session() => {
                sessions.forget(&token).await;
                let token = sessions.token(&self.transport).await?;
                self.transport.open(&request.session(&token)).await
            }
            opened => opened,
        }
    }

    /// Sends a request with either, and reads the answer.
    pub(super) async fn ask_admitted<T: DeserializeOwned>(
        &self,
        admission: Admission<'_>,
        request: Request,
    ) -> Result<T, SyncError> {
        self.send_admitted(admission, request).await?.json()
    }

    /// Sends a request with either.
    pub(super) async fn send_admitted(&self, admission: Admission<'_>, request: Request) -> Result<Answer, SyncError> {
        match admission {
            Admission::Session => self.send_in_session(request).await,
            Admission::Ticket(ticket) => self.send(request.ticket(ticket)).await,
        }
    }
}
