//! The layers, over routes made for them.

use alexandria_protocol::headers;
use alexandria_protocol::problem::{Problem, ProblemCode};
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use tower::ServiceExt as _;

use super::*;

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn problem(&self) -> Problem {
        serde_json::from_slice(&self.body).unwrap()
    }
}

async fn panics() -> StatusCode {
    panic!("canary")
}

fn routes_of_tests() -> Router {
    let router = Router::new()
        .route("/ok", get(async || "fine"))
        .route("/panics", get(panics))
        .route("/limited", get(async || ApiError::rate_limited(1500)))
        .route("/bare", get(async || StatusCode::PAYLOAD_TOO_LARGE))
        .route("/teapot", get(async || StatusCode::IM_A_TEAPOT))
        .route("/text", get(async || (StatusCode::BAD_REQUEST, "canary").into_response()))
        .route("/because", get(async || ApiError::internal().because("canary")))
        .route("/post", post(async || "fine"));
    with_layers(router)
}

async fn send(request: Request<Body>) -> Answer {
    let response = routes_of_tests().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap().to_vec();
    Answer { status: parts.status, headers: parts.headers, body }
}

async fn get_path(path: &str) -> Answer {
    send(Request::get(path).body(Body::empty()).unwrap()).await
}

/// Row 16 of the traps of sync: what carries no such header is not ours, so ours carries it always.
#[tokio::test]
async fn every_answer_names_the_server_and_the_request() {
    for path in ["/ok", "/panics", "/limited", "/bare", "/missing", "/post"] {
        let answer = get_path(path).await;
        assert_eq!(answer.header(headers::SERVER), headers::SERVER_VALUE, "{path}");
        assert_eq!(answer.header(headers::REQUEST_ID).len(), 32, "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn every_refusal_is_a_problem_document() {
    async fn check(path: &str, expect: ProblemCode) {
        let answer = get_path(path).await;
        assert_eq!(answer.status.as_u16(), expect.status(), "{path}");
        assert_eq!(answer.header("content-type"), headers::PROBLEM, "{path}");
        let problem = answer.problem();
        assert_eq!(problem.code, expect, "{path}");
        assert_eq!(problem.status, expect.status(), "{path}");
        assert_eq!(problem.instance.unwrap().to_string(), answer.header(headers::REQUEST_ID), "{path}");
        assert!(!String::from_utf8(answer.body).unwrap().contains("canary"), "{path}");
    }
    check("/panics", ProblemCode::Internal).await;
    check("/limited", ProblemCode::RateLimited).await;
    check("/bare", ProblemCode::TooLarge).await;
    check("/teapot", ProblemCode::BadRequest).await;
    check("/text", ProblemCode::BadRequest).await;
    check("/because", ProblemCode::Internal).await;
    check("/missing/canary", ProblemCode::NotFound).await;
    check("/post", ProblemCode::MethodNotAllowed).await;
}

#[tokio::test]
async fn retry_after_is_in_seconds_and_milliseconds() {
    let answer = get_path("/limited").await;
    assert_eq!(answer.header("retry-after"), "2");
    assert_eq!(answer.problem().retry_after_ms, Some(1500));
}

#[tokio::test]
async fn request_id_of_the_client_is_used_if_it_is_one() {
    async fn check(given: &str, is_used: bool) {
        let request = Request::get("/ok").header(headers::REQUEST_ID, given).body(Body::empty()).unwrap();
        let answer = send(request).await;
        let id = answer.header(headers::REQUEST_ID);
        assert_eq!(id == given, is_used, "{given}: {id}");
        assert_eq!(id.len(), 32);
    }
    check(&"ab".repeat(16), true).await;
    check(&"AB".repeat(16), false).await;
    check("1\t{}", false).await;
    check("", false).await;
}

#[test]
fn description_lists_the_routes() {
    let description = serde_json::to_value(openapi()).unwrap();
    assert!(description["paths"]["/v1/meta"]["get"]["responses"]["200"].is_object(), "{description}");
}
