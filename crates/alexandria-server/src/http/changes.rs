//! Waiting for changes: the only notification there is. A plain request, so that every proxy lets it through.

use std::time::Duration;

use alexandria_protocol::api::records::{Changes, ChangesQuery};
use alexandria_protocol::problem::Problem;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Authenticated;
use super::long_poll::poll;
use super::problem::ApiError;
use crate::state::AppState;
use crate::transient::Topic;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(changes))
}

/// Waits until the log goes beyond a cursor.
#[utoipa::path(get, path = "/changes", tag = "records", security(("session" = [])), params(ChangesQuery),
    responses((status = 200, body = Changes), (status = 204, description = "Nothing new in this time"),
        (status = 410, body = Problem)))]
async fn changes(
    State(state): State<AppState>,
    session: Authenticated,
    Query(query): Query<ChangesQuery>,
) -> Result<Response, ApiError> {
    let (account, after) = (session.account, query.after.map(Into::into));
    let wait = Duration::from_secs(u64::from(query.wait.unwrap_or(0)));
    let _slot = if wait.is_zero() { None } else { Some(state.polls.take(account, session.device)?) };
    let rules = &state.rules;
    let read = || async move { Ok(rules.news(account, after).await?) };
    let topic = Topic::Account(*account.as_bytes());
    match poll(&*state.transient, &state.shutdown, topic, wait, read).await? {
        None => Ok(StatusCode::NO_CONTENT.into_response()),
        Some(end) => {
            let heads = state.rules.heads(account).await?.into_iter().map(Into::into).collect();
            Ok(Json(Changes { next: end.into(), heads }).into_response())
        }
    }
}
