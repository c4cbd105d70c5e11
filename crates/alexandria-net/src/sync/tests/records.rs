//! Records, waiting, and conditional replacement.

use alexandria_protocol::api::keys::{KeyBundle, KeysStored};
use alexandria_protocol::api::records::{Changes, ChangesQuery, PullQuery, Pushed};
use alexandria_protocol::cursor::Cursor;
use alexandria_protocol::frame::batch::Batch;
use alexandria_protocol::frame::{Frame, FrameHeader, MAX_FRAME_BYTES, RecordHash};
use alexandria_protocol::ids::{LogId, StreamId};
use alexandria_protocol::problem::ProblemCode;
use alexandria_protocol::secret::Ticket;
use alexandria_protocol::{headers, limits};

use super::server::{Server, json, ours, problem};
use super::{Setup, credential};
use crate::sync::{Admission, SyncError};

fn cursor(position: u64) -> Cursor {
    Cursor::new(LogId::from_bytes([0xcc; 16]), position)
}

fn frame() -> Frame {
    let header = FrameHeader {
        account: credential().account,
        device: credential().device,
        stream: StreamId::LIBRARY,
        seq: 1,
        hlc: 0,
        key_epoch: 1,
        previous: RecordHash::NONE,
    };
    Frame::sign(header, &[3; 100], &credential().key).unwrap()
}

fn page(next: &str, more: &str, body: &[u8]) -> Vec<u8> {
    ours(200, headers::FRAMES, &[("Alexandria-Next", next), ("Alexandria-More", more)], body)
}

#[tokio::test]
async fn records_arrive_as_they_were_sent() {
    let pushed = Pushed { end: cursor(1), heads: Vec::new() };
    let answer = pushed.clone();
    let server = Server::in_session(move |received| match received.line.as_str() {
        "POST /v1/records" => json(&answer),
        _ => page(&cursor(9).to_string(), "1", &frame().as_bytes().repeat(3)),
    });
    let setup = Setup::new();
    let client = setup.client(&server);
    let mut batch = Batch::default();
    assert!(batch.push(&frame()) && batch.push(&frame()));
    assert_eq!(client.push_records(batch).await.unwrap(), pushed);
    let page = client.pull_records(PullQuery { after: Some(cursor(6)), limit: Some(50) }).await.unwrap();
    assert_eq!((page.frames, page.next, page.has_more), (vec![frame(); 3], cursor(9), true));
    let received = server.received();
    assert_eq!(received[2].body, frame().as_bytes().repeat(2));
    assert_eq!(received[2].header("content-type"), Some(headers::FRAMES));
    assert_eq!(received[3].line, format!("GET /v1/records?after={}&limit=50", cursor(6)));
}

#[tokio::test]
async fn page_that_is_not_complete_is_refused() {
    let bytes = frame().into_bytes();
    let next = cursor(9).to_string();
    let cases = [
        page(&next, "0", &bytes[..bytes.len() - 1]),
        page(&next, "0", &[bytes.as_slice(), b"x"].concat()),
        page("elsewhere", "0", &bytes),
        ours(200, headers::FRAMES, &[], &bytes),
        ours(200, "text/html", &[("Alexandria-Next", &next)], &bytes),
    ];
    for case in cases {
        let (setup, server) = (Setup::new(), Server::in_session(move |_| case.clone()));
        let error = setup.client(&server).pull_records(PullQuery::default()).await.unwrap_err();
        assert!(matches!(error, SyncError::Malformed(_)), "{error}");
    }
    let long = vec![0; limits::MAX_PULL_BYTES + MAX_FRAME_BYTES + 1];
    let (setup, server) = (Setup::new(), Server::in_session(move |_| page(&cursor(9).to_string(), "0", &long)));
    let error = setup.client(&server).pull_records(PullQuery::default()).await.unwrap_err();
    assert!(matches!(error, SyncError::TooLong { .. }), "{error}");
}

#[tokio::test]
async fn refusals_of_the_log_reach_the_caller() {
    for code in [ProblemCode::Fork, ProblemCode::Gap, ProblemCode::LogChanged, ProblemCode::Compacted] {
        let answer = problem(code.clone());
        let (setup, server) = (Setup::new(), Server::in_session(move |_| answer.clone()));
        let error = setup.client(&server).pull_records(PullQuery::default()).await.unwrap_err();
        assert_eq!(error.code(), Some(&code));
        assert_eq!(server.received().len(), 3, "sent again in vain");
    }
}

#[tokio::test]
async fn waiting_ends_with_changes_or_with_nothing() {
    let changes = Changes { next: cursor(7), heads: Vec::new() };
    let answer = changes.clone();
    let server = Server::in_session(move |received| {
        if received.line.contains("wait=0") { ours(204, headers::JSON, &[], b"") } else { json(&answer) }
    });
    let setup = Setup::new();
    let client = setup.client(&server);
    let query = |wait| ChangesQuery { after: Some(cursor(6)), wait: Some(wait) };
    assert_eq!(client.changes(query(0)).await.unwrap(), None);
    assert_eq!(client.changes(query(50)).await.unwrap(), Some(changes));
    assert_eq!(server.lines()[3], format!("GET /v1/changes?after={}&wait=50", cursor(6)));
}

#[tokio::test]
async fn keys_are_replaced_by_version() {
    let keys = KeyBundle { suite: 1, bundle: vec![1].into(), grants: Vec::new() };
    let answer = serde_json::to_vec(&keys).unwrap();
    let server = Server::in_session(move |received| match received.line.as_str() {
        "GET /v1/keys" => ours(200, headers::JSON, &[("ETag", "\"4\"")], &answer),
        _ => json(&KeysStored { version: 5 }),
    });
    let setup = Setup::new();
    let (client, ticket) = (setup.client(&server), Ticket::from_bytes([0xee; 32]));
    let stored = client.keys(Admission::Ticket(&ticket)).await.unwrap();
    assert_eq!((stored.version, &stored.keys), (4, &keys));
    assert_eq!(client.put_keys(&ticket, stored.version, &keys).await.unwrap().version, 5);
    let received = server.received();
    assert_eq!(received[0].header("authorization"), None, "a ticket needs no session");
    assert_eq!(received[0].header("alexandria-ticket"), Some("ee".repeat(32).as_str()));
    assert_eq!(received[3].header("if-match"), Some("\"4\""));
    assert!(received[3].header("authorization").is_some() && received[3].header("alexandria-ticket").is_some());
}
