//! A handler that panics answers 500 like any other failure; the connection and the server go on.

use std::panic::AssertUnwindSafe;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;

use super::problem::ApiError;

/// The layer.
pub(super) async fn catch(request: Request, next: Next) -> Response {
    // Whatever the handler left half done is dropped with it; shared state is behind locks that ignore poisoning.
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_panic) => {
            metrics::counter!("alexandria_panics_total").increment(1);
            // The panic hook has written the message and the place.
            tracing::error!("a handler panicked");
            ApiError::internal().into_response()
        }
    }
}
