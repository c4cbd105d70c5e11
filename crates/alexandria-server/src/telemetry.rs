//! Logs, traces and metrics of the process.
//!
//! Logs go to standard error, a JSON object a line; traces to an OTLP collector if one is set; metrics are read from
//! `/metrics`. None of them holds names, titles, addresses of clients, or ids of accounts, devices and blobs.

mod json;
mod otlp;
mod prometheus;

#[cfg(test)]
mod tests;

use axum::http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

pub use json::JsonLog;
pub use prometheus::{MetricsHandle, metrics_handle};

use crate::config::{LogFormat, Telemetry};

/// Why logs and traces could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The setting `telemetry.log` cannot be read.
    #[error("telemetry.log: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// There is another receiver already.
    #[error("logging: {0}")]
    Taken(#[from] tracing_subscriber::util::TryInitError),
    /// The exporter of traces cannot be made.
    #[error("telemetry.otlp_endpoint: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
}

/// Sends what is left when it is dropped.
#[derive(Debug)]
pub struct TelemetryGuard(Option<SdkTracerProvider>);

impl Drop for TelemetryGuard {
    fn drop(&mut self) {
        if let Some(provider) = &self.0
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Starts logging, and tracing if it is set. Once in a process.
///
/// # Errors
/// See [`TelemetryError`].
pub fn start(settings: &Telemetry) -> Result<TelemetryGuard, TelemetryError> {
    let filter = EnvFilter::try_new(&settings.log)?;
    let log = match settings.log_format {
        LogFormat::Json => JsonLog::new(std::io::stderr).boxed(),
        LogFormat::Text => tracing_subscriber::fmt::layer().with_writer(std::io::stderr).boxed(),
    };
    let provider = settings.otlp_endpoint.as_deref().map(otlp::provider).transpose()?;
    let traces = provider.as_ref().map(|provider| {
        tracing_opentelemetry::layer().with_location(false).with_tracer(provider.tracer("alexandria-server"))
    });
    tracing_subscriber::registry().with(filter).with(log).with(traces).try_init()?;
    Ok(TelemetryGuard(provider))
}

/// The trace that a request belongs to (`traceparent`).
#[must_use]
pub fn parent_of(headers: &HeaderMap) -> Context {
    struct Headers<'a>(&'a HeaderMap);
    impl Extractor for Headers<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            self.0.get(key).and_then(|value| value.to_str().ok())
        }
        fn keys(&self) -> Vec<&str> {
            self.0.keys().map(axum::http::HeaderName::as_str).collect()
        }
    }
    TraceContextPropagator::new().extract(&Headers(headers))
}
