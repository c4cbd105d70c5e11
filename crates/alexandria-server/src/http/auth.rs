//! Sign-up, sign-in, second factor and recovery.

use alexandria_protocol::api::auth::{
    FactorKind, LoginFinish, LoginStart, LoginStarted, Recover, RegisterFinish, RegisterStart, RegistrationStarted,
    SecondFactor, SignedIn,
};
use alexandria_protocol::ids::AttemptId;
use alexandria_protocol::limits::TICKET_LIFETIME;
use alexandria_protocol::problem::{Problem, ProblemCode};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Client, JsonBody, TicketHeader};
use super::limits::{Action, Actor};
use super::problem::ApiError;
use crate::service::account::factor_kind;
use crate::service::login::FinishedLogin;
use crate::service::login_name::LoginName;
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register_start))
        .routes(routes!(register_finish))
        .routes(routes!(login_start))
        .routes(routes!(login_finish))
        .routes(routes!(second_factor))
        .routes(routes!(recover))
}

/// Begins a sign-up.
#[utoipa::path(post, path = "/auth/register/start", tag = "auth", security(()), request_body = RegisterStart,
    responses((status = 200, body = RegistrationStarted), (status = 403, body = Problem), (status = 429, body = Problem)))]
async fn register_start(
    State(state): State<AppState>,
    Client(client): Client,
    JsonBody(request): JsonBody<RegisterStart>,
) -> Result<Json<RegistrationStarted>, ApiError> {
    state.rates.admit(&*state.transient, Action::Registration, &[Actor::Address(&client)]).await?;
    let login = login_name(&request.name)?;
    let started =
        state.rules.start_registration(&login, request.invitation.as_ref(), request.request.as_slice()).await?;
    Ok(Json(RegistrationStarted { attempt: AttemptId::from_bytes(started.attempt), response: started.response.into() }))
}

/// Creates the account.
#[utoipa::path(post, path = "/auth/register/finish", tag = "auth", security(()), request_body = RegisterFinish,
    responses((status = 204, description = "The account exists"), (status = 409, body = Problem),
        (status = 410, body = Problem), (status = 422, body = Problem)))]
async fn register_finish(
    State(state): State<AppState>,
    Client(client): Client,
    JsonBody(request): JsonBody<RegisterFinish>,
) -> Result<StatusCode, ApiError> {
    // An attempt was paid for at its start, and is used once.
    state.rules.finish_registration(request, &client.limit_key()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins a sign-in.
#[utoipa::path(post, path = "/auth/login/start", tag = "auth", security(()), request_body = LoginStart,
    responses((status = 200, body = LoginStarted, description = "Also for an unknown name"),
        (status = 429, body = Problem)))]
async fn login_start(
    State(state): State<AppState>,
    Client(client): Client,
    JsonBody(request): JsonBody<LoginStart>,
) -> Result<Json<LoginStarted>, ApiError> {
    let login = login_name(&request.name)?;
    let actors = [Actor::Address(&client), Actor::AccountName(login.as_str())];
    state.rates.admit(&*state.transient, Action::SignIn, &actors).await?;
    let started = state.rules.start_login(&login, request.request.as_slice()).await?;
    Ok(Json(LoginStarted {
        attempt: AttemptId::from_bytes(started.attempt),
        response: started.response.into(),
        ksf: started.ksf,
    }))
}

/// Checks the password.
#[utoipa::path(post, path = "/auth/login/finish", tag = "auth", security(()), request_body = LoginFinish,
    responses((status = 200, body = SignedIn), (status = 403, body = Problem), (status = 429, body = Problem)))]
async fn login_finish(
    State(state): State<AppState>,
    Client(client): Client,
    JsonBody(request): JsonBody<LoginFinish>,
) -> Result<Json<SignedIn>, ApiError> {
    // The attempt was paid for at its start, and is used once: here is nothing to guess.
    let (attempt, message) = (request.attempt.as_bytes(), request.finalization.as_slice());
    Ok(Json(signed_in(state.rules.finish_login(attempt, message, &client.limit_key()).await?)))
}

/// Checks a second factor.
#[utoipa::path(post, path = "/auth/second-factor", tag = "auth", security(("ticket" = [])), request_body = SecondFactor,
    responses((status = 200, body = SignedIn), (status = 403, body = Problem), (status = 429, body = Problem)))]
async fn second_factor(
    State(state): State<AppState>,
    Client(client): Client,
    TicketHeader(ticket): TicketHeader,
    JsonBody(request): JsonBody<SecondFactor>,
) -> Result<Json<SignedIn>, ApiError> {
    let account = state.rules.ticket_holder(&ticket).await?;
    let actors = [Actor::Address(&client), Actor::Account(&account)];
    state.rates.admit(&*state.transient, Action::SecondFactor, &actors).await?;
    match request {
        SecondFactor::Totp { code } => state.rules.show_totp(&ticket, &code).await?,
        SecondFactor::BackupCode { code } => state.rules.show_backup_code(&ticket, &code).await?,
        // No account has a passkey as long as none can be set up.
        SecondFactor::Passkey { .. } => return Err(ProblemCode::SecondFactorFailed.into()),
    };
    let expires_in_seconds = seconds(TICKET_LIFETIME);
    Ok(Json(SignedIn { account, ticket, expires_in_seconds, factors_due: Vec::new() }))
}

/// Shows the proof of a recovery code.
#[utoipa::path(post, path = "/auth/recover", tag = "auth", security(()), request_body = Recover,
    responses((status = 200, body = SignedIn), (status = 403, body = Problem), (status = 429, body = Problem)))]
async fn recover(
    State(state): State<AppState>,
    Client(client): Client,
    JsonBody(request): JsonBody<Recover>,
) -> Result<Json<SignedIn>, ApiError> {
    let login = login_name(&request.name)?;
    let actors = [Actor::Address(&client), Actor::AccountName(login.as_str())];
    state.rates.admit(&*state.transient, Action::Recovery, &actors).await?;
    Ok(Json(signed_in(state.rules.recover(&login, &request.proof, &client.limit_key()).await?)))
}

fn login_name(name: &str) -> Result<LoginName, ApiError> {
    LoginName::parse(name).map_err(|error| ApiError::from(ProblemCode::Invalid).because(error))
}

fn signed_in(login: FinishedLogin) -> SignedIn {
    let mut factors_due: Vec<FactorKind> = login.factors.iter().map(|factor| factor_kind(&factor.kind)).collect();
    if login.has_backup_codes {
        factors_due.push(FactorKind::BackupCode);
    }
    factors_due.sort();
    factors_due.dedup();
    SignedIn { account: login.account, ticket: login.ticket, expires_in_seconds: seconds(TICKET_LIFETIME), factors_due }
}

fn seconds(duration: std::time::Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}
