//! The account: usage, export, erasure and what happened to it.

use alexandria_protocol::api::account::{
    Account, AccountEvents, AccountExport, EraseAccount, ErasureScheduled, EventsQuery, Usage,
};
use alexandria_protocol::problem::Problem;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admission::{Confirmed, SignedInRecently};
use super::extract::{Authenticated, JsonBody};
use super::problem::ApiError;
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(usage))
        .routes(routes!(account))
        .routes(routes!(export_account))
        .routes(routes!(erase_account))
        .routes(routes!(restore_account))
        .routes(routes!(account_events))
}

/// What the account uses.
#[utoipa::path(get, path = "/usage", tag = "account", security(("session" = [])),
    responses((status = 200, body = Usage)))]
async fn usage(State(state): State<AppState>, session: Authenticated) -> Result<Json<Usage>, ApiError> {
    Ok(Json(state.rules.usage(session.account).await?))
}

/// The account.
#[utoipa::path(get, path = "/account", tag = "account", security(("session" = [])),
    responses((status = 200, body = Account)))]
async fn account(State(state): State<AppState>, session: Authenticated) -> Result<Json<Account>, ApiError> {
    Ok(Json(state.rules.account(session.account).await?))
}

/// Everything that the server knows about the account in plaintext.
#[utoipa::path(post, path = "/account/export", tag = "account", security(("session" = [], "ticket" = [])),
    responses((status = 200, body = AccountExport)))]
async fn export_account(State(state): State<AppState>, confirmed: Confirmed) -> Result<Json<AccountExport>, ApiError> {
    Ok(Json(state.rules.export(confirmed.session.account, confirmed.session.device).await?))
}

/// Requests the erasure of the account: session, ticket and a proof of the device's key.
#[utoipa::path(post, path = "/account/erase", tag = "account", security(("session" = [], "ticket" = [])),
    request_body = EraseAccount, responses((status = 200, body = ErasureScheduled), (status = 403, body = Problem)))]
async fn erase_account(
    State(state): State<AppState>,
    confirmed: Confirmed,
    JsonBody(request): JsonBody<EraseAccount>,
) -> Result<Json<ErasureScheduled>, ApiError> {
    let session = confirmed.session;
    let EraseAccount { nonce, signature } = request;
    let erasure =
        state.rules.request_erasure(session.account, session.device, nonce, &signature, &confirmed.ticket).await?;
    Ok(Json(erasure))
}

/// Takes the request back.
#[utoipa::path(post, path = "/account/restore", tag = "account", security(("ticket" = [])),
    responses((status = 204, description = "The account is in use again")))]
async fn restore_account(State(state): State<AppState>, holder: SignedInRecently) -> Result<StatusCode, ApiError> {
    state.rules.restore_account(holder.account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What happened to the account.
#[utoipa::path(get, path = "/account/events", tag = "account", security(("session" = [])), params(EventsQuery),
    responses((status = 200, body = AccountEvents)))]
async fn account_events(
    State(state): State<AppState>,
    session: Authenticated,
    Query(query): Query<EventsQuery>,
) -> Result<Json<AccountEvents>, ApiError> {
    Ok(Json(state.rules.events(session.account, query.after, query.limit).await?))
}
