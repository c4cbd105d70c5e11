//! Records: order, forks, gaps, signatures, pages and waiting.

use std::time::Duration;

use alexandria_protocol::api::records::{Changes, Heads, Pushed};
use alexandria_protocol::cursor::Cursor;
use alexandria_protocol::frame::{Frame, FrameHeader, batch};
use alexandria_protocol::headers;
use alexandria_protocol::ids::{AccountId, DeviceId, LogId, StreamId};
use alexandria_protocol::limits::Limits;
use alexandria_protocol::problem::ProblemCode;

use super::client::{Client, random};
use super::harness::{Options, START_MS, on_every_stack};

/// Reads everything, page by page.
async fn pull_all(client: &Client, limit: u32) -> Vec<Frame> {
    let (mut frames, mut after) = (Vec::new(), String::new());
    loop {
        let answer = client.get(&format!("records?limit={limit}{after}")).await;
        assert_eq!(answer.status, 200);
        frames.extend(batch::decode(&answer.body).unwrap());
        after = format!("&after={}", answer.header(headers::NEXT).unwrap());
        if answer.header(headers::MORE) == Some("0") {
            return frames;
        }
    }
}

#[tokio::test]
async fn malformed_and_forged_records_are_refused() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let other = Client::registered(&server, "eve@example.org").await;
        for body in [vec![], b"not a frame".to_vec(), vec![0; 1000]] {
            client.push_bytes(body).await.refused(&ProblemCode::BadFrame);
        }
        client.push_bytes(vec![0; 1_000_001]).await.refused(&ProblemCode::TooLarge);
        let good = client.header();
        let signed = |header: FrameHeader, key: &Client| Frame::sign(header, b"sealed", &key.key).unwrap();
        let mut cut = signed(good, &client).into_bytes();
        cut.pop();
        client.push_bytes(cut).await.refused(&ProblemCode::BadFrame);
        // Signed by another key; by a device of another account; changed after it was signed.
        client.push(&[signed(good, &other)]).await.refused(&ProblemCode::SignatureRejected);
        let foreign = FrameHeader { device: other.device, ..good };
        client.push(&[signed(foreign, &other)]).await.refused(&ProblemCode::SignatureRejected);
        let unknown = FrameHeader { device: DeviceId::from_bytes(random()), ..good };
        client.push(&[signed(unknown, &client)]).await.refused(&ProblemCode::SignatureRejected);
        let mut changed = signed(good, &client).into_bytes();
        let last = changed.len() - 70;
        changed[last] ^= 1;
        client.push_bytes(changed).await.refused(&ProblemCode::SignatureRejected);
        // Another account's record, validly signed by its device.
        client.push(&[signed(other.header(), &other)]).await.refused(&ProblemCode::Invalid);
        let moved = FrameHeader { account: AccountId::from_bytes(random()), ..good };
        client.push(&[signed(moved, &client)]).await.refused(&ProblemCode::Invalid);
        assert!(client.get("heads").await.json::<Heads>().heads.is_empty());
        let first = client.record(b"sealed");
        client.push(&[first]).await.json::<Pushed>();
    })
    .await;
}

/// Row 8: a stamp from the future is refused, whatever it is.
#[tokio::test]
async fn stamps_from_the_future_are_refused() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let limit = u64::try_from(START_MS).unwrap() + 300_000;
        for hlc in [(limit + 1) << 16, u64::MAX, 4_070_908_800_000 << 16] {
            let header = FrameHeader { hlc, ..client.header() };
            let frame = Frame::sign(header, b"sealed", &client.key).unwrap();
            let problem = client.push(&[frame]).await.refused(&ProblemCode::StampAhead);
            assert_eq!(problem.expected, Some(u64::try_from(START_MS).unwrap()));
        }
        let header = FrameHeader { hlc: (limit << 16) | 0xffff, ..client.header() };
        let frame = Frame::sign(header, b"sealed", &client.key).unwrap();
        client.push(&[frame]).await.json::<Pushed>();
        client.chain.seq = 1;
    })
    .await;
}

/// Rows 4 and 9: the same record again is done; another one in its place is a fork; a missing one is a gap.
#[tokio::test]
async fn repeated_records_are_done_and_forks_and_gaps_are_refused() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let frames: Vec<Frame> = (0..5).map(|number| client.record(&[number; 40])).collect();
        let problem = client.push(&frames[2..]).await.refused(&ProblemCode::Gap);
        assert_eq!(problem.expected, Some(1));
        let pushed: Pushed = client.push(&frames[..3]).await.json();
        assert_eq!((pushed.end.position(), pushed.heads[0].seq), (3, 3));
        assert_eq!(pushed.heads[0].hash, frames[2].hash());
        // The answer was lost: the same, overlapping, and all of it.
        assert_eq!(client.push(&frames[..3]).await.json::<Pushed>().end, pushed.end);
        client.push(&frames[1..4]).await.json::<Pushed>();
        client.push(&frames).await.json::<Pushed>();
        // Another record under number 2; nothing of the batch is stored.
        let header = FrameHeader { seq: 2, previous: frames[0].hash(), ..client.header() };
        let fork = Frame::sign(header, b"another", &client.key).unwrap();
        let next = client.record(b"next");
        assert_eq!(client.push(&[next.clone(), fork.clone()]).await.refused(&ProblemCode::Fork).expected, Some(2));
        client.push(&[fork]).await.refused(&ProblemCode::Fork);
        let header = FrameHeader { seq: 6, previous: frames[1].hash(), ..client.header() };
        let stranger = Frame::sign(header, b"another chain", &client.key).unwrap();
        client.push(&[stranger]).await.refused(&ProblemCode::Fork);
        assert_eq!(pull_all(&client, 1000).await, frames);
        client.push(&[next]).await.json::<Pushed>();
    })
    .await;
}

