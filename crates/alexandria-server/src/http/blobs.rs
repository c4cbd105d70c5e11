//! Blobs: announced, uploaded in parts, committed, read in ranges, deleted.

use alexandria_protocol::api::blobs::{
    BlobInfo, BlobKind, BlobOffer, BlobStage, BlobState, Blobs, BlobsQuery, PartRun, etag,
};
use alexandria_protocol::blob::{KeyId, PartDigest};
use alexandria_protocol::headers::{BYTES, CONTENT_DIGEST};
use alexandria_protocol::ids::BlobId;
use alexandria_protocol::limits::{MAX_BLOB_JSON_BYTES, MAX_LIST_ITEMS};
use alexandria_protocol::problem::{Problem, ProblemCode};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Authenticated, JsonBody, PartBody};
use super::problem::ApiError;
use super::range::{Requested, requested};
use crate::service::convert::millis;
use crate::state::AppState;
use crate::store;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(blobs))
        .routes(routes!(put_blob, read_blob, delete_blob))
        .routes(routes!(put_part))
        .routes(routes!(commit_blob))
}

/// Makes sure that the server has, or gets, a blob: creates, claims or undeletes it.
#[utoipa::path(put, path = "/blobs/{id}", tag = "blobs", security(("session" = [])),
    params(("id" = String, Path, description = "The blob")), request_body = BlobOffer,
    responses((status = 200, body = BlobState), (status = 409, body = Problem), (status = 413, body = Problem)))]
async fn put_blob(
    State(state): State<AppState>,
    session: Authenticated,
    Path(id): Path<BlobId>,
    JsonBody(offer): JsonBody<BlobOffer, MAX_BLOB_JSON_BYTES>,
) -> Result<Json<BlobState>, ApiError> {
    let new = store::NewBlob {
        id,
        size: offer.size,
        part_size: offer.part_size,
        digests: offer.parts.iter().map(|digest| *digest.as_bytes()).collect(),
        key_id: *offer.key_id.as_bytes(),
        kind: kind_number(offer.kind)?,
    };
    let blob = state.rules.ensure_blob(session.account, new).await?.blob;
    Ok(Json(BlobState { state: stage(blob.state), missing: PartRun::of(blob.missing) }))
}

