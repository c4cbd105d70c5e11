//! Snapshots: announced, committed, listed.

use alexandria_protocol::api::snapshots::{SnapshotOffer, Snapshots};
use alexandria_protocol::ids::SnapshotId;
use alexandria_protocol::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Authenticated, JsonBody};
use super::problem::ApiError;
use crate::state::AppState;

/// Longest announcement in bytes: 1,000 chains of about 250 bytes.
const MAX_OFFER_BYTES: usize = 320 * 1024;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(snapshots)).routes(routes!(put_snapshot)).routes(routes!(commit_snapshot))
}

/// The snapshots that the server has.
#[utoipa::path(get, path = "/snapshots", tag = "snapshots", security(("session" = [])),
    responses((status = 200, body = Snapshots)))]
async fn snapshots(State(state): State<AppState>, session: Authenticated) -> Result<Json<Snapshots>, ApiError> {
    Ok(Json(Snapshots { snapshots: state.rules.snapshots(session.account).await? }))
}

/// Announces a snapshot.
#[utoipa::path(put, path = "/snapshots/{id}", tag = "snapshots", security(("session" = [])),
    params(("id" = String, Path, description = "The snapshot")), request_body = SnapshotOffer,
    responses((status = 204, description = "It is announced"), (status = 422, body = Problem)))]
async fn put_snapshot(
    State(state): State<AppState>,
    session: Authenticated,
    Path(id): Path<SnapshotId>,
    JsonBody(offer): JsonBody<SnapshotOffer, MAX_OFFER_BYTES>,
) -> Result<StatusCode, ApiError> {
    state.rules.put_snapshot(session.account, session.device, id, &offer).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a snapshot count.
#[utoipa::path(post, path = "/snapshots/{id}/commit", tag = "snapshots", security(("session" = [])),
    params(("id" = String, Path, description = "The snapshot")),
    responses((status = 200, body = Snapshots), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn commit_snapshot(
    State(state): State<AppState>,
    session: Authenticated,
    Path(id): Path<SnapshotId>,
) -> Result<Json<Snapshots>, ApiError> {
    state.rules.commit_snapshot(session.account, id).await?;
    Ok(Json(Snapshots { snapshots: state.rules.snapshots(session.account).await? }))
}
