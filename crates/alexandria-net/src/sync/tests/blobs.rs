//! Blobs: a range is exactly the range that was asked for.

use alexandria_protocol::blob::PartDigest;
use alexandria_protocol::headers;
use alexandria_protocol::ids::BlobId;
use alexandria_protocol::problem::ProblemCode;
use bytes::Bytes;
use futures::StreamExt as _;

use super::Setup;
use super::server::{Server, ours, problem};
use crate::sync::{SyncClient, SyncError};
use crate::{NetError, Purpose};

fn id() -> BlobId {
    BlobId::from_bytes([0xb1; 16])
}

fn partial(range: &str, body: &[u8]) -> Vec<u8> {
    ours(206, headers::BYTES, &[("Content-Range", range)], body)
}

/// Reads bytes 10 to 13 of a blob.
async fn read(client: &SyncClient) -> Result<Vec<u8>, SyncError> {
    let mut body = client.blob(id(), 10..14).await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await {
        bytes.extend_from_slice(&chunk?);
    }
    Ok(bytes)
}

#[tokio::test]
async fn range_of_a_blob_is_read() {
    let (setup, server) = (Setup::new(), Server::in_session(|_| partial("bytes 10-13/20", b"wxyz")));
    assert_eq!(read(&setup.client(&server)).await.unwrap(), b"wxyz");
    let received = server.received().pop().unwrap();
    assert_eq!(received.line, format!("GET /v1/blobs/{}", id()));
    assert_eq!(received.header("range"), Some("bytes=10-13"));
    assert_eq!(received.header("if-range"), Some(format!("\"{}\"", id()).as_str()));
    let listed = setup.entries().pop().unwrap();
    assert_eq!((listed.purpose, listed.received), (Purpose::Files, 4));
}

#[tokio::test]
async fn other_bytes_than_the_range_are_refused() {
    let cases = [
        ("more", partial("bytes 10-13/20", b"wxyz!")),
        ("less", partial("bytes 10-13/20", b"wxy")),
        ("another range", partial("bytes 9-12/20", b"wxyz")),
        ("no range", partial("", b"wxyz")),
        ("the complete file", ours(200, headers::BYTES, &[], b"0123456789wxyz")),
    ];
    for (name, case) in cases {
        let (setup, server) = (Setup::new(), Server::in_session(move |_| case.clone()));
        let error = read(&setup.client(&server)).await.unwrap_err();
        assert!(matches!(error, SyncError::Malformed(_)), "{name}: {error}");
    }
    let whole = partial("bytes 10-13/20", b"wxyz");
    let (setup, server) = (Setup::new(), Server::in_session(move |_| whole[..whole.len() - 1].to_vec()));
    let error = read(&setup.client(&server)).await.unwrap_err();
    assert!(matches!(error, SyncError::Net(NetError::Interrupted(_))), "{error}");
}

#[tokio::test]
async fn complete_file_answers_a_range_from_its_beginning() {
    let (setup, server) = (Setup::new(), Server::in_session(|_| ours(200, headers::BYTES, &[], b"abcd")));
    let body = setup.client(&server).blob(id(), 0..4).await.unwrap();
    let chunks: Vec<Bytes> = body.map(Result::unwrap).collect().await;
    assert_eq!(chunks.concat(), b"abcd");
    let empty = setup.client(&server).blob(id(), 4..4).await;
    assert!(matches!(empty, Err(SyncError::Malformed(_))));
}

#[tokio::test]
async fn part_is_sent_with_its_digest_and_again_if_the_answer_is_lost() {
    let lost = std::sync::atomic::AtomicBool::new(false);
    let server = Server::in_session(move |_| {
        let first = !lost.swap(true, std::sync::atomic::Ordering::SeqCst);
        if first { Vec::new() } else { ours(204, headers::BYTES, &[], b"") }
    });
    let setup = Setup::new();
    let part = Bytes::from(vec![7; 700_000]);
    let digest = PartDigest::of(&part);
    setup.client(&server).put_part(id(), 3, digest, part.clone()).await.unwrap();
    let received = server.received();
    for received in &received[2..] {
        assert_eq!(received.line, format!("PUT /v1/blobs/{}/parts/3", id()));
        assert_eq!(received.header("content-digest").and_then(PartDigest::from_header), Some(digest));
        assert_eq!(received.body, part);
    }
    assert_eq!(received.len(), 4);
}

#[tokio::test]
async fn blob_is_there_only_if_the_server_says_so() {
    let check = async |answer: Vec<u8>, expect: Option<bool>| {
        let (setup, server) = (Setup::new(), Server::in_session(move |_| answer.clone()));
        assert_eq!(setup.client(&server).has_blob(id()).await.ok(), expect);
    };
    check(partial("bytes 0-0/9", b"x"), Some(true)).await;
    check(problem(ProblemCode::NotFound), Some(false)).await;
    check(problem(ProblemCode::BlobDeleted), Some(false)).await;
    check(problem(ProblemCode::Internal), None).await;
    check(super::server::answer(404, &[], b""), None).await;
    check(super::server::answer(200, &[], b"x"), None).await;
}
