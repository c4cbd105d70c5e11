//! `GET meta`: what the server is and allows. The first request of every client, and the one that a captive portal spoils.

use alexandria_protocol::PROTOCOL;
use alexandria_protocol::api::meta::{Meta, Registration, Transfer};
use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::ApiError;
use crate::config::Registration as Configured;
use crate::state::AppState;

/// The oldest protocol that is understood.
const PROTOCOL_MIN: u32 = 1;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(meta))
}

/// What the server is and allows.
#[utoipa::path(
    get,
    path = "/meta",
    tag = "meta",
    security(()),
    responses(
        (status = 200, body = Meta, headers(("ETag" = String, description = "Changes when anything but the time does"))),
        (status = 304, description = "Nothing has changed since the version of `If-None-Match`"),
    )
)]
async fn meta(State(state): State<AppState>, request: HeaderMap) -> Result<Response, ApiError> {
    let mut meta = Meta {
        protocol_min: PROTOCOL_MIN,
        protocol_max: PROTOCOL,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        server_time_ms: 0,
        registration: match state.config.accounts.registration {
            Configured::Open => Registration::Open,
            Configured::Invite => Registration::Invitation,
            Configured::Closed => Registration::Closed,
        },
        confirms_email: false,
        transfer: Transfer::Proxied,
        part_bytes: state.config.objects.part_bytes,
        single_sign_on: None,
        limits: (*state.limits).clone(),
    };
    let without_time = serde_json::to_vec(&meta).map_err(|error| ApiError::internal().because(error))?;
    let etag = format!("\"{}\"", blake3::hash(&without_time).to_hex());
    // A cache may keep it, and must ask.
    let headers = [(ETAG, etag.clone()), (CACHE_CONTROL, String::from("no-cache"))];
    let is_known = request.get_all(IF_NONE_MATCH).iter().any(|value| value.as_bytes() == etag.as_bytes());
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    meta.server_time_ms = u64::try_from(state.clock.now_ms()).unwrap_or_default();
    Ok((headers, Json(meta)).into_response())
}
