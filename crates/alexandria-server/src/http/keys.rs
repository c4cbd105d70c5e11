//! The account's wrapped keys, replaced only by whoever knows the version before.

use alexandria_protocol::api::keys::{KeyBundle, KeysStored, etag};
use alexandria_protocol::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::ETAG;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admission::{Confirmed, Either};
use super::extract::{IfMatch, JsonBody};
use super::problem::ApiError;
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(keys, put_keys))
}

/// The wrapped keys of the account.
#[utoipa::path(get, path = "/keys", tag = "keys", security(("session" = []), ("ticket" = [])),
    responses((status = 200, body = KeyBundle, headers(("ETag" = String, description = "The version in quotes")))))]
async fn keys(
    State(state): State<AppState>,
    admitted: Either,
) -> Result<([(HeaderName, String); 1], Json<KeyBundle>), ApiError> {
    let (bundle, version) = state.rules.keys(admitted.account).await?;
    Ok(([(ETAG, etag(version))], Json(bundle)))
}

/// Replaces the wrapped keys.
#[utoipa::path(put, path = "/keys", tag = "keys", security(("session" = [], "ticket" = [])), request_body = KeyBundle,
    params(("If-Match" = String, Header, description = "The version that is replaced")),
    responses((status = 200, body = KeysStored), (status = 412, body = Problem), (status = 428, body = Problem)))]
async fn put_keys(
    State(state): State<AppState>,
    confirmed: Confirmed,
    IfMatch(expected): IfMatch,
    JsonBody(bundle): JsonBody<KeyBundle>,
) -> Result<([(HeaderName, String); 1], Json<KeysStored>), ApiError> {
    let session = confirmed.session;
    let version = state.rules.put_keys(session.account, session.device, expected, bundle).await?;
    Ok(([(ETAG, etag(version))], Json(KeysStored { version })))
}
