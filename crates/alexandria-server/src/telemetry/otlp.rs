//! Traces, sent to an OTLP collector as JSON over HTTP.
//!
//! The collector stands beside the server, so that plain HTTP is enough; a collector behind TLS is reached through a local one.

use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;

/// How long the collector may take for a batch.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The most that is read of its answer, in bytes.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Sends spans in batches, from a thread of its own. Needs a running Tokio runtime, on which the requests are made.
pub(super) fn provider(endpoint: &str) -> Result<SdkTracerProvider, ExporterBuildError> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(CollectorClient { client, runtime: Handle::current() })
        .with_protocol(Protocol::HttpJson)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .with_timeout(TIMEOUT)
        .build()?;
    let resource = Resource::builder().with_service_name("alexandria-server").build();
    Ok(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build())
}

#[derive(Debug)]
struct CollectorClient {
    client: Client<HttpConnector, Body>,
    /// The thread that sends has no runtime.
    runtime: Handle,
}

#[async_trait]
impl HttpClient for CollectorClient {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move {
            let response = client.request(request.map(Body::from)).await?;
            let (parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(Body::new(body), MAX_ANSWER_BYTES).await?;
            Ok::<_, HttpError>(Response::from_parts(parts, bytes))
        });
        tokio::time::timeout(TIMEOUT, sent).await??
    }
}
