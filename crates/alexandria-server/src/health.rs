//! The second listener: health for whatever supervises the process, and metrics. On loopback unless it is set otherwise.
//!
//! Redis is reported and not required: without it the server works, and taking it out of service would turn a restart of Redis
//! into an outage.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::state::AppState;
use crate::telemetry::MetricsHandle;

/// How long a part may take to say that it works.
const TIMEOUT: Duration = Duration::from_secs(1);

/// How long an answer about objects is reused, since asking writes one.
const PROBE_INTERVAL: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
struct AdminState {
    app: AppState,
    metrics: Option<MetricsHandle>,
    /// When objects were probed last, and whether that worked.
    probed: Arc<Mutex<Option<(Instant, bool)>>>,
}

/// What `/readyz` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// Whether requests should be sent here.
    pub ready: bool,
    /// Whether the database answers.
    pub database: bool,
    /// Whether objects can be written and read.
    pub objects: bool,
    /// Whether Redis answers, or none is used. Not required.
    pub redis: bool,
    /// Whether the server is stopping.
    pub stopping: bool,
}

/// The routes of the second listener.
pub fn router(app: AppState, metrics: Option<MetricsHandle>) -> Router {
    let state = AdminState { app, metrics, probed: Arc::default() };
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics_text))
        .with_state(state)
}

async fn readyz(State(state): State<AdminState>) -> Response {
    let readiness = check(&state).await;
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness)).into_response()
}

async fn check(state: &AdminState) -> Readiness {
    let (database, objects, redis) = tokio::join!(
        async { matches!(timeout(TIMEOUT, state.app.store.check()).await, Ok(Ok(()))) },
        probe_objects(state),
        async { matches!(timeout(TIMEOUT, state.app.transient.check()).await, Ok(Ok(()))) },
    );
    let stopping = state.app.shutdown.has_begun();
    Readiness { ready: database && objects && !stopping, database, objects, redis, stopping }
}

async fn probe_objects(state: &AdminState) -> bool {
    let mut probed = state.probed.lock().await;
    if let Some((when, works)) = *probed
        && when.elapsed() < PROBE_INTERVAL
    {
        return works;
    }
    let outcome = timeout(TIMEOUT, state.app.objects.probe()).await;
    if let Ok(Err(error)) = &outcome {
        tracing::warn!(%error, "objects cannot be written and read");
    }
    let works = matches!(outcome, Ok(Ok(())));
    *probed = Some((Instant::now(), works));
    works
}

async fn metrics_text(State(state): State<AdminState>) -> Response {
    match &state.metrics {
        Some(metrics) => ([(CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.render()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
