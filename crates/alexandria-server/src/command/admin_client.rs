//! Asks the second listener of a server that runs, with the least that HTTP needs.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::Context as _;

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The most that is read of an answer, in bytes.
const MAX_ANSWER_BYTES: u64 = 64 * 1024 * 1024;

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

/// Sends a request: its first line, further headers and a body. Waits for the answer for at most `timeout`, if there is one.
pub(super) fn ask(
    address: SocketAddr,
    first_line: &str,
    headers: &str,
    body: &str,
    timeout: Option<Duration>,
) -> anyhow::Result<Answer> {
    let address = reachable(address);
    let mut stream =
        TcpStream::connect_timeout(&address, CONNECT_TIMEOUT).with_context(|| format!("no answer from {address}"))?;
    stream.set_read_timeout(timeout)?;
    let length = body.len();
    let request = format!(
        "{first_line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.take(MAX_ANSWER_BYTES).read_to_string(&mut answer).with_context(|| format!("no answer from {address}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer that is not HTTP")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("an answer without status")?;
    Ok(Answer { status, body: body.to_owned() })
}

/// An address that can be connected to, for one that means all of the machine's.
const fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
