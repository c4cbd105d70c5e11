//! HTTP requests, each permitted and listed.

use std::fmt::Debug;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use alexandria_domain::{CodedError, ErrorCode};
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT_ENCODING, RANGE};
use url::Url;

use crate::Feature;
use crate::log::{Entry, LogError, NetworkLog, Outcome};

/// Says nothing about version, system or user.
const USER_AGENT: &str = "Alexandria";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Time without a byte after which a connection counts as dead.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Which features may make requests. Asked before each request, so that a switch takes effect at once.
pub trait Permissions: Debug + Send + Sync {
    /// Whether the user allows `feature` to make requests now.
    fn allows(&self, feature: Feature) -> bool;
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The user does not allow this feature to make requests.
    #[error("this feature may not use the network; allow it in the settings")]
    NotAllowed,
    /// The address is neither `https` nor on this computer.
    #[error("the address is not protected by TLS")]
    NotSecure,
    /// No connection.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// Somebody answers, but not the server with a certificate that this system trusts: a login page of the network, somebody
    /// who listens, a clock that is wrong.
    #[error("there is no secure connection to the server: {0}")]
    NotTrusted(String),
    /// The server took too long.
    #[error("the server takes too long to answer")]
    TimedOut,
    /// The server has no such file.
    #[error("the server has no such file")]
    NotFound,
    /// Any other answer but the file, including one that leads to another address.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The connection broke off.
    #[error("the connection broke off: {0}")]
    Interrupted(String),
    /// See [`LogError`].
    #[error(transparent)]
    Log(#[from] LogError),
    /// The client cannot be set up, for example because the system has no certificates.
    #[error("the network client cannot be started: {0}")]
    Setup(String),
}

impl CodedError for NetError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotAllowed => ErrorCode::PermissionDenied,
            Self::NotSecure => ErrorCode::InvalidInput,
            Self::NotFound => ErrorCode::NotFound,
            Self::Unreachable(_) | Self::NotTrusted(_) | Self::TimedOut | Self::Status(_) | Self::Interrupted(_) => {
                ErrorCode::Offline
            }
            Self::Log(error) => error.code(),
            Self::Setup(_) => ErrorCode::Internal,
        }
    }
}

/// The body of an answer.
pub struct Body {
    /// Where in the file it begins, in bytes.
    pub offset: u64,
    bytes: BoxStream<'static, Result<Bytes, NetError>>,
    entry: Entry,
    log: NetworkLog,
}

impl Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Body").field("offset", &self.offset).finish_non_exhaustive()
    }
}

impl Stream for Body {
    type Item = Result<Bytes, NetError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let poll = self.bytes.poll_next_unpin(context);
        match &poll {
            Poll::Ready(Some(Ok(bytes))) => {
                self.entry.received += u64::try_from(bytes.len()).unwrap_or_default();
            }
            Poll::Ready(Some(Err(_))) => self.entry.outcome = Outcome::Failed,
            Poll::Ready(None) if self.entry.outcome == Outcome::Unfinished => self.entry.outcome = Outcome::Answered,
            Poll::Ready(None) | Poll::Pending => {}
        }
        poll
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.log.end(&self.entry);
    }
}

/// Makes requests.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    log: NetworkLog,
    permissions: Arc<dyn Permissions>,
}

impl Client {
    /// A client that asks `permissions` and writes to `log`.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(log: NetworkLog, permissions: Arc<dyn Permissions>) -> Result<Self, NetError> {
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            // Another server would be one that the user was not told of, and the log would not list.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_gzip()
            .build()
            .map_err(|error| NetError::Setup(words(&error)))?;
        Ok(Self { http, log, permissions })
    }

    /// Fetches `url` from byte `offset` on, if the server can do that.
    ///
    /// # Errors
    /// When the user does not allow it, or there is no answer with the file.
    pub async fn get(&self, feature: Feature, url: &Url, offset: u64) -> Result<Body, NetError> {
        if !self.permissions.allows(feature) {
            return Err(NetError::NotAllowed);
        }
        if !is_secure(url) {
            return Err(NetError::NotSecure);
        }
        let mut request = self.http.get(url.clone()).header(ACCEPT_ENCODING, "identity");
        if offset > 0 {
            request = request.header(RANGE, format!("bytes={offset}-"));
        }
        let request = request.build().map_err(|error| NetError::Setup(words(&error)))?;
        let headers: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        let sent = u64::try_from(url.as_str().len() + headers).unwrap_or_default();
        let mut entry = self.log.begin(feature, server(url), sent)?;
        let response = match self.http.execute(request).await {
            Ok(response) => response,
            Err(error) => {
                entry.outcome = Outcome::Failed;
                self.log.end(&entry);
                return Err(sort(&error));
            }
        };
        let status = response.status();
        entry.status = Some(status.as_u16());
        let refusal = match status {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => None,
            StatusCode::NOT_FOUND | StatusCode::GONE => Some(NetError::NotFound),
            other => Some(NetError::Status(other.as_u16())),
        };
        if let Some(error) = refusal {
            entry.outcome = Outcome::Answered;
            self.log.end(&entry);
            return Err(error);
        }
        let offset = if status == StatusCode::PARTIAL_CONTENT { offset } else { 0 };
        let bytes = response.bytes_stream().map(|chunk| chunk.map_err(|error| sort(&error))).boxed();
        Ok(Body { offset, bytes, entry, log: self.log.clone() })
    }
}

/// Whether nobody between here and the server can read or change what is sent: TLS, or a server on this computer.
fn is_secure(url: &Url) -> bool {
    let is_local = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    url.scheme() == "https" || (url.scheme() == "http" && is_local)
}

fn server(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn sort(error: &reqwest::Error) -> NetError {
    if error.is_timeout() {
        NetError::TimedOut
    } else if error.is_connect() && is_tls(error) {
        NetError::NotTrusted(words(error))
    } else if error.is_connect() {
        NetError::Unreachable(words(error))
    } else {
        NetError::Interrupted(words(error))
    }
}

/// Whether the server was reached and TLS failed: its errors are I/O errors about data, of which a connection has none before.
fn is_tls(error: &reqwest::Error) -> bool {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.filter_map(|cause| cause.downcast_ref::<io::Error>()).any(is_about_data)
}

/// An I/O error that wraps another one does not name it as its source.
fn is_about_data(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<io::Error>());
    error.kind() == io::ErrorKind::InvalidData || inner.is_some_and(is_about_data)
}

/// The last cause of an error, which says more than its first line and never contains the address.
fn words(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests;
