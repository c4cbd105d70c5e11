//! Records: frames in, frames out, with the cursor to continue from in a header.

use alexandria_protocol::api::records::{Heads, PullQuery, Pushed};
use alexandria_protocol::cursor::Cursor;
use alexandria_protocol::frame::batch::{self, BatchError};
use alexandria_protocol::headers;
use alexandria_protocol::problem::{Problem, ProblemCode};
use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Authenticated, Frames};
use super::problem::ApiError;
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(push_records, pull_records)).routes(routes!(heads))
}

/// Stores records, all or none. Records that are stored already are done.
#[utoipa::path(post, path = "/records", tag = "records", security(("session" = [])),
    request_body(content = Vec<u8>, content_type = "application/vnd.alexandria.records"),
    responses((status = 200, body = Pushed), (status = 400, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn push_records(
    State(state): State<AppState>,
    session: Authenticated,
    Frames(body): Frames,
) -> Result<Json<Pushed>, ApiError> {
    let frames = batch::decode(&body).map_err(|error| {
        let code = match error {
            BatchError::TooMany | BatchError::TooLong => ProblemCode::TooLarge,
            BatchError::Frame { .. } => ProblemCode::BadFrame,
        };
        ApiError::from(code).because(error)
    })?;
    if frames.is_empty() {
        return Err(ProblemCode::BadFrame.into());
    }
    let appended = state.rules.push_records(session.account, frames).await?;
    Ok(Json(Pushed { end: appended.end.into(), heads: appended.heads.into_iter().map(Into::into).collect() }))
}

/// Reads records after a cursor, from the beginning without one.
#[utoipa::path(get, path = "/records", tag = "records", security(("session" = [])), params(PullQuery),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/vnd.alexandria.records", headers(
            ("Alexandria-Next" = String, description = "The cursor to continue from"),
            ("Alexandria-More" = String, description = "`1` if there is more"))),
        (status = 410, body = Problem)))]
async fn pull_records(
    State(state): State<AppState>,
    session: Authenticated,
    Query(query): Query<PullQuery>,
) -> Result<Response, ApiError> {
    let page = state.rules.pull_records(session.account, query.after.map(Into::into), query.limit).await?;
    let fields = [
        (CONTENT_TYPE.as_str(), headers::FRAMES.to_owned()),
        (headers::NEXT, Cursor::from(page.next).to_string()),
        (headers::MORE, u8::from(page.more).to_string()),
    ];
    let body: Vec<u8> = page.records.into_iter().flat_map(|record| record.frame).collect();
    Ok((fields, Body::from(body)).into_response())
}

/// The ends of all chains.
#[utoipa::path(get, path = "/heads", tag = "records", security(("session" = [])),
    responses((status = 200, body = Heads)))]
async fn heads(State(state): State<AppState>, session: Authenticated) -> Result<Json<Heads>, ApiError> {
    let end = state.rules.log_end(session.account).await?.into();
    let heads = state.rules.heads(session.account).await?;
    Ok(Json(Heads { heads: heads.into_iter().map(Into::into).collect(), end }))
}
