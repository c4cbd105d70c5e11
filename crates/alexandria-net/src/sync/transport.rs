//! Sends requests: permitted, listed, sent again if that helps, and answered by a sync server.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use alexandria_protocol::{PROTOCOL, headers, limits};
use futures::StreamExt as _;
use jiff::Timestamp;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};

use super::address::Address;
use super::answer::{self, Answer};
use super::error::SyncError;
use super::jitter::Jitter;
use super::request::Request;
use super::retry::RetryPolicy;
use crate::body::Body;
use crate::error::NetError;
use crate::feature::Feature;
use crate::http;
use crate::log::{NetworkLog, Outcome};
use crate::permission::Permissions;

/// How long the server may wait for something to say.
const MAX_WAIT: Duration = Duration::from_secs(limits::MAX_WAIT_SECONDS as u64);

/// Sends requests to one server.
pub(super) struct Transport {
    pub(super) address: Address,
    http: reqwest::Client,
    waiting: reqwest::Client,
    log: NetworkLog,
    permissions: Arc<dyn Permissions>,
    policy: RetryPolicy,
    jitter: Arc<dyn Jitter>,
}

/// An answer of status 200 to 299 whose body is still to be read.
pub(super) struct Opened {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Transport {
    pub(super) fn new(
        address: Address,
        log: NetworkLog,
        permissions: Arc<dyn Permissions>,
        policy: RetryPolicy,
        jitter: Arc<dyn Jitter>,
        read_timeout: Duration,
    ) -> Result<Self, NetError> {
        let (http, waiting) = (http::client(read_timeout)?, http::client(MAX_WAIT.saturating_add(read_timeout))?);
        Ok(Self { address, http, waiting, log, permissions, policy, jitter })
    }

    /// Sends a request and reads the complete answer.
    pub(super) async fn send(&self, request: &Request) -> Result<Answer, SyncError> {
        let mut attempt = 1;
        loop {
            let answer = match self.attempt(request).await {
                Ok(opened) => read(opened, request.max_answer).await,
                Err(error) => Err(error),
            };
            let Err(error) = answer else { return answer };
            self.pause_after(attempt, request, error).await?;
            attempt += 1;
        }
    }

    /// Sends a request whose answer the caller reads. If the connection breaks off while it does, asking for the rest is the
    /// caller's.
    pub(super) async fn open(&self, request: &Request) -> Result<Opened, SyncError> {
        let mut attempt = 1;
        loop {
            let opened = self.attempt(request).await;
            let Err(error) = opened else { return opened };
            self.pause_after(attempt, request, error).await?;
            attempt += 1;
        }
    }

    /// Waits before the next attempt, or returns the error if there is none.
    async fn pause_after(&self, attempt: u32, request: &Request, error: SyncError) -> Result<(), SyncError> {
        let Some(pause) = self.policy.pause(attempt, &error, request.repeat, self.jitter.as_ref()) else {
            return Err(error);
        };
        tracing::debug!(attempt, pause_ms = pause.as_millis(), %error, "a request is sent again");
        tokio::time::sleep(pause).await;
        Ok(())
    }

    async fn attempt(&self, request: &Request) -> Result<Opened, SyncError> {
        // Asked before each attempt: the user may have changed their mind during a pause.
        if !self.permissions.allows(Feature::Sync) {
            return Err(NetError::NotAllowed.into());
        }
        let url = self.address.join(&request.path, &request.query);
        if !http::is_secure(&url) {
            return Err(NetError::NotSecure.into());
        }
        let server = http::server(&url);
        let client = if request.waits { &self.waiting } else { &self.http };
        let built = client
            .request(request.method.clone(), url)
            .headers(request.headers.clone())
            .header(ACCEPT_ENCODING, "identity")
            .header(headers::PROTOCOL, HeaderValue::from(PROTOCOL))
            .body(request.body.clone())
            .build()
            .map_err(|error| NetError::Setup(http::words(&error)))?;
        let mut entry =
            self.log.begin(Feature::Sync, request.purpose, server, http::sent(&built)).map_err(NetError::from)?;
        let response = match client.execute(built).await {
            Ok(response) => response,
            Err(error) => {
                entry.outcome = Outcome::Failed;
                self.log.end(&entry);
                return Err(http::sort(&error).into());
            }
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        entry.status = Some(status);
        if !answer::is_ours(&headers) {
            entry.outcome = Outcome::Answered;
            self.log.end(&entry);
            let retry_after = answer::retry_after(&headers, Timestamp::now());
            return Err(SyncError::NotOurs { status, retry_after });
        }
        let body = Body::new(0, response, entry, self.log.clone());
        let opened = Opened { status, headers, body };
        match status {
            200..=299 => Ok(opened),
            400..=599 => {
                let answer = read(opened, limits::MAX_JSON_BYTES).await?;
                Err(answer::refusal(status, &answer.headers, &answer.body, Timestamp::now()))
            }
            _ => Err(SyncError::Malformed("the server answered with another address, or with nothing")),
        }
    }
}

/// Reads a body of at most `limit` bytes.
async fn read(opened: Opened, limit: usize) -> Result<Answer, SyncError> {
    let Opened { status, headers, body: mut chunks } = opened;
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(SyncError::TooLong { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body })
}
