//! Sessions. Trap 19 of the sync design, "session lost by rotation or two processes": drop every n-th `sessions` reply, run
//! window and command together: no sign-in received.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use alexandria_protocol::api::records::Heads;
use alexandria_protocol::cursor::Cursor;
use alexandria_protocol::ids::LogId;
use alexandria_protocol::problem::ProblemCode;

use super::Setup;
use super::server::{Received, Server, created, json, problem, session_answer};
use crate::sync::{SyncClient, SyncError};

fn heads() -> Heads {
    Heads { heads: Vec::new(), end: Cursor::new(LogId::from_bytes([1; 16]), 5) }
}

fn token(received: &Received) -> &str {
    received.header("authorization").unwrap().strip_prefix("Bearer ").unwrap()
}

#[tokio::test]
async fn session_is_earned_once_and_serves_many_requests() {
    let (setup, server) = (Setup::new(), Server::in_session(|_| json(&heads())));
    let client = setup.client(&server);
    let (one, two, three) = tokio::join!(client.heads(), client.heads(), client.heads());
    assert_eq!([one.unwrap(), two.unwrap(), three.unwrap()], [heads(), heads(), heads()]);
    let lines = server.lines();
    assert_eq!(lines[..2], ["POST /v1/sessions/nonce", "POST /v1/sessions"]);
    assert_eq!(lines[2..], ["GET /v1/heads"; 3]);
    assert!(server.received()[2..].iter().all(|received| token(received) == "07".repeat(32)));
}

#[tokio::test]
async fn unknown_session_is_replaced_once() {
    // The server forgets the session that it made first, as after a restart without its memory.
    let number = AtomicU8::new(0);
    let server = Server::start(move |received| match received.line.as_str() {
        "POST /v1/sessions" => json(&created(number.fetch_add(1, Ordering::SeqCst))),
        "GET /v1/heads" if token(received) == "00".repeat(32) => problem(ProblemCode::Unauthenticated),
        "GET /v1/heads" => json(&heads()),
        _ => session_answer(received).unwrap(),
    });
    let setup = Setup::new();
    let client = setup.client(&server);
    assert_eq!(client.heads().await.unwrap(), heads());
    assert_eq!(client.heads().await.unwrap(), heads());
    let sessions = server.lines().into_iter().filter(|line| line == "POST /v1/sessions").count();
    assert_eq!(sessions, 2);
}

#[tokio::test]
async fn session_that_is_never_accepted_is_not_replaced_forever() {
    let (setup, server) = (Setup::new(), Server::in_session(|_| problem(ProblemCode::Unauthenticated)));
    let error = setup.client(&server).heads().await.unwrap_err();
    assert_eq!(error.code(), Some(&ProblemCode::Unauthenticated));
    let heads = server.lines().into_iter().filter(|line| line == "GET /v1/heads").count();
    assert_eq!(heads, 2);
}

#[tokio::test]
async fn proof_that_came_too_late_is_made_again() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |received| match received.line.as_str() {
        "POST /v1/sessions" if count.fetch_add(1, Ordering::SeqCst) == 0 => problem(ProblemCode::ProofRejected),
        "GET /v1/heads" => json(&heads()),
        _ => session_answer(received).unwrap(),
    });
    assert_eq!(Setup::new().client(&server).heads().await.unwrap(), heads());
    let nonces = server.lines().into_iter().filter(|line| line == "POST /v1/sessions/nonce").count();
    assert_eq!(nonces, 2, "a nonce was used twice");
}

#[tokio::test]
async fn revoked_device_gets_no_session() {
    let server = Server::start(|received| match received.line.as_str() {
        "POST /v1/sessions" => problem(ProblemCode::DeviceRevoked),
        _ => session_answer(received).unwrap(),
    });
    let error = Setup::new().client(&server).heads().await.unwrap_err();
    assert_eq!(error.code(), Some(&ProblemCode::DeviceRevoked));
    assert_eq!(server.received().len(), 2);
}

/// Two processes of one device, while the answer to every third request for a session is lost and sessions are forgotten now
/// and then.
#[tokio::test]
async fn lost_answers_and_two_processes_cost_no_session() {
    let (asked_for, valid) = (AtomicUsize::new(0), Mutex::new(Vec::<String>::new()));
    let uses = AtomicUsize::new(0);
    let server = Server::start(move |received| match received.line.as_str() {
        "POST /v1/sessions" => {
            let number = asked_for.fetch_add(1, Ordering::SeqCst);
            let session = created(u8::try_from(number).unwrap());
            valid.lock().unwrap().push(session.token.expose_text().to_string());
            if number % 3 == 0 { Vec::new() } else { json(&session) }
        }
        "GET /v1/heads" if !valid.lock().unwrap().iter().any(|known| known == token(received)) => {
            problem(ProblemCode::Unauthenticated)
        }
        "GET /v1/heads" => {
            if uses.fetch_add(1, Ordering::SeqCst) % 7 == 6 {
                valid.lock().unwrap().clear();
            }
            json(&heads())
        }
        _ => session_answer(received).unwrap(),
    });
    let setup = Setup::new();
    let (window, command) = (setup.client(&server), setup.client(&server));
    let run = async |client: &SyncClient| {
        for _ in 0..20 {
            assert_eq!(client.heads().await.unwrap(), heads());
        }
    };
    tokio::join!(run(&window), run(&command));
    let lost = server.lines().into_iter().filter(|line| line == "POST /v1/sessions").count();
    assert!(lost > 4, "the test lost no answers");
}

#[tokio::test]
async fn client_without_a_device_asks_for_nothing() {
    let (setup, server) = (Setup::new(), Server::in_session(|_| json(&heads())));
    let address = server.address.parse().unwrap();
    let permissions = std::sync::Arc::clone(&setup.permission) as _;
    let client = SyncClient::new(address, None, setup.log(), permissions, crate::sync::SyncOptions::default()).unwrap();
    assert!(matches!(client.heads().await, Err(SyncError::NotSignedIn)));
    assert!(server.received().is_empty());
    assert_eq!(client.with_credential(super::credential()).heads().await.unwrap(), heads());
}

/// The token must be in nothing that a log could print.
#[tokio::test]
async fn session_does_not_print() {
    let (setup, server) = (Setup::new(), Server::in_session(|_| json(&heads())));
    let client = setup.client(&server);
    client.heads().await.unwrap();
    let text = format!("{client:?} {:?}", super::credential());
    assert!(!text.contains("0707") && !text.contains("7, 7"), "{text}");
}
