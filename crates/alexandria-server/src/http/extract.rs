//! What handlers take from a request: who sent it, and bodies of bounded size.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use alexandria_protocol::headers;
use alexandria_protocol::ids::{AccountId, DeviceId, SessionId};
use alexandria_protocol::limits::MAX_JSON_BYTES;
use alexandria_protocol::problem::ProblemCode;
use alexandria_protocol::secret::{SessionToken, Ticket};
use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, IF_MATCH};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::body::read_body;
use super::client_ip::ClientAddress;
use super::limits::{Action, Actor};
use super::problem::ApiError;
use crate::state::AppState;
use crate::store::UnixMillis;

/// The device that sent the request. Its session is valid and its account's allowance is not used up.
#[derive(Debug, Clone, Copy)]
pub struct Authenticated {
    /// The account.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
    /// The session.
    pub session: SessionId,
}

impl FromRequestParts<AppState> for Authenticated {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let session = match bearer(&parts.headers) {
            Some(token) => state.store.session_by_token(token.digest(), UnixMillis(state.clock.now_ms())).await?,
            None => None,
        };
        let Some(session) = session else {
            // Guessing costs allowance; using a session that has ended does, too, but only once in a while.
            let address = client_address(parts, state);
            let actors = [Actor::Address(&address)];
            state.rates.admit(&*state.transient, Action::UnknownSession, &actors).await?;
            return Err(ProblemCode::Unauthenticated.into());
        };
        let authenticated = Self { account: session.account, device: session.device, session: session.id };
        let actors = [Actor::Account(&authenticated.account)];
        state.rates.admit(&*state.transient, Action::Request, &actors).await?;
        Ok(authenticated)
    }
}

fn bearer(headers: &HeaderMap) -> Option<SessionToken> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") { token.trim().parse().ok() } else { None }
}

/// The ticket of a recent sign-in, not yet checked.
#[derive(Debug, Clone)]
pub struct TicketHeader(pub Ticket);

impl FromRequestParts<AppState> for TicketHeader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, ApiError> {
        let header = parts.headers.get(headers::TICKET).ok_or(ProblemCode::TicketRequired)?;
        let ticket = header.to_str().ok().and_then(|text| text.parse().ok());
        ticket.map(Self).ok_or_else(|| ProblemCode::TicketRequired.into())
    }
}

/// The address of the client, behind whatever proxies are trusted.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub ClientAddress);

impl FromRequestParts<AppState> for Client {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        Ok(Self(client_address(parts, state)))
    }
}

fn client_address(parts: &Parts, state: &AppState) -> ClientAddress {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    // Without a socket, as when a test calls the router, all clients share one limit.
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
    ClientAddress::of(peer, &parts.headers, &state.config.listen.trusted_proxies)
}

/// The version that a request replaces (`If-Match: "3"`); 428 without it.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub u64);

impl FromRequestParts<AppState> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, ApiError> {
        let header = parts.headers.get(IF_MATCH).ok_or(ProblemCode::ConditionRequired)?;
        let text = header.to_str().ok().and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
        let version = text.and_then(|text| text.parse().ok());
        version.map(Self).ok_or_else(|| ProblemCode::BadRequest.into())
    }
}

/// A JSON body of at most 64 KiB, or of at most `MAX` bytes.
#[derive(Debug, Clone, Copy)]
pub struct JsonBody<T, const MAX: usize = MAX_JSON_BYTES>(pub T);

impl<T: DeserializeOwned, const MAX: usize> FromRequest<AppState> for JsonBody<T, MAX> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &AppState) -> Result<Self, ApiError> {
        expect_media_type(&request, headers::JSON)?;
        let bytes = read_body(request, MAX).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => ProblemCode::Invalid.into(),
            _ => ProblemCode::BadRequest.into(),
        })
    }
}

/// A body of record frames, at most as long as a push may be.
#[derive(Debug, Clone)]
pub struct Frames(pub Bytes);

impl FromRequest<AppState> for Frames {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        expect_media_type(&request, headers::FRAMES)?;
        let limit = usize::try_from(state.limits.push_bytes).unwrap_or(usize::MAX);
        read_body(request, limit).await.map(Self)
    }
}

/// A part of a blob, at most as long as parts are.
#[derive(Debug, Clone)]
pub struct PartBody(pub Bytes);

impl FromRequest<AppState> for PartBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        expect_media_type(&request, headers::BYTES)?;
        let limit = usize::try_from(state.config.objects.part_bytes).unwrap_or(usize::MAX);
        read_body(request, limit).await.map(Self)
    }
}

/// Refuses a body of another media type; parameters such as a character set do not matter.
fn expect_media_type(request: &Request, expected: &str) -> Result<(), ApiError> {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(expected) { Ok(()) } else { Err(ProblemCode::MediaType.into()) }
}
