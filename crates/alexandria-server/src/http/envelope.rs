//! What every answer has: `Alexandria-Server`, the id of the request, and for every status of 400 and above a problem document,
//! also where the framework and not a handler refused.

use alexandria_protocol::headers;
use alexandria_protocol::ids::RequestId;
use alexandria_protocol::problem::{Problem, ProblemCode};
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::random;

const SERVER: HeaderName = HeaderName::from_static(headers::SERVER);
const REQUEST_ID: HeaderName = HeaderName::from_static(headers::REQUEST_ID);

/// The layer, outermost.
pub(super) async fn seal(mut request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    if response.status().as_u16() >= 400 {
        let problem = response.extensions_mut().remove::<Problem>();
        let problem = problem.unwrap_or_else(|| Problem::new(code_of(response.status())));
        write_problem(&mut response, problem, id);
    }
    let fields = response.headers_mut();
    fields.insert(SERVER, HeaderValue::from_static(headers::SERVER_VALUE));
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        fields.insert(REQUEST_ID, value);
    }
    fields.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    fields.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

/// The id that the client chose, so that both logs have it, or a random one.
fn request_id(headers: &HeaderMap) -> RequestId {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| {
        let bytes = random::bytes().unwrap_or_else(|error| {
            tracing::error!(%error, "no id for a request");
            [0; 16]
        });
        RequestId::from_bytes(bytes)
    })
}

/// The code for a refusal of the framework.
fn code_of(status: StatusCode) -> ProblemCode {
    let code = ProblemCode::ALL.iter().find(|code| code.status() == status.as_u16() && is_general(code));
    code.cloned().unwrap_or(if status.is_client_error() { ProblemCode::BadRequest } else { ProblemCode::Internal })
}

/// Codes that say no more than their status.
const fn is_general(code: &ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::BadRequest
            | ProblemCode::NotFound
            | ProblemCode::MethodNotAllowed
            | ProblemCode::BodyTimeout
            | ProblemCode::TooLarge
            | ProblemCode::MediaType
            | ProblemCode::Invalid
            | ProblemCode::Internal
            | ProblemCode::Unavailable
    )
}

fn write_problem(response: &mut Response, mut problem: Problem, id: RequestId) {
    problem.instance = Some(id);
    if let Ok(status) = StatusCode::from_u16(problem.status) {
        *response.status_mut() = status;
    }
    // An answer that no problem could be written for has its status only.
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let fields = response.headers_mut();
    fields.remove("content-length");
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(headers::PROBLEM));
    if let Some(millis) = problem.retry_after_ms {
        fields.insert(RETRY_AFTER, HeaderValue::from(millis.div_ceil(1000)));
    }
    *response.body_mut() = Body::from(body);
}
