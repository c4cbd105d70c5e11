//! Single sign-on: the address for the system's browser, and the exchange of what it brings back.

use alexandria_protocol::api::auth::SignedIn;
use alexandria_protocol::api::oidc::{OidcFinish, OidcStart, OidcUnknown};
use alexandria_protocol::routes;
use url::Url;

use crate::feature::Purpose;
use crate::sync::client::SyncClient;
use crate::sync::error::SyncError;
use crate::sync::request::Request;

/// Status of an answer about somebody who has no account yet.
const UNKNOWN_STATUS: u16 = 202;

/// What the server knows about whoever signed on.
#[derive(Clone, Debug)]
pub enum OidcAnswer {
    /// There is an account.
    SignedIn(SignedIn),
    /// There is none yet.
    Unknown(OidcUnknown),
}

impl SyncClient {
    /// The address for the system's browser. Nothing is sent here.
    #[must_use]
    pub fn oidc_address(&self, query: &OidcStart) -> Url {
        let OidcStart { port, state, code_challenge } = query;
        let query = [("port", port.to_string()), ("state", state.clone()), ("code_challenge", code_challenge.clone())];
        self.address().join(&routes::oidc_start(), &query)
    }

    /// Exchanges the code that the browser brought back.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn oidc_finish(&self, body: &OidcFinish) -> Result<OidcAnswer, SyncError> {
        let request = Request::post(routes::oidc_finish(), Purpose::SignIn).json(body)?.single_use();
        let answer = self.send(request).await?;
        if answer.status == UNKNOWN_STATUS {
            answer.json().map(OidcAnswer::Unknown)
        } else {
            answer.json().map(OidcAnswer::SignedIn)
        }
    }
}
