//! How connections begin and end, over real sockets.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use futures::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinHandle;

use super::*;
use crate::clock::SystemClock;
use crate::http::long_poll::poll;
use crate::testing::{NginxProcess, wait_until};
use crate::transient::{MemoryTransient, Topic, Transient as _};
use alexandria_tests_skip::{Requirement, skip};

/// A server whose routes wait.
struct WaitingServer {
    address: SocketAddr,
    shutdown: Shutdown,
    transient: Arc<MemoryTransient>,
    /// Requests that have arrived.
    arrived: Arc<AtomicUsize>,
    served: JoinHandle<usize>,
}

impl WaitingServer {
    async fn start(drain: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (shutdown, arrived) = (Shutdown::default(), Arc::<AtomicUsize>::default());
        let transient = Arc::new(MemoryTransient::new(Arc::new(SystemClock)));
        let wait = {
            let (shutdown, arrived, transient) = (shutdown.clone(), Arc::clone(&arrived), Arc::clone(&transient));
            async move || -> Response {
                arrived.fetch_add(1, Ordering::SeqCst);
                let before = Arc::clone(&transient).subscribe(Topic::Account([1; 16]));
                let read = || {
                    let has_changed = before.has_changed().unwrap_or_default();
                    async move { Ok(has_changed.then_some("news")) }
                };
                let wait = Duration::from_secs(50);
                let answer = poll(&*transient, &shutdown, Topic::Account([1; 16]), wait, read).await;
                answer.unwrap().map_or_else(|| StatusCode::NO_CONTENT.into_response(), |news| news.into_response())
            }
        };
        let stuck = {
            let arrived = Arc::clone(&arrived);
            async move || {
                arrived.fetch_add(1, Ordering::SeqCst);
                std::future::pending::<()>().await;
            }
        };
        let router = Router::new()
            .route("/wait", get(wait))
            .route("/stuck", get(stuck))
            .route("/ok", get(async || "fine"))
            .route("/length", post(async |body: axum::body::Bytes| body.len().to_string()));
        let options = ServeOptions { max_connections: 1000, drain };
        let served = tokio::spawn(serve(listener, router, options, shutdown.clone()));
        Self { address, shutdown, transient, arrived, served }
    }

    async fn send(&self, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()).await.unwrap();
        stream
    }

    async fn until_arrived(&self, count: usize) {
        while self.arrived.load(Ordering::SeqCst) < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn read_all(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // A connection that is cut off may end with an error.
    let _cut_off = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

const LONG: Duration = Duration::from_secs(60);

/// Row 18 of the traps of sync: waiting requests do not keep a server from stopping.
#[tokio::test]
async fn long_polls_are_answered_when_the_server_stops() {
    let server = WaitingServer::start(LONG).await;
    let streams = join_all((0..500).map(|_| server.send("/wait"))).await;
    server.until_arrived(500).await;
    server.shutdown.begin();
    for answer in join_all(streams.into_iter().map(read_all)).await {
        assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    }
    assert_eq!(server.served.await.unwrap(), 0, "nothing had to be cut off");
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn long_polls_are_answered_when_something_happens() {
    let server = WaitingServer::start(LONG).await;
    let stream = server.send("/wait").await;
    server.until_arrived(1).await;
    server.transient.wake(Topic::Account([2; 16])).await;
    server.transient.wake(Topic::Account([1; 16])).await;
    let mut stream = stream;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    server.shutdown.begin();
    server.served.await.unwrap();
}

#[tokio::test]
async fn idle_connections_end_and_stuck_requests_are_cut_off() {
    let server = WaitingServer::start(Duration::from_millis(50)).await;
    let idle = TcpStream::connect(server.address).await.unwrap();
    let stuck = server.send("/stuck").await;
    server.until_arrived(1).await;
    server.shutdown.begin();
    assert_eq!(read_all(idle).await, "");
    assert_eq!(read_all(stuck).await, "");
    assert_eq!(server.served.await.unwrap(), 1);
}

#[tokio::test]
async fn head_that_is_too_long_is_refused() {
    let server = WaitingServer::start(LONG).await;
    let check = async |bytes: usize, expect: &str| {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let padding = "a".repeat(bytes);
        let head = format!("GET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Padding: {padding}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = read_all(stream).await;
        assert!(answer.starts_with(expect), "{bytes}: {answer}");
    };
    check(15 * 1024, "HTTP/1.1 200").await;
    check(17 * 1024, "HTTP/1.1 431").await;
    server.shutdown.begin();
    server.served.await.unwrap();
}

/// Row 17 of the traps of sync: what nginx with its defaults lets through is enough.
#[tokio::test]
async fn nginx_passes_large_bodies_and_long_polls() {
    let server = WaitingServer::start(LONG).await;
    let Some(nginx) = NginxProcess::start(server.address) else {
        return skip(Requirement::Nginx, "nginx is not installed");
    };
    let client = reqwest::Client::new();
    let post =
        async |bytes: usize| client.post(format!("{}/length", nginx.url())).body(vec![0; bytes]).send().await.unwrap();
    let part = usize::try_from(alexandria_protocol::blob::SMALL_PART_BYTES).unwrap();
    for bytes in [part, alexandria_protocol::frame::batch::MAX_BYTES] {
        let response = post(bytes).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.text().await.unwrap(), bytes.to_string());
    }
    assert_eq!(post(1024 * 1024 + 1).await.status(), 413, "nginx has a limit, or this test proves nothing");

    if std::env::var_os("ALEXANDRIA_EXHAUSTIVE").is_some() {
        let response = client.get(format!("{}/wait", nginx.url())).send().await.unwrap();
        assert_eq!(response.status(), 204, "the longest wait is over before nginx gives up");
    }
    let arrived = server.arrived.load(Ordering::SeqCst);
    let poll = tokio::spawn(client.get(format!("{}/wait", nginx.url())).send());
    server.until_arrived(arrived + 1).await;
    server.shutdown.begin();
    assert_eq!(poll.await.unwrap().unwrap().status(), 204, "an answer without a body passes, too");
    server.served.await.unwrap();
    wait_until("nginx notices", || std::net::TcpStream::connect(server.address).is_err());
}
