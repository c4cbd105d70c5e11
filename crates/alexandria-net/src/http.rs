//! The HTTP client underneath: how it is set up, and what its errors mean.

use std::io;
use std::time::Duration;

use reqwest::Request;
use url::Url;

use crate::error::NetError;

/// Says nothing about version, system or user.
const USER_AGENT: &str = "Alexandria";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// A client that gives up after `read_timeout` without a byte.
///
/// # Errors
/// When TLS cannot be set up.
pub(crate) fn client(read_timeout: Duration) -> Result<reqwest::Client, NetError> {
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(read_timeout)
        // Another server would be one that the user was not told of, and the log would not list.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_gzip()
        .build()
        .map_err(|error| NetError::Setup(words(&error)))
}

/// Bytes of a request's address, headers and body, about.
pub(crate) fn sent(request: &Request) -> u64 {
    let headers: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    let body = request.body().and_then(|body| body.as_bytes()).map_or(0, <[u8]>::len);
    u64::try_from(request.url().as_str().len() + headers + body).unwrap_or_default()
}

/// Whether nobody between here and the server can read or change what is sent: TLS, or a server on this computer.
pub(crate) fn is_secure(url: &Url) -> bool {
    let is_local = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    url.scheme() == "https" || (url.scheme() == "http" && is_local)
}

/// The server of an address, with the port if it is unusual.
pub(crate) fn server(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// What an error of the HTTP client is to a caller.
pub(crate) fn sort(error: &reqwest::Error) -> NetError {
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
pub(crate) fn words(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
