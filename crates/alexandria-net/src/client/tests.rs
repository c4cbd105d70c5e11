use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use bytes::Bytes;
use futures::StreamExt as _;

use super::*;

#[derive(Debug)]
struct Allowed(bool);

impl Permissions for Allowed {
    fn allows(&self, _: Feature) -> bool {
        self.0
    }
}

/// A server on this computer that answers each connection with the next of `answers`, and returns what it was asked.
fn serve(answers: Vec<&'static [u8]>) -> (Url, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("http://{}/u/v1/a.json", listener.local_addr().unwrap())).unwrap();
    let thread = std::thread::spawn(move || {
        let mut requests = Vec::new();
        for answer in answers {
            let (mut connection, _) = listener.accept().unwrap();
            let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
            while !request.ends_with(b"\r\n\r\n") {
                let read = connection.read(&mut buffer).unwrap();
                request.extend_from_slice(&buffer[..read]);
            }
            requests.push(String::from_utf8(request).unwrap().to_lowercase());
            connection.write_all(answer).unwrap();
        }
        requests
    });
    (url, thread)
}

struct Setup {
    folder: tempfile::TempDir,
}

impl Setup {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn client(&self, allowed: bool) -> Client {
        let log = NetworkLog::open(&self.folder.path().join("network.jsonl")).unwrap();
        Client::new(log, Arc::new(Allowed(allowed))).unwrap()
    }
}

async fn text(body: Result<Body, NetError>) -> String {
    let chunks: Vec<Bytes> = body.unwrap().map(Result::unwrap).collect().await;
    String::from_utf8(chunks.concat()).unwrap()
}

#[tokio::test]
async fn request_says_nothing_about_the_user_and_is_listed() {
    let setup = Setup::new();
    let (url, server) = serve(vec![b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"]);
    let client = setup.client(true);
    assert_eq!(text(client.get(Feature::Updates, &url, 0).await).await, "hello");
    let request = server.join().unwrap().remove(0);
    let mut names: Vec<&str> =
        request.lines().skip(1).filter_map(|line| line.split_once(':')).map(|(name, _)| name).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"], "{request}");
    assert!(request.contains("user-agent: alexandria\r\n"), "{request}");
    let entries = client.log.entries().unwrap();
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((entry.received, entry.status, entry.outcome), (5, Some(200), Outcome::Answered));
    assert_eq!(entry.server, format!("127.0.0.1:{}", url.port().unwrap()));
}

#[tokio::test]
async fn nothing_is_sent_without_permission_or_protection() {
    let setup = Setup::new();
    let url = Url::parse("http://127.0.0.1:9/").unwrap();
    let refused = setup.client(false).get(Feature::Updates, &url, 0).await;
    assert!(matches!(refused, Err(NetError::NotAllowed)), "{refused:?}");
    for address in ["http://example.org/", "ftp://127.0.0.1/", "http://127.0.0.1.example.org/"] {
        let refused = setup.client(true).get(Feature::Updates, &Url::parse(address).unwrap(), 0).await;
        assert!(matches!(refused, Err(NetError::NotSecure)), "{address}: {refused:?}");
    }
    assert!(setup.client(true).log.entries().unwrap().is_empty(), "a refused request is listed");
}

#[tokio::test]
async fn answers_that_are_not_the_file_are_errors() {
    let setup = Setup::new();
    let (url, server) = serve(vec![
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: https://example.org/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\nConnection: close\r\n\r\nshort",
    ]);
    let client = setup.client(true);
    let get = async || client.get(Feature::Updates, &url, 0).await;
    assert!(matches!(get().await, Err(NetError::NotFound)));
    assert!(matches!(get().await, Err(NetError::Status(503))));
    assert!(matches!(get().await, Err(NetError::Status(302))));
    let chunks: Vec<Result<Bytes, NetError>> = get().await.unwrap().collect().await;
    assert!(matches!(chunks.last(), Some(Err(NetError::Interrupted(_)))), "{chunks:?}");
    server.join().unwrap();
    let unreachable = get().await;
    assert!(matches!(unreachable, Err(NetError::Unreachable(_))), "{unreachable:?}");
    let outcomes: Vec<Outcome> = client.log.entries().unwrap().iter().map(|entry| entry.outcome).collect();
    use Outcome::{Answered, Failed};
    assert_eq!(outcomes, [Answered, Answered, Answered, Failed, Failed]);
}

#[tokio::test]
async fn server_that_does_not_prove_itself_is_not_called_unreachable() {
    let setup = Setup::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("https://{}/", listener.local_addr().unwrap())).unwrap();
    let server = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let read = connection.read(&mut [0; 4096]).unwrap();
        // What a login page of a network answers to everything.
        connection.write_all(b"HTTP/1.1 511 Network Authentication Required\r\nContent-Length: 0\r\n\r\n").unwrap();
        read
    });
    let answer = setup.client(true).get(Feature::Updates, &url, 0).await;
    assert!(server.join().unwrap() > 0);
    assert!(matches!(answer, Err(NetError::NotTrusted(_))), "{answer:?}");
}

#[tokio::test]
async fn download_is_resumed_by_range() {
    let setup = Setup::new();
    let (url, server) = serve(vec![
        b"HTTP/1.1 206 Partial\r\nContent-Range: bytes 2-4/5\r\nContent-Length: 3\r\nConnection: close\r\n\r\nllo",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
    ]);
    let client = setup.client(true);
    let resumed = client.get(Feature::Updates, &url, 2).await.unwrap();
    assert_eq!(resumed.offset, 2);
    assert_eq!(text(Ok(resumed)).await, "llo");
    assert_eq!(client.get(Feature::Updates, &url, 2).await.unwrap().offset, 0, "a server without ranges");
    assert!(server.join().unwrap()[0].contains("range: bytes=2-\r\n"));
}
