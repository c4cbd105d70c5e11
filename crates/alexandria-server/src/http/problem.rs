//! The one place where errors of services become answers: problem documents (RFC 9457) with the codes of
//! [`alexandria_protocol::problem`].
//!
//! The body is written by the envelope layer, which knows the request's id. No text of a request and no text of an error gets
//! into an answer; the log has the cause.

use std::error::Error;
use std::fmt;

use alexandria_protocol::problem::{Problem, ProblemCode};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::objects::ObjectsError;
use crate::transient::TransientError;

/// What a handler answers instead of what was asked.
#[derive(Debug)]
pub struct ApiError {
    problem: Box<Problem>,
    /// Why, for the log.
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl ApiError {
    /// A problem of this code.
    #[must_use]
    pub fn new(code: ProblemCode) -> Self {
        Self { problem: Box::new(Problem::new(code)), cause: None }
    }

    /// The server failed.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(ProblemCode::Internal)
    }

    /// Too many requests; the next may come in `retry_after_ms`.
    #[must_use]
    pub fn rate_limited(retry_after_ms: u64) -> Self {
        Problem::new(ProblemCode::RateLimited).retry_after_ms(retry_after_ms).into()
    }

    /// The same with a cause, which is logged and never answered.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The problem document, still without the id of the request.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.problem)
    }
}

impl Error for ApiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| -> &(dyn Error + 'static) { cause })
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), cause: None }
    }
}

impl From<ProblemCode> for ApiError {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

impl From<TransientError> for ApiError {
    fn from(error: TransientError) -> Self {
        Self::from(Problem::new(ProblemCode::Unavailable).retry_after_ms(1000)).because(error)
    }
}

impl From<ObjectsError> for ApiError {
    fn from(error: ObjectsError) -> Self {
        let code = match &error {
            ObjectsError::DigestMismatch => ProblemCode::DigestMismatch,
            ObjectsError::OutOfRange { .. } => ProblemCode::RangeNotSatisfiable,
            // The store said that it is there.
            ObjectsError::NotFound(_) | ObjectsError::ProbeFailed => ProblemCode::Internal,
            ObjectsError::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => ProblemCode::ReadOnly,
            ObjectsError::Io(_) => ProblemCode::Internal,
            ObjectsError::Bucket(_) => ProblemCode::Unavailable,
        };
        Self::new(code).because(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let cause = self.cause.as_deref().map(chain);
        if status.is_server_error() {
            tracing::error!(code = %self.problem.code, cause, "request failed");
        } else if cause.is_some() {
            tracing::debug!(code = %self.problem.code, cause, "request refused");
        }
        let mut response = status.into_response();
        // The envelope layer writes it.
        response.extensions_mut().insert(*self.problem);
        response
    }
}

/// An error and what caused it, in one line.
fn chain(error: &(dyn Error + Send + Sync + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
