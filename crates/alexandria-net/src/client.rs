//! Downloads, each permitted and listed.

use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{ACCEPT_ENCODING, RANGE};
use url::Url;

use crate::body::Body;
use crate::error::NetError;
use crate::feature::{Feature, Purpose};
use crate::http;
use crate::log::{NetworkLog, Outcome};
use crate::permission::Permissions;

/// Time without a byte after which a connection counts as dead.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

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
        let http = http::client(READ_TIMEOUT)?;
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
        if !http::is_secure(url) {
            return Err(NetError::NotSecure);
        }
        let mut request = self.http.get(url.clone()).header(ACCEPT_ENCODING, "identity");
        if offset > 0 {
            request = request.header(RANGE, format!("bytes={offset}-"));
        }
        let request = request.build().map_err(|error| NetError::Setup(http::words(&error)))?;
        let mut entry = self.log.begin(feature, Purpose::Download, http::server(url), http::sent(&request))?;
        let response = match self.http.execute(request).await {
            Ok(response) => response,
            Err(error) => {
                entry.outcome = Outcome::Failed;
                self.log.end(&entry);
                return Err(http::sort(&error));
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
        Ok(Body::new(offset, response, entry, self.log.clone()))
    }
}

#[cfg(test)]
mod tests;
