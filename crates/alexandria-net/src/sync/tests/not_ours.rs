//! Trap 16 of the sync design, "a proxy's answer taken for ours": 200 HTML, 413 HTML, 502, truncated, `Alexandria-Server`
//! missing: no state changed, right words.

use std::sync::atomic::Ordering;
use std::time::Duration;

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_protocol::api::meta::{Meta, Registration, Transfer};
use alexandria_protocol::headers;
use alexandria_protocol::limits::{self, Limits};
use alexandria_protocol::problem::ProblemCode;

use super::Setup;
use super::server::{Server, answer, json, ours, problem};
use crate::sync::{SyncClient, SyncError, SyncOptions};
use crate::{NetError, Outcome};

fn meta() -> Meta {
    Meta {
        protocol_min: 1,
        protocol_max: 1,
        version: "0.1.0".into(),
        server_time_ms: 1,
        registration: Registration::Open,
        confirms_email: false,
        transfer: Transfer::Proxied,
        part_bytes: 1024,
        single_sign_on: None,
        limits: Limits::default(),
    }
}

const HTML: &[u8] = b"<!DOCTYPE html><title>Welcome to the hotel</title>";

#[tokio::test]
async fn answer_of_something_else_is_not_taken_for_the_servers() {
    let html = [("Content-Type", "text/html")];
    let json_type = [("Content-Type", "application/json")];
    let body = serde_json::to_vec(&meta()).unwrap();
    let wrong = [("Content-Type", "application/json"), ("Alexandria-Server", "2")];
    let redirect = [("Location", "https://portal.example.org/")];
    let cases = [
        ("login page of a network", answer(200, &html, HTML), 200),
        ("proxy that refuses long bodies", answer(413, &html, HTML), 413),
        ("proxy without its server", answer(502, &html, HTML), 502),
        ("the right body without the header", answer(200, &json_type, &body), 200),
        ("the header with another value", answer(200, &wrong, &body), 200),
        ("redirection to a portal", answer(302, &redirect, b""), 302),
        ("another program's 401", answer(401, &html, HTML), 401),
        ("nothing at all", answer(204, &[], b""), 204),
    ];
    for (name, bytes, expect) in cases {
        let setup = Setup::new();
        let server = Server::with(vec![bytes]);
        let error = setup.client(&server).meta().await.unwrap_err();
        assert!(matches!(error, SyncError::NotOurs { status, .. } if status == expect), "{name}: {error}");
        assert_eq!(CodedError::code(&error), ErrorCode::Offline, "{name}");
        assert!(setup.entries().iter().all(|entry| entry.status == Some(expect)), "{name}");
    }
}

/// The same in the middle of a session: whatever came in between, the session is still there afterwards.
#[tokio::test]
async fn answer_of_something_else_does_not_end_the_session() {
    let html = [("Content-Type", "text/html")];
    let between = [answer(401, &html, HTML), answer(403, &html, HTML), answer(200, &html, HTML)];
    let (setup, left) = (Setup::new(), std::sync::Mutex::new(between.to_vec()));
    let usage = alexandria_protocol::api::account::Usage {
        records: 1,
        record_bytes: 2,
        blobs: 3,
        blob_bytes: 4,
        reserved_bytes: 0,
        deleted_bytes: 0,
        quota_bytes: None,
    };
    let server = Server::in_session(move |_| left.lock().unwrap().pop().unwrap_or_else(|| json(&usage)));
    let client = setup.client(&server);
    for _ in &between {
        let error = client.usage().await.unwrap_err();
        assert!(matches!(error, SyncError::NotOurs { .. }), "{error}");
    }
    assert_eq!(client.usage().await.unwrap(), usage);
    let sessions = server.lines().into_iter().filter(|line| line == "POST /v1/sessions").count();
    assert_eq!(sessions, 1, "{:?}", server.lines());
}

