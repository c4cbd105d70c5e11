//! The routes of the second listener: health, metrics, and the operator's commands to a server that runs.

use alexandria_protocol::limits::MAX_JSON_BYTES;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;

use crate::health;
use crate::operator::{Operator, is_token};
use crate::state::AppState;
use crate::telemetry::MetricsHandle;

/// The path of the operator's commands.
pub const OPERATOR_PATH: &str = "/operator";

#[derive(Debug, Clone)]
struct OperatorState {
    app: AppState,
    operator: Operator,
}

/// All routes.
pub fn router(app: AppState, operator: Operator, metrics: Option<MetricsHandle>) -> Router {
    let commands = Router::new()
        .route(OPERATOR_PATH, post(run))
        .layer(DefaultBodyLimit::max(MAX_JSON_BYTES))
        .with_state(OperatorState { app: app.clone(), operator });
    health::router(app, metrics).merge(commands)
}

/// Runs a command for whoever has the server's key. Answers lines to print.
async fn run(State(state): State<OperatorState>, headers: HeaderMap, body: Bytes) -> Response {
    let token = headers.get(AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    if !token.is_some_and(|token| is_token(token, &state.app.server_key)) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let command = match serde_json::from_slice(&body) {
        Ok(command) => command,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    match state.operator.run(command).await {
        Ok(lines) => lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_response(),
        Err(error) => (StatusCode::CONFLICT, error.to_string()).into_response(),
    }
}
