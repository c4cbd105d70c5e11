//! Log lines, and the trace that a request continues.

use std::io::Write;
use std::sync::{Arc, Mutex};

use opentelemetry::trace::TraceContextExt as _;
use tracing_subscriber::fmt::MakeWriter;

use super::*;

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Buffer {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[test]
fn log_line_is_one_object_with_the_fields_of_its_spans() {
    let buffer = Buffer::default();
    let subscriber = tracing_subscriber::registry().with(JsonLog::new(buffer.clone()));
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!("request", id = "ab", otel.name = "hidden", late = tracing::field::Empty);
        let _entered = span.enter();
        span.record("late", 7);
        tracing::info!(status = 200_u16, text = "a \"quoted\"\nline", ok = true, "answered");
    });
    let text = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    let line: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["request"], serde_json::json!({"id": "ab", "late": 7}));
    assert_eq!(line["message"], "answered");
    assert_eq!((&line["status"], &line["ok"]), (&200.into(), &true.into()));
    assert_eq!(line["text"], "a \"quoted\"\nline");
    assert_eq!((&line["level"], &line["target"]), (&"INFO".into(), &module_path!().into()));
    line["time"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
}

#[test]
fn trace_of_the_client_is_continued() {
    let trace_of = |value: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert("traceparent", value.parse().unwrap());
        parent_of(&headers).span().span_context().trace_id().to_string()
    };
    let id = "0af7651916cd43dd8448eb211c80319c";
    assert_eq!(trace_of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), id);
    assert_eq!(trace_of("nonsense"), "0".repeat(32));
}

#[test]
fn metrics_are_text_with_their_descriptions() {
    let handle = metrics_handle().unwrap();
    metrics::counter!("alexandria_panics_total").absolute(3);
    metrics::histogram!("alexandria_request_seconds", "route" => "/v1/meta").record(0.02);
    let text = handle.render();
    assert!(text.contains("# HELP alexandria_panics_total"), "{text}");
    assert!(text.contains("alexandria_request_seconds_bucket{route=\"/v1/meta\",le=\"0.025\"} 1"), "{text}");
    assert!(metrics_handle().is_some(), "once in a process, for everybody");
}
