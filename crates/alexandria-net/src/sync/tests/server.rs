//! An HTTP server on loopback whose answers are bytes.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use alexandria_protocol::api::sessions::{NonceIssued, SessionCreated, SessionRequest};
use alexandria_protocol::headers;
use alexandria_protocol::ids::SessionId;
use alexandria_protocol::problem::{Problem, ProblemCode};
use alexandria_protocol::proof::{DeviceProof, Nonce, Purpose};
use alexandria_protocol::secret::SessionToken;
use serde::Serialize;

use super::credential;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Received {
    /// Method and target: `GET /v1/meta`.
    pub(super) line: String,
    /// Lower-case names.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Received {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// Answers each connection with what `answer` gives for its request; nothing at all closes the connection.
pub(super) struct Server {
    pub(super) address: String,
    received: Arc<Mutex<Vec<Received>>>,
    stops: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(answer: impl Fn(&Received) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (received, stops) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (record, stop) = (Arc::clone(&received), Arc::clone(&stops));
        let thread = std::thread::spawn(move || {
            for connection in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let mut connection = connection.unwrap();
                let Some(request) = read(&mut connection) else { continue };
                record.lock().unwrap().push(request.clone());
                // The client may be gone already.
                let _ = connection.write_all(&answer(&request));
            }
        });
        Self { address, received, stops, thread: Some(thread) }
    }

    /// Answers with each of `answers` in turn, then with the last.
    pub(super) fn with(answers: Vec<Vec<u8>>) -> Self {
        let next = Mutex::new(answers.into_iter().rev().collect::<Vec<_>>());
        Self::start(move |_| {
            let mut left = next.lock().unwrap();
            if left.len() > 1 { left.pop().unwrap() } else { left[0].clone() }
        })
    }

    /// Begins sessions by itself, and answers other requests with what `answer` gives.
    pub(super) fn in_session(answer: impl Fn(&Received) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::start(move |received| session_answer(received).unwrap_or_else(|| answer(received)))
    }

    /// What was received so far.
    pub(super) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// First lines of what was received so far.
    pub(super) fn lines(&self) -> Vec<String> {
        self.received().into_iter().map(|received| received.line).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stops.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address.strip_prefix("http://").unwrap()));
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || ended.is_some_and(|ended| ended.is_ok()), "the server panicked");
    }
}

fn read(connection: &mut TcpStream) -> Option<Received> {
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        let read = connection.read(&mut buffer).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let line = lines.next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        let read = connection.read(&mut buffer).ok().filter(|read| *read > 0)?;
        body.extend_from_slice(&buffer[..read]);
    }
    Some(Received { line, headers, body })
}

/// An answer with these headers, and a length that is right.
pub(super) fn answer(status: u16, more: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let more: String = more.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{more}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// An answer of a sync server.
pub(super) fn ours(status: u16, media_type: &str, more: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    answer(status, &[&[("Alexandria-Server", "1"), ("Content-Type", media_type)], more].concat(), body)
}

pub(super) fn json(body: &impl Serialize) -> Vec<u8> {
    ours(200, headers::JSON, &[], &serde_json::to_vec(body).unwrap())
}

pub(super) fn problem(code: ProblemCode) -> Vec<u8> {
    let problem = Problem::new(code);
    ours(problem.status, headers::PROBLEM, &[], &serde_json::to_vec(&problem).unwrap())
}

/// What a server answers to the requests for a session; `None` to others. Checks the proof.
pub(super) fn session_answer(received: &Received) -> Option<Vec<u8>> {
    let nonce = Nonce::from_bytes([9; 32]);
    match received.line.as_str() {
        "POST /v1/sessions/nonce" => Some(json(&NonceIssued { nonce, expires_in_seconds: 60 })),
        "POST /v1/sessions" => {
            let request: SessionRequest = serde_json::from_slice(&received.body).unwrap();
            let origin = format!("http://{}", received.header("host").unwrap());
            let (purpose, device) = (Purpose::Session, credential());
            let proof = DeviceProof { purpose, origin: &origin, account: device.account, device: device.device, nonce };
            proof.verify(&device.key.public_key(), &request.signature).unwrap();
            Some(json(&created(7)))
        }
        _ => None,
    }
}

/// A session whose token is made of `byte`.
pub(super) fn created(byte: u8) -> SessionCreated {
    SessionCreated {
        session: SessionId::from_bytes([byte; 16]),
        token: SessionToken::from_bytes([byte; 32]),
        expires_in_seconds: 900,
        renew_after_seconds: 600,
        server_time_ms: 0,
    }
}
