//! Single sign-on: the system's browser, a provider, and the app's own address on loopback. It shows who somebody is; the
//! keys still need another device or the recovery code.

use crate::secret::Ticket;

/// Query of `GET oidc/start`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OidcStart {
    /// Port on 127.0.0.1 to which the browser is sent at the end.
    pub port: u16,
    /// Whatever the app wants to recognize its request by; comes back unchanged. At most 128 letters and digits.
    pub state: String,
    /// PKCE: BASE64URL(SHA-256(verifier)), RFC 7636.
    pub code_challenge: String,
}

/// `POST oidc/finish`: the code that the browser brought, and the PKCE verifier. The answer is
/// [`crate::api::auth::SignedIn`], or [`OidcUnknown`] with status 202 if nobody with this identity has an account yet.
#[derive(Clone, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct OidcFinish {
    /// From the query of the loopback address.
    pub code: String,
    /// PKCE.
    pub code_verifier: String,
}

impl std::fmt::Debug for OidcFinish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OidcFinish(…)")
    }
}

/// The provider knows the person, the server has no account for it.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct OidcUnknown {
    /// Admits one registration, in place of a confirmed e-mail address or an invitation.
    pub ticket: Ticket,
    /// A name that the provider suggests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested_name: Option<String>,
}
