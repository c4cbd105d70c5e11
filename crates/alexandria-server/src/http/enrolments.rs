//! The mailboxes of devices that wait for approval.

use std::time::Duration;

use alexandria_protocol::api::enrolments::{
    EnrolmentAnswer, EnrolmentOffer, EnrolmentQuery, EnrolmentReveal, EnrolmentSeal, EnrolmentState, Enrolments,
};
use alexandria_protocol::ids::EnrolmentId;
use alexandria_protocol::problem::{Problem, ProblemCode};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admission::{Either, SignedInRecently};
use super::extract::{Authenticated, Client, JsonBody};
use super::limits::{Action, Actor};
use super::long_poll::poll;
use super::problem::ApiError;
use crate::service::enrolment::EnrolmentStep;
use crate::state::AppState;
use crate::transient::Topic;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(enrolments))
        .routes(routes!(enrolment, put_enrolment, cancel_enrolment))
        .routes(routes!(answer_enrolment))
        .routes(routes!(reveal_enrolment))
        .routes(routes!(seal_enrolment))
}

/// The enrolments that wait for an answer.
#[utoipa::path(get, path = "/enrolments", tag = "enrolments", security(("session" = [])),
    responses((status = 200, body = Enrolments)))]
async fn enrolments(State(state): State<AppState>, session: Authenticated) -> Result<Json<Enrolments>, ApiError> {
    Ok(Json(Enrolments { enrolments: state.rules.enrolments(session.account).await? }))
}

/// The state of an enrolment; waits for a step, if asked to.
#[utoipa::path(get, path = "/enrolments/{id}", tag = "enrolments", security(("session" = []), ("ticket" = [])),
    params(("id" = String, Path, description = "The enrolment"), EnrolmentQuery),
    responses((status = 200, body = EnrolmentState), (status = 410, body = Problem)))]
async fn enrolment(
    State(state): State<AppState>,
    admitted: Either,
    Path(id): Path<EnrolmentId>,
    Query(query): Query<EnrolmentQuery>,
) -> Result<Json<EnrolmentState>, ApiError> {
    let (account, after) = (admitted.account, query.after.unwrap_or(0));
    let wait = Duration::from_secs(u64::from(query.wait.unwrap_or(0)));
    // A device that is not enrolled has no slots of its own; its account's wait for it.
    let device = admitted.device.unwrap_or(alexandria_protocol::ids::DeviceId::from_bytes(*id.as_bytes()));
    let _slot = if wait.is_zero() { None } else { Some(state.polls.take(account, device)?) };
    let rules = &state.rules;
    let read = || async move {
        let (_, enrolment) = rules.enrolment(account, id).await?;
        let is_news = enrolment.steps > after || enrolment.is_cancelled;
        Ok(is_news.then_some(enrolment))
    };
    let topic = Topic::Enrolment(*id.as_bytes());
    let found = poll(&*state.transient, &state.shutdown, topic, wait, read).await?;
    match found {
        Some(enrolment) => Ok(Json(enrolment)),
        None => Ok(Json(state.rules.enrolment(account, id).await?.1)),
    }
}

/// The new device begins an enrolment with its commitment.
#[utoipa::path(put, path = "/enrolments/{id}", tag = "enrolments", security(("ticket" = [])),
    params(("id" = String, Path, description = "The enrolment")), request_body = EnrolmentOffer,
    responses((status = 200, body = EnrolmentState), (status = 409, body = Problem), (status = 429, body = Problem)))]
async fn put_enrolment(
    State(state): State<AppState>,
    Client(client): Client,
    holder: SignedInRecently,
    Path(id): Path<EnrolmentId>,
    JsonBody(offer): JsonBody<EnrolmentOffer>,
) -> Result<Json<EnrolmentState>, ApiError> {
    let account = holder.account;
    let actors = [Actor::Address(&client), Actor::Account(&account)];
    state.rates.admit(&*state.transient, Action::Enrolment, &actors).await.map_err(|error| {
        match error.problem().retry_after_ms {
            Some(millis) => ApiError::from(Problem::new(ProblemCode::EnrolmentLimit).retry_after_ms(millis)),
            None => error,
        }
    })?;
    Ok(Json(state.rules.start_enrolment(account, id, offer, &client.limit_key()).await?))
}

/// The old device answers with its keys.
#[utoipa::path(post, path = "/enrolments/{id}/answer", tag = "enrolments", security(("session" = [])),
    params(("id" = String, Path, description = "The enrolment")), request_body = EnrolmentAnswer,
    responses((status = 200, body = EnrolmentState), (status = 409, body = Problem), (status = 410, body = Problem)))]
async fn answer_enrolment(
    State(state): State<AppState>,
    session: Authenticated,
    Path(id): Path<EnrolmentId>,
    JsonBody(answer): JsonBody<EnrolmentAnswer>,
) -> Result<Json<EnrolmentState>, ApiError> {
    let step = EnrolmentStep::Answer(answer);
    Ok(Json(state.rules.continue_enrolment(session.account, Some(session.device), id, &step).await?))
}

/// The new device reveals its keys.
#[utoipa::path(post, path = "/enrolments/{id}/reveal", tag = "enrolments", security(("ticket" = [])),
    params(("id" = String, Path, description = "The enrolment")), request_body = EnrolmentReveal,
    responses((status = 200, body = EnrolmentState), (status = 409, body = Problem), (status = 410, body = Problem)))]
async fn reveal_enrolment(
    State(state): State<AppState>,
    holder: SignedInRecently,
    Path(id): Path<EnrolmentId>,
    JsonBody(reveal): JsonBody<EnrolmentReveal>,
) -> Result<Json<EnrolmentState>, ApiError> {
    let step = EnrolmentStep::Reveal(reveal);
    Ok(Json(state.rules.continue_enrolment(holder.account, None, id, &step).await?))
}

/// The old device admits the new one, and seals the keys to it.
#[utoipa::path(post, path = "/enrolments/{id}/seal", tag = "enrolments", security(("session" = [])),
    params(("id" = String, Path, description = "The enrolment")), request_body = EnrolmentSeal,
    responses((status = 200, body = EnrolmentState), (status = 409, body = Problem), (status = 410, body = Problem),
        (status = 422, body = Problem)))]
async fn seal_enrolment(
    State(state): State<AppState>,
    session: Authenticated,
    Path(id): Path<EnrolmentId>,
    JsonBody(seal): JsonBody<EnrolmentSeal>,
) -> Result<Json<EnrolmentState>, ApiError> {
    let step = EnrolmentStep::Seal(Box::new(seal));
    Ok(Json(state.rules.continue_enrolment(session.account, Some(session.device), id, &step).await?))
}

/// Either device cancels.
#[utoipa::path(delete, path = "/enrolments/{id}", tag = "enrolments", security(("session" = []), ("ticket" = [])),
    params(("id" = String, Path, description = "The enrolment")),
    responses((status = 204, description = "It is cancelled"), (status = 409, body = Problem)))]
async fn cancel_enrolment(
    State(state): State<AppState>,
    admitted: Either,
    Path(id): Path<EnrolmentId>,
) -> Result<StatusCode, ApiError> {
    state.rules.continue_enrolment(admitted.account, admitted.device, id, &EnrolmentStep::Cancel).await?;
    Ok(StatusCode::NO_CONTENT)
}
