//! The account's devices: their signed log, admission and revocation.

use alexandria_protocol::api::devices::{DeviceLogStored, Devices};
use alexandria_protocol::devices::DeviceEntry;
use alexandria_protocol::ids::DeviceId;
use alexandria_protocol::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admission::{Confirmed, Either};
use super::extract::JsonBody;
use super::problem::ApiError;
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(devices)).routes(routes!(put_device)).routes(routes!(revoke_device))
}

/// The device log.
#[utoipa::path(get, path = "/devices", tag = "devices", security(("session" = []), ("ticket" = [])),
    responses((status = 200, body = Devices)))]
async fn devices(State(state): State<AppState>, admitted: Either) -> Result<Json<Devices>, ApiError> {
    Ok(Json(state.rules.devices(admitted.account).await?))
}

/// Admits a device. Who may is in the signed statement; session or ticket says whose account it is.
#[utoipa::path(put, path = "/devices/{id}", tag = "devices", security(("session" = []), ("ticket" = [])),
    params(("id" = String, Path, description = "The new device")), request_body = DeviceEntry,
    responses((status = 200, body = DeviceLogStored), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn put_device(
    State(state): State<AppState>,
    admitted: Either,
    Path(id): Path<DeviceId>,
    JsonBody(entry): JsonBody<DeviceEntry>,
) -> Result<Json<DeviceLogStored>, ApiError> {
    Ok(Json(DeviceLogStored { end: state.rules.add_device(admitted.account, id, &entry).await? }))
}

/// Revokes a device.
#[utoipa::path(post, path = "/devices/{id}/revoke", tag = "devices", security(("session" = [], "ticket" = [])),
    params(("id" = String, Path, description = "The device")), request_body = DeviceEntry,
    responses((status = 200, body = DeviceLogStored), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn revoke_device(
    State(state): State<AppState>,
    confirmed: Confirmed,
    Path(id): Path<DeviceId>,
    JsonBody(entry): JsonBody<DeviceEntry>,
) -> Result<Json<DeviceLogStored>, ApiError> {
    let session = confirmed.session;
    let end = state.rules.revoke_device(session.account, session.device, id, &entry).await?;
    Ok(Json(DeviceLogStored { end }))
}
