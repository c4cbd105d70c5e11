//! Metrics in the text format of Prometheus.

use std::sync::{Arc, OnceLock};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper bounds of the buckets of times, in seconds. The gate of the load test is at 50 ms.
const SECONDS: &[f64] = &[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

/// Reads the metrics of the process.
#[derive(Clone)]
pub struct MetricsHandle(Arc<PrometheusHandle>);

impl std::fmt::Debug for MetricsHandle {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("MetricsHandle")
    }
}

impl MetricsHandle {
    /// All metrics as text. Also tidies up, so that a server whose metrics nobody reads must call [`Self::upkeep`].
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Condenses what was measured since the last time.
    pub fn upkeep(&self) {
        self.0.run_upkeep();
    }
}

/// The metrics of this process, which start to be counted with the first call. Nothing if another recorder is installed.
#[must_use]
pub fn metrics_handle() -> Option<MetricsHandle> {
    static HANDLE: OnceLock<Option<MetricsHandle>> = OnceLock::new();
    let install = || {
        let builder = PrometheusBuilder::new();
        let builder = builder.set_buckets_for_metric(Matcher::Suffix(String::from("_seconds")), SECONDS).ok()?;
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok()?;
        describe();
        Some(MetricsHandle(Arc::new(handle)))
    };
    HANDLE.get_or_init(install).clone()
}

fn describe() {
    metrics::describe_counter!("alexandria_requests_total", "Requests answered, by route, status and problem code.");
    metrics::describe_histogram!("alexandria_request_seconds", "How long answers took, by route.");
    metrics::describe_gauge!("alexandria_requests_in_flight", "Requests that are being answered, long polls included.");
    metrics::describe_gauge!("alexandria_long_polls", "Requests that wait for something to happen.");
    metrics::describe_gauge!("alexandria_connections", "Open connections.");
    metrics::describe_counter!("alexandria_rate_limited_total", "Requests refused by a rate limit, by action.");
    metrics::describe_counter!("alexandria_transient_fallbacks_total", "Times that Redis did not answer.");
    metrics::describe_counter!("alexandria_panics_total", "Handlers that panicked.");
}
