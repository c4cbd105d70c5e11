//! What is sent again, and what the log says about it.

use alexandria_protocol::api::auth::KsfParameters;
use alexandria_protocol::api::auth::{LoginFinish, LoginStart, LoginStarted};
use alexandria_protocol::headers;
use alexandria_protocol::ids::AttemptId;
use alexandria_protocol::problem::ProblemCode;

use super::Setup;
use super::server::{Server, answer, json, ours, problem};
use crate::sync::SyncError;
use crate::{Feature, NetError, Outcome, Purpose};

fn started() -> LoginStarted {
    LoginStarted {
        attempt: AttemptId::from_bytes([1; 16]),
        response: vec![1, 2, 3].into(),
        ksf: KsfParameters { memory_kib: 65536, passes: 3, lanes: 1 },
    }
}

fn start() -> LoginStart {
    LoginStart { name: "reader@example.org".into(), request: vec![4, 5].into() }
}

/// What passes: the server restarts, a proxy has no server, the connection breaks off before or within the answer.
#[tokio::test]
async fn request_is_sent_again_until_it_is_answered() {
    let html = [("Content-Type", "text/html")];
    let whole = json(&started());
    let failures = [
        problem(ProblemCode::Unavailable),
        problem(ProblemCode::RateLimited),
        answer(502, &html, b"<html>"),
        answer(504, &html, b"<html>"),
        Vec::new(),
        whole[..whole.len() - 5].to_vec(),
        ours(503, headers::PROBLEM, &[("Retry-After", "0")], br#"{"status":503,"code":"new-kind-of-pause"}"#),
    ];
    for failure in failures {
        let (setup, server) = (Setup::new(), Server::with(vec![failure.clone(), failure.clone(), whole.clone()]));
        let answer = setup.client(&server).login_start(&start()).await;
        assert_eq!(answer.unwrap(), started(), "{}", String::from_utf8_lossy(&failure));
        assert_eq!(server.lines(), ["POST /v1/auth/login/start"; 3]);
        let bodies: Vec<Vec<u8>> = server.received().into_iter().map(|received| received.body).collect();
        assert!(bodies.iter().all(|body| *body == bodies[0]), "another body was sent");
        assert_eq!(setup.entries().len(), 3, "each attempt is listed");
    }
}

#[tokio::test]
async fn request_is_not_sent_again_if_that_would_not_help() {
    let codes = [ProblemCode::Internal, ProblemCode::NotFound, ProblemCode::SignInFailed, ProblemCode::TooLarge];
    for code in codes {
        let (setup, server) = (Setup::new(), Server::with(vec![problem(code.clone())]));
        let error = setup.client(&server).login_start(&start()).await.unwrap_err();
        assert_eq!((error.code(), server.received().len()), (Some(&code), 1), "{code}");
    }
    // A pause that is longer than the client's is the caller's to plan.
    let busy = ours(503, headers::PROBLEM, &[("Retry-After", "600")], br#"{"status":503,"code":"unavailable"}"#);
    let (setup, server) = (Setup::new(), Server::with(vec![busy]));
    let error = setup.client(&server).login_start(&start()).await.unwrap_err();
    assert_eq!(error.retry_after().map(|pause| pause.as_secs()), Some(600));
    assert_eq!(server.received().len(), 1);
}

/// The answer to a message that is accepted once may be lost after the server accepted it.
#[tokio::test]
async fn single_use_message_is_not_sent_again_after_a_lost_answer() {
    let body = LoginFinish { attempt: AttemptId::from_bytes([1; 16]), finalization: vec![6].into() };
    let (setup, server) = (Setup::new(), Server::with(vec![Vec::new()]));
    let error = setup.client(&server).login_finish(&body).await.unwrap_err();
    assert!(matches!(error, SyncError::Net(NetError::Interrupted(_))), "{error}");
    assert_eq!(server.received().len(), 1);
    let (setup, server) = (Setup::new(), Server::with(vec![problem(ProblemCode::RateLimited)]));
    let error = setup.client(&server).login_finish(&body).await.unwrap_err();
    assert_eq!((error.code(), server.received().len()), (Some(&ProblemCode::RateLimited), 3));
}

#[tokio::test]
async fn requests_are_listed_with_server_purpose_and_bytes_only() {
    let (setup, server) = (Setup::new(), Server::with(vec![json(&started())]));
    setup.client(&server).login_start(&start()).await.unwrap();
    let entries = setup.entries();
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((entry.feature, entry.purpose, entry.outcome), (Feature::Sync, Purpose::SignIn, Outcome::Answered));
    let received = server.received().remove(0);
    assert!(entry.sent > u64::try_from(received.body.len()).unwrap(), "{}", entry.sent);
    assert_eq!(entry.received, u64::try_from(serde_json::to_vec(&started()).unwrap().len()).unwrap());
    let text = std::fs::read_to_string(setup.folder.path().join("network.jsonl")).unwrap();
    for hidden in ["reader", "login", "/v1"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    // Nor do the headers say anything about version, system or user.
    let mut names: Vec<&str> = received.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let expect =
        ["accept", "accept-encoding", "alexandria-protocol", "content-length", "content-type", "host", "user-agent"];
    assert_eq!(names, expect);
    assert_eq!(received.header("user-agent"), Some("Alexandria"));
}