#[tokio::test]
async fn any_device_brings_back_records_of_another() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let mut second = client.add_device().await;
        let frames = [second.record(b"one"), second.record(b"two")];
        client.push(&frames).await.json::<Pushed>();
        second.push(&frames).await.json::<Pushed>();
        assert_eq!(pull_all(&second, 1).await, frames);
    })
    .await;
}

/// Row 6: whatever the size of pages, and whoever writes meanwhile, the union of pages is everything.
#[tokio::test]
async fn pages_of_any_size_hold_every_record_once() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let mut second = client.add_device().await;
        let mut expected = Vec::new();
        for round in 0..12_u8 {
            let frames = [client.record(&[round; 30]), client.record(&[round; 31])];
            client.push(&frames).await.json::<Pushed>();
            expected.extend(frames);
            let frame = second.record(&[round; 32]);
            second.push(std::slice::from_ref(&frame)).await.json::<Pushed>();
            expected.push(frame);
        }
        for limit in [1, 2, 5, 7, 36, 37, 100_000] {
            assert_eq!(pull_all(&client, limit).await, expected, "pages of {limit}");
        }
        let heads: Heads = client.get("heads").await.json();
        assert_eq!(heads.heads.len(), 2);
        assert_eq!(heads.end.position(), 36);
    })
    .await;
}

/// Row 9: a cursor beyond the end, or of another log, is told to start over.
#[tokio::test]
async fn foreign_and_impossible_cursors_are_refused() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let frame = client.record(b"sealed");
        let end = client.push(&[frame]).await.json::<Pushed>().end;
        for malformed in ["x", "1", "00.1", &format!("{end}x"), "%00"] {
            client.get(&format!("records?after={malformed}")).await.refused(&ProblemCode::BadRequest);
        }
        let foreign = Cursor::new(LogId::from_bytes(random()), 1);
        client.get(&format!("records?after={foreign}")).await.refused(&ProblemCode::LogChanged);
        client.get(&format!("changes?after={foreign}&wait=50")).await.refused(&ProblemCode::LogChanged);
        assert_eq!(client.get(&format!("records?after={end}")).await.body, b"");
        // A position that this server never gave out: it has lost records, and says so to everybody from now on.
        let beyond = Cursor::new(end.log(), end.position() + 1);
        client.get(&format!("records?after={beyond}")).await.refused(&ProblemCode::LogChanged);
        let renewed = client.get("heads").await.json::<Heads>().end;
        assert_ne!(renewed.log(), end.log());
        client.get(&format!("records?after={end}")).await.refused(&ProblemCode::LogChanged);
        assert_eq!(pull_all(&client, 1).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn account_sees_its_own_records_only() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let mut other = Client::registered(&server, "eve@example.org").await;
        let frame = client.record(b"ada's");
        let end = client.push(&[frame]).await.json::<Pushed>().end;
        let frame = other.record(b"eve's");
        other.push(std::slice::from_ref(&frame)).await.json::<Pushed>();
        assert_eq!(pull_all(&other, 10).await, [frame]);
        other.get(&format!("records?after={end}")).await.refused(&ProblemCode::LogChanged);
    })
    .await;
}

#[tokio::test]
async fn record_limit_asks_for_a_snapshot() {
    let limits = Limits { unsnapshotted_records: 3, ..Options::default().limits };
    on_every_stack(Options { limits, ..Options::default() }, |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let frames: Vec<Frame> = (0..4).map(|number| client.record(&[number; 40])).collect();
        client.push(&frames).await.refused(&ProblemCode::RecordLimit);
        client.push(&frames[..3]).await.json::<Pushed>();
        client.push(&frames[3..]).await.refused(&ProblemCode::RecordLimit);
    })
    .await;
}

#[tokio::test]
async fn waiting_ends_with_news_and_with_the_server() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let second = client.add_device().await;
        let start: Changes = second.get("changes").await.json();
        second.get(&format!("changes?after={}", start.next)).await.done();
        let waiting = tokio::spawn({
            let (second, path) = (second.clone(), format!("changes?after={}&wait=50", start.next));
            async move { second.get(&path).await }
        });
        // Long enough for the request to arrive, or the test shows nothing.
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!waiting.is_finished());
        let frame = client.record(b"news");
        client.push(&[frame]).await.json::<Pushed>();
        let changes: Changes = waiting.await.unwrap().json();
        assert_eq!(changes.heads.len(), 1);
        assert_eq!(changes.heads[0].stream, StreamId::LIBRARY);

        // Row 18: a server that stops keeps nobody waiting.
        let waiting = tokio::spawn(async move { second.get(&format!("changes?after={}&wait=50", changes.next)).await });
        tokio::time::sleep(Duration::from_millis(200)).await;
        server.state.shutdown.begin();
        waiting.await.unwrap().done();
    })
    .await;
}
