//! A span, a log line and metrics for each request. Labels are route templates, methods, status and problem codes; the id of the
//! request is in the log only, ids of accounts, devices and blobs are nowhere.

use std::time::Instant;

use alexandria_protocol::ids::RequestId;
use alexandria_protocol::problem::Problem;
use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::telemetry::parent_of;

/// The label of requests that no route matches.
const NO_ROUTE: &str = "none";

/// The layer.
pub(super) async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or(NO_ROUTE, MatchedPath::as_str).to_owned();
    let method = method_label(request.method());
    let id = request.extensions().get::<RequestId>().map(ToString::to_string);
    let span = tracing::info_span!("request", id, method, route, otel.name = format!("{method} {route}"));
    // Without an exporter there is no layer that could take it.
    let _no_exporter = span.set_parent(parent_of(request.headers()));
    let in_flight = InFlight::new();
    let response = next.run(request).instrument(span.clone()).await;
    drop(in_flight);

    let status = response.status().as_u16();
    let code = response.extensions().get::<Problem>().map(|problem| problem.code.to_string());
    let elapsed = started.elapsed();
    span.in_scope(|| {
        let ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status, code, ms, "answered");
    });
    let labels = [("method", method.to_owned()), ("route", route)];
    metrics::histogram!("alexandria_request_seconds", &labels).record(elapsed.as_secs_f64());
    let code = code.unwrap_or_default();
    let labels = [labels.as_slice(), &[("status", status.to_string()), ("code", code)]].concat();
    metrics::counter!("alexandria_requests_total", &labels).increment(1);
    response
}

/// The method, or one word for all that no route has: clients can invent any number of them.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// Counts requests that are being answered, also those whose client hangs up.
struct InFlight;

impl InFlight {
    fn new() -> Self {
        metrics::gauge!("alexandria_requests_in_flight").increment(1);
        Self
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        metrics::gauge!("alexandria_requests_in_flight").decrement(1);
    }
}