/// Stores a part of a blob. Again changes nothing.
#[utoipa::path(put, path = "/blobs/{id}/parts/{part}", tag = "blobs", security(("session" = [])),
    params(("id" = String, Path, description = "The blob"), ("part" = u32, Path, description = "Its number, from 0"),
        ("Content-Digest" = String, Header, description = "SHA-256 (RFC 9530)")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204, description = "It is stored"), (status = 404, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn put_part(
    State(state): State<AppState>,
    session: Authenticated,
    Path((id, part)): Path<(BlobId, u32)>,
    request: HeaderMap,
    PartBody(bytes): PartBody,
) -> Result<StatusCode, ApiError> {
    let digest = request.get(CONTENT_DIGEST).and_then(|value| value.to_str().ok()).and_then(PartDigest::from_header);
    let digest = digest.ok_or(ProblemCode::BadRequest)?;
    state.rules.put_part(session.account, id, part, *digest.as_bytes(), bytes).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a blob complete.
#[utoipa::path(post, path = "/blobs/{id}/commit", tag = "blobs", security(("session" = [])),
    params(("id" = String, Path, description = "The blob")),
    responses((status = 204, description = "It can be read"), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn commit_blob(
    State(state): State<AppState>,
    session: Authenticated,
    Path(id): Path<BlobId>,
) -> Result<StatusCode, ApiError> {
    state.rules.commit_blob(session.account, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads a blob or a range of it.
#[utoipa::path(get, path = "/blobs/{id}", tag = "blobs", security(("session" = [])),
    params(("id" = String, Path, description = "The blob"), ("Range" = Option<String>, Header, description = "One range")),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "The range"), (status = 304, description = "The client has it"),
        (status = 404, body = Problem), (status = 410, body = Problem), (status = 416, body = Problem)))]
async fn read_blob(
    State(state): State<AppState>,
    session: Authenticated,
    Path(id): Path<BlobId>,
    request: HeaderMap,
) -> Result<Response, ApiError> {
    let blob = state.rules.committed_blob(session.account, id).await?;
    let (size, etag) = (blob.declared.size, etag(id));
    let field = |name: HeaderName| request.get(name).and_then(|value| value.to_str().ok());
    let validators = [
        (ETAG, etag.clone()),
        // Content never changes under an id; it is one account's, so no shared cache may store it.
        (CACHE_CONTROL, String::from("private, max-age=31536000, immutable")),
        (ACCEPT_RANGES, String::from("bytes")),
    ];
    if field(IF_NONE_MATCH).is_some_and(|known| known == etag || known == "*") {
        return Ok((StatusCode::NOT_MODIFIED, validators).into_response());
    }
    // A range of another version is of no use: then all of it is sent.
    let range = field(RANGE).filter(|_| field(IF_RANGE).is_none_or(|version| version == etag));
    let (status, bytes) = match requested(range, size) {
        Requested::Complete => (StatusCode::OK, 0..size),
        Requested::Part(bytes) => (StatusCode::PARTIAL_CONTENT, bytes),
        Requested::Unsatisfiable => {
            let error = ApiError::from(ProblemCode::RangeNotSatisfiable);
            return Ok(([(CONTENT_RANGE, format!("bytes */{size}"))], error).into_response());
        }
    };
    let mut fields = vec![(CONTENT_TYPE, BYTES.to_owned()), (CONTENT_LENGTH, (bytes.end - bytes.start).to_string())];
    if status == StatusCode::PARTIAL_CONTENT {
        fields.push((CONTENT_RANGE, format!("bytes {}-{}/{size}", bytes.start, bytes.end - 1)));
    }
    let mut response = (status, validators, Body::from_stream(state.rules.read_blob(&blob, bytes)?)).into_response();
    for (name, value) in fields {
        let value = value.parse().map_err(|_| ApiError::internal())?;
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// Deletes a blob; it can be undeleted for 30 days.
#[utoipa::path(delete, path = "/blobs/{id}", tag = "blobs", security(("session" = [])),
    params(("id" = String, Path, description = "The blob")),
    responses((status = 204, description = "It is deleted, or was not there"), (status = 412, body = Problem)))]
async fn delete_blob(
    State(state): State<AppState>,
    session: Authenticated,
    Path(id): Path<BlobId>,
) -> Result<StatusCode, ApiError> {
    state.rules.delete_blob(session.account, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists blobs in the order of their ids.
#[utoipa::path(get, path = "/blobs", tag = "blobs", security(("session" = [])), params(BlobsQuery),
    responses((status = 200, body = Blobs)))]
async fn blobs(
    State(state): State<AppState>,
    session: Authenticated,
    Query(query): Query<BlobsQuery>,
) -> Result<Json<Blobs>, ApiError> {
    let limit = query.limit.unwrap_or(MAX_LIST_ITEMS).clamp(1, MAX_LIST_ITEMS);
    let stored = state.rules.blobs(session.account, query.after, Some(limit)).await?;
    let is_full = u32::try_from(stored.len()).unwrap_or(u32::MAX) >= limit;
    let next = if is_full { stored.last().map(|blob| blob.declared.id) } else { None };
    Ok(Json(Blobs { blobs: stored.iter().map(info).collect(), next }))
}

fn info(blob: &store::Blob) -> BlobInfo {
    BlobInfo {
        id: blob.declared.id,
        kind: kind(blob.declared.kind),
        state: stage(blob.state),
        size: blob.declared.size,
        key_id: KeyId::from_bytes(blob.declared.key_id),
        committed_ms: None,
        deleted_ms: match blob.state {
            store::BlobState::Deleted { at } => Some(millis(at)),
            store::BlobState::Uploading | store::BlobState::Committed => None,
        },
    }
}

const fn stage(state: store::BlobState) -> BlobStage {
    match state {
        store::BlobState::Uploading => BlobStage::Pending,
        store::BlobState::Committed => BlobStage::Committed,
        store::BlobState::Deleted { .. } => BlobStage::Deleted,
    }
}

/// The stored number of a kind. Numbers are never reused.
fn kind_number(kind: BlobKind) -> Result<u32, ApiError> {
    match kind {
        BlobKind::File => Ok(1),
        BlobKind::Cover => Ok(2),
        BlobKind::Snapshot => Ok(3),
        BlobKind::Unknown => Err(ProblemCode::Invalid.into()),
    }
}

const fn kind(number: u32) -> BlobKind {
    match number {
        1 => BlobKind::File,
        2 => BlobKind::Cover,
        3 => BlobKind::Snapshot,
        _ => BlobKind::Unknown,
    }
}
