//! Sessions: a nonce, a proof of the device's key, and what there is.

use alexandria_protocol::api::sessions::{NonceIssued, NonceRequest, SessionCreated, SessionRequest, Sessions};
use alexandria_protocol::ids::SessionId;
use alexandria_protocol::limits::{NONCE_LIFETIME, SESSION_LIFETIME, SESSION_REFRESH_AGE};
use alexandria_protocol::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Authenticated, Client, JsonBody};
use super::limits::{Action, Actor};
use super::problem::ApiError;
use crate::service::account::session_info;
use crate::service::convert::millis;
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(nonce))
        .routes(routes!(create_session, sessions))
        .routes(routes!(delete_session))
}

/// Gets a nonce for a device's proof. Unknown ids get one as well.
#[utoipa::path(post, path = "/sessions/nonce", tag = "sessions", security(()), request_body = NonceRequest,
    responses((status = 200, body = NonceIssued), (status = 429, body = Problem)))]
async fn nonce(
    State(state): State<AppState>,
    Client(client): Client,
    JsonBody(_request): JsonBody<NonceRequest>,
) -> Result<Json<NonceIssued>, ApiError> {
    state.rates.admit(&*state.transient, Action::Session, &[Actor::Address(&client)]).await?;
    let nonce = state.rules.issue_nonce().await?;
    Ok(Json(NonceIssued { nonce, expires_in_seconds: seconds(NONCE_LIFETIME) }))
}

/// Begins a session.
#[utoipa::path(post, path = "/sessions", tag = "sessions", security(()), request_body = SessionRequest,
    responses((status = 200, body = SessionCreated), (status = 403, body = Problem), (status = 429, body = Problem)))]
async fn create_session(
    State(state): State<AppState>,
    Client(client): Client,
    JsonBody(request): JsonBody<SessionRequest>,
) -> Result<Json<SessionCreated>, ApiError> {
    // By address only: a stranger who names an account must not use up its allowance.
    state.rates.admit(&*state.transient, Action::Session, &[Actor::Address(&client)]).await?;
    let SessionRequest { account, device, nonce, signature } = request;
    let session = state.rules.open_session(account, device, nonce, &signature).await?;
    Ok(Json(SessionCreated {
        session: session.id,
        token: session.token,
        expires_in_seconds: seconds(SESSION_LIFETIME),
        renew_after_seconds: seconds(SESSION_REFRESH_AGE),
        server_time_ms: millis(state.rules.now()),
    }))
}

/// The sessions of the account.
#[utoipa::path(get, path = "/sessions", tag = "sessions", security(("session" = [])),
    responses((status = 200, body = Sessions)))]
async fn sessions(State(state): State<AppState>, current: Authenticated) -> Result<Json<Sessions>, ApiError> {
    let sessions = state.rules.sessions(current.account).await?;
    let sessions = sessions.iter().map(|session| session_info(session, Some(current.session))).collect();
    Ok(Json(Sessions { sessions }))
}

/// Ends a session.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "sessions", security(("session" = [])),
    params(("id" = String, Path, description = "The session")),
    responses((status = 204, description = "It has ended"), (status = 404, body = Problem)))]
async fn delete_session(
    State(state): State<AppState>,
    current: Authenticated,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, ApiError> {
    state.rules.end_session(current.account, current.device, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn seconds(duration: std::time::Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}
