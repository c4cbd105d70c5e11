//! Another password, with the keys that are wrapped by it.

use alexandria_protocol::api::auth::RegistrationStarted;
use alexandria_protocol::api::keys::{KeysStored, etag};
use alexandria_protocol::api::password::{PasswordFinish, PasswordStart};
use alexandria_protocol::ids::AttemptId;
use alexandria_protocol::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::ETAG;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admission::SignedInRecently;
use super::extract::{IfMatch, JsonBody};
use super::problem::ApiError;
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(password_start)).routes(routes!(password_finish))
}

/// Begins setting another password.
#[utoipa::path(post, path = "/auth/password/start", tag = "auth", security(("ticket" = [])),
    request_body = PasswordStart, responses((status = 200, body = RegistrationStarted), (status = 403, body = Problem)))]
async fn password_start(
    State(state): State<AppState>,
    holder: SignedInRecently,
    JsonBody(request): JsonBody<PasswordStart>,
) -> Result<Json<RegistrationStarted>, ApiError> {
    let (attempt, response) = state.rules.start_password(holder.account, request.request.as_slice()).await?;
    Ok(Json(RegistrationStarted { attempt: AttemptId::from_bytes(attempt), response: response.into() }))
}

/// Sets another password, and the key bundle that belongs to it.
#[utoipa::path(post, path = "/auth/password/finish", tag = "auth", security(("ticket" = [])),
    request_body = PasswordFinish, params(("If-Match" = String, Header, description = "Version of the keys")),
    responses((status = 200, body = KeysStored), (status = 410, body = Problem), (status = 412, body = Problem),
        (status = 428, body = Problem)))]
async fn password_finish(
    State(state): State<AppState>,
    holder: SignedInRecently,
    IfMatch(expected): IfMatch,
    JsonBody(request): JsonBody<PasswordFinish>,
) -> Result<([(HeaderName, String); 1], Json<KeysStored>), ApiError> {
    let version = state.rules.finish_password(holder.account, &holder.ticket, expected, request).await?;
    Ok(([(ETAG, etag(version))], Json(KeysStored { version })))
}
