//! Sessions: earned by the device's key whenever one is needed.
//!
//! Trap 19 of the sync design, "session lost by rotation or two processes": drop every n-th `sessions` reply, run window and
//! command together: no sign-in asked. Nothing rotates here: whoever needs a session gets one, an answer that was lost is
//! another session that expires unused, and two processes have two.

use std::fmt;
use std::time::{Duration, Instant};

use alexandria_protocol::api::sessions::{NonceIssued, NonceRequest, SessionCreated, SessionRequest};
use alexandria_protocol::ids::{AccountId, DeviceId};
use alexandria_protocol::proof::{DeviceProof, Nonce, Purpose as ProofPurpose};
use alexandria_protocol::routes;
use alexandria_protocol::secret::SessionToken;
use alexandria_protocol::signature::{DeviceSignature, DeviceSigningKey};
use tokio::sync::Mutex;

use super::error::SyncError;
use super::request::Request;
use super::transport::Transport;
use crate::feature::Purpose;

/// Nonces to try for one session: one may expire, or be used up by a request whose answer was lost.
const MAX_NONCES: u32 = 3;

/// What a device shows instead of a password.
#[derive(Clone)]
pub struct DeviceCredential {
    /// The account.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
    /// Its key.
    pub key: DeviceSigningKey,
}

impl fmt::Debug for DeviceCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCredential")
            .field("account", &self.account)
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

/// The session of one device in this process.
#[derive(Debug)]
pub(super) struct Sessions {
    credential: DeviceCredential,
    current: Mutex<Option<Current>>,
}

#[derive(Debug)]
struct Current {
    token: SessionToken,
    since: Instant,
    refresh_age: Duration,
    lifetime: Duration,
}

impl Sessions {
    pub(super) fn new(credential: DeviceCredential) -> Self {
        Self { credential, current: Mutex::new(None) }
    }

    /// A session that should be valid for a while yet.
    pub(super) async fn token(&self, transport: &Transport) -> Result<SessionToken, SyncError> {
        // Held while a session is fetched, so that requests at the same time fetch one.
        let mut current = self.current.lock().await;
        if let Some(session) = current.as_ref()
            && session.since.elapsed() < session.refresh_age
        {
            return Ok(session.token.clone());
        }
        match self.create(transport).await {
            Ok(session) => {
                let token = session.token.clone();
                *current = Some(session);
                Ok(token)
            }
            // The old one serves as long as it lives.
            Err(error) => match current.as_ref() {
                Some(session) if error.is_temporary() && session.since.elapsed() < session.lifetime => {
                    Ok(session.token.clone())
                }
                _ => Err(error),
            },
        }
    }

    /// Forgets a session that the server does not know, unless there is another one already.
    pub(super) async fn forget(&self, token: &SessionToken) {
        let mut current = self.current.lock().await;
        if current.as_ref().is_some_and(|session| session.token.expose() == token.expose()) {
            *current = None;
        }
    }

    async fn create(&self, transport: &Transport) -> Result<Current, SyncError> {
        let mut nonces = 0;
        loop {
            nonces += 1;
            let since = Instant::now();
            match self.create_with_nonce(transport).await {
                Ok(SessionCreated { token, expires_in_seconds, renew_after_seconds, .. }) => {
                    let lifetime = Duration::from_secs(expires_in_seconds.into());
                    let refresh_age = Duration::from_secs(renew_after_seconds.into()).min(lifetime);
                    return Ok(Current { token, since, refresh_age, lifetime });
                }
                Err(error) if nonces < MAX_NONCES && (error.needs_nonce() || error.may_have_arrived()) => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn create_with_nonce(&self, transport: &Transport) -> Result<SessionCreated, SyncError> {
        let (nonce, signature) = self.prove(transport, ProofPurpose::Session).await?;
        let DeviceCredential { account, device, .. } = self.credential;
        let request = Request::post(routes::create_session(), Purpose::Session)
            .json(&SessionRequest { account, device, nonce, signature })?
            .single_use();
        transport.send(&request).await?.json()
    }

    /// Gets a nonce and signs it.
    pub(super) async fn prove(
        &self,
        transport: &Transport,
        purpose: ProofPurpose,
    ) -> Result<(Nonce, DeviceSignature), SyncError> {
        let DeviceCredential { account, device, ref key } = self.credential;
        let request = Request::post(routes::nonces(), Purpose::Session).json(&NonceRequest { account, device })?;
        let NonceIssued { nonce, .. } = transport.send(&request).await?.json()?;
        let proof = DeviceProof { purpose, origin: transport.address.as_str(), account, device, nonce };
        Ok((nonce, proof.sign(key)))
    }
}
