//! Invitations of members, where the operator allows them.

use std::time::Duration;

use alexandria_protocol::api::invitations::{CreateInvitation, InvitationCreated, InvitationInfo, Invitations};
use alexandria_protocol::ids::InvitationId;
use alexandria_protocol::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Authenticated, JsonBody};
use super::problem::ApiError;
use crate::service::convert::millis;
use crate::service::invitations::invitation_id;
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(invitations, create_invitation)).routes(routes!(delete_invitation))
}

/// The invitations that the account made and that were not used.
#[utoipa::path(get, path = "/invitations", tag = "invitations", security(("session" = [])),
    responses((status = 200, body = Invitations)))]
async fn invitations(State(state): State<AppState>, session: Authenticated) -> Result<Json<Invitations>, ApiError> {
    let invitations = state.rules.member_invitations(session.account).await?;
    let invitations = invitations.into_iter().map(|invitation| InvitationInfo {
        id: invitation_id(&invitation.hash),
        created_ms: millis(invitation.created_at),
        expires_ms: millis(invitation.expires_at),
        is_used: invitation.uses_left == 0,
    });
    Ok(Json(Invitations { invitations: invitations.collect() }))
}

/// Makes an invitation.
#[utoipa::path(post, path = "/invitations", tag = "invitations", security(("session" = [])),
    request_body = CreateInvitation, responses((status = 200, body = InvitationCreated), (status = 403, body = Problem)))]
async fn create_invitation(
    State(state): State<AppState>,
    session: Authenticated,
    JsonBody(request): JsonBody<CreateInvitation>,
) -> Result<Json<InvitationCreated>, ApiError> {
    let lifetime = request.valid_seconds.map(|seconds| Duration::from_secs(u64::from(seconds)));
    let invitation = state.rules.invite_as_member(session.account, lifetime).await?;
    Ok(Json(InvitationCreated {
        id: invitation.id,
        token: invitation.token,
        expires_ms: millis(invitation.expires_at),
    }))
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/invitations/{id}", tag = "invitations", security(("session" = [])),
    params(("id" = String, Path, description = "The invitation")),
    responses((status = 204, description = "It admits nobody"), (status = 404, body = Problem)))]
async fn delete_invitation(
    State(state): State<AppState>,
    session: Authenticated,
    Path(id): Path<InvitationId>,
) -> Result<StatusCode, ApiError> {
    state.rules.withdraw_invitation(session.account, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