#[tokio::test]
async fn answer_of_the_server_that_the_protocol_does_not_provide_for_is_malformed() {
    let body = serde_json::to_vec(&meta()).unwrap();
    let cases = [
        ours(200, "text/html", &[], &body),
        ours(200, headers::JSON, &[], b"{}"),
        ours(200, headers::JSON, &[], b""),
        ours(404, headers::JSON, &[], b"{}"),
        ours(500, headers::PROBLEM, &[], b"<html>"),
        ours(307, headers::JSON, &[("Location", "/v2/meta")], b""),
    ];
    for bytes in cases {
        let (setup, server) = (Setup::new(), Server::with(vec![bytes.clone()]));
        let error = setup.client(&server).meta().await.unwrap_err();
        assert!(matches!(error, SyncError::Malformed(_)), "{error}: {}", String::from_utf8_lossy(&bytes));
        assert_eq!(server.received().len(), 1, "sent again in vain");
    }
}

#[tokio::test]
async fn problem_is_read_whether_its_code_is_known_or_not() {
    let setup = Setup::new();
    let server = Server::with(vec![problem(ProblemCode::UpgradeNeeded)]);
    let error = setup.client(&server).meta().await.unwrap_err();
    assert_eq!(error.code(), Some(&ProblemCode::UpgradeNeeded));
    let newer = br#"{"status":200,"code":"moon-phase","title":"x"}"#;
    let server = Server::with(vec![ours(418, "application/problem+json; charset=utf-8", &[], newer)]);
    let SyncError::Refused(problem) = setup.client(&server).meta().await.unwrap_err() else { panic!("not refused") };
    assert_eq!((problem.status, &problem.code), (418, &ProblemCode::Unknown("moon-phase".into())));
}

#[tokio::test]
async fn endless_answer_is_given_up() {
    let (setup, server) = (
        Setup::new(),
        Server::with(vec![ours(200, headers::JSON, &[], &vec![b' '; limits::MAX_JSON_ANSWER_BYTES + 1])]),
    );
    let error = setup.client(&server).meta().await.unwrap_err();
    assert!(matches!(error, SyncError::TooLong { limit: limits::MAX_JSON_ANSWER_BYTES }), "{error}");
    let server = Server::with(vec![ours(500, headers::PROBLEM, &[], &vec![b' '; limits::MAX_JSON_BYTES + 1])]);
    let error = setup.client(&server).meta().await.unwrap_err();
    assert!(matches!(error, SyncError::TooLong { limit: limits::MAX_JSON_BYTES }), "{error}");
}

#[tokio::test]
async fn server_that_says_nothing_is_given_up() {
    let setup = Setup::new();
    // Accepts connections, and never answers.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let options = SyncOptions { read_timeout: Duration::from_millis(50), ..SyncOptions::default() };
    let permissions = std::sync::Arc::clone(&setup.permission) as _;
    let retry = crate::sync::RetryPolicy { attempts: 2, first_pause: Duration::ZERO, ..options.retry };
    let options = SyncOptions { retry, ..options };
    let client = SyncClient::new(address, None, setup.log(), permissions, options).unwrap();
    let error = client.meta().await.unwrap_err();
    assert!(matches!(error, SyncError::Net(NetError::TimedOut)), "{error}");
    assert_eq!(setup.entries().len(), 2);
    assert!(setup.entries().iter().all(|entry| entry.outcome == Outcome::Failed));
}

#[tokio::test]
async fn nothing_is_sent_without_permission() {
    let (setup, server) = (Setup::new(), Server::with(vec![json(&meta())]));
    let client = setup.client(&server);
    setup.permission.0.store(false, Ordering::SeqCst);
    let error = client.meta().await.unwrap_err();
    assert!(matches!(error, SyncError::Net(NetError::NotAllowed)), "{error}");
    assert!(server.received().is_empty() && setup.entries().is_empty());
    setup.permission.0.store(true, Ordering::SeqCst);
    assert_eq!(client.meta().await.unwrap(), meta());
}
