//! Setting up second factors: authenticator apps and backup codes.

use alexandria_protocol::api::factors::{BackupCodes, Factor, FactorAdded, Factors, TotpFinish, TotpStarted};
use alexandria_protocol::ids::{AttemptId, FactorId};
use alexandria_protocol::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admission::Confirmed;
use super::extract::{Authenticated, JsonBody};
use super::limits::{Action, Actor};
use super::problem::ApiError;
use crate::service::account::factor_kind;
use crate::service::convert::millis;
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(factors))
        .routes(routes!(totp_start))
        .routes(routes!(totp_finish))
        .routes(routes!(backup_codes))
        .routes(routes!(delete_factor))
}

/// The second factors of the account.
#[utoipa::path(get, path = "/factors", tag = "factors", security(("session" = [])),
    responses((status = 200, body = Factors)))]
async fn factors(State(state): State<AppState>, session: Authenticated) -> Result<Json<Factors>, ApiError> {
    let (factors, left) = state.rules.factors(session.account).await?;
    let factors = factors.iter().map(|factor| Factor {
        id: factor.id,
        kind: factor_kind(&factor.kind),
        created_ms: millis(factor.created_at),
        last_used_ms: None,
    });
    Ok(Json(Factors { factors: factors.collect(), backup_codes_left: u32::try_from(left).unwrap_or(u32::MAX) }))
}

/// Begins setting up one-time passwords.
#[utoipa::path(post, path = "/factors/totp/start", tag = "factors", security(("session" = [], "ticket" = [])),
    responses((status = 200, body = TotpStarted), (status = 422, body = Problem)))]
async fn totp_start(State(state): State<AppState>, confirmed: Confirmed) -> Result<Json<TotpStarted>, ApiError> {
    let started = state.rules.start_totp(confirmed.session.account).await?;
    Ok(Json(TotpStarted {
        attempt: AttemptId::from_bytes(started.attempt),
        secret: started.secret.to_string(),
        uri: started.uri.to_string(),
    }))
}

/// Ends setting up one-time passwords.
#[utoipa::path(post, path = "/factors/totp/finish", tag = "factors", security(("session" = [], "ticket" = [])),
    request_body = TotpFinish,
    responses((status = 200, body = FactorAdded), (status = 403, body = Problem), (status = 410, body = Problem)))]
async fn totp_finish(
    State(state): State<AppState>,
    confirmed: Confirmed,
    JsonBody(request): JsonBody<TotpFinish>,
) -> Result<Json<FactorAdded>, ApiError> {
    let account = confirmed.session.account;
    state.rates.admit(&*state.transient, Action::SecondFactor, &[Actor::Account(&account)]).await?;
    let id = state.rules.finish_totp(account, request.attempt.as_bytes(), &request.code).await?;
    Ok(Json(FactorAdded { id }))
}

/// Replaces the backup codes.
#[utoipa::path(post, path = "/factors/backup-codes", tag = "factors", security(("session" = [], "ticket" = [])),
    responses((status = 200, body = BackupCodes), (status = 422, body = Problem)))]
async fn backup_codes(State(state): State<AppState>, confirmed: Confirmed) -> Result<Json<BackupCodes>, ApiError> {
    Ok(Json(BackupCodes { codes: state.rules.new_backup_codes(confirmed.session.account).await? }))
}

/// Removes a second factor.
#[utoipa::path(delete, path = "/factors/{id}", tag = "factors", security(("session" = [], "ticket" = [])),
    params(("id" = String, Path, description = "The factor")),
    responses((status = 204, description = "It is gone"), (status = 404, body = Problem)))]
async fn delete_factor(
    State(state): State<AppState>,
    confirmed: Confirmed,
    Path(id): Path<FactorId>,
) -> Result<StatusCode, ApiError> {
    state.rules.delete_factor(confirmed.session.account, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
