//! Accepts connections, serves HTTP/1.1 on them and ends them in order: those that wait for a request at once, those that answer
//! one when it is answered, all that are left when the time is over.

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use alexandria_protocol::limits::MAX_HEAD_BYTES;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use crate::shutdown::Shutdown;

/// How long a client may take for the head of a request, and how long a connection may be idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);

/// How long to wait when a connection cannot be accepted, mostly because there are too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How a listener is served.
#[derive(Debug, Clone, Copy)]
pub struct ServeOptions {
    /// How many connections may be open at once; more wait.
    pub max_connections: usize,
    /// How long open requests may take when the server stops.
    pub drain: Duration,
}

/// Serves a listener until `shutdown` begins and its connections have ended. Answers how many had to be cut off.
pub async fn serve(listener: TcpListener, router: Router, options: ServeOptions, shutdown: Shutdown) -> usize {
    let slots = Arc::new(Semaphore::new(options.max_connections));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = shutdown.wait() => break,
            // Tasks that have ended are removed while others run.
            Some(_ended) = connections.join_next() => continue,
            accepted = accept(&listener, &slots) => accepted,
        };
        match accepted {
            Some((stream, peer, slot)) => {
                connections.spawn(serve_connection(stream, peer, router.clone(), shutdown.clone(), slot));
            }
            None => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
    drop(listener);
    let drained = tokio::time::timeout(options.drain, async { while connections.join_next().await.is_some() {} });
    match drained.await {
        Ok(()) => 0,
        Err(_elapsed) => {
            let left = connections.len();
            connections.shutdown().await;
            left
        }
    }
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, slot)),
        Err(error) => {
            tracing::warn!(%error, "a connection was not accepted");
            None
        }
    }
}

async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    shutdown: Shutdown,
    _slot: OwnedSemaphorePermit,
) {
    let _open = Open::new();
    // Answers are written at once; without it the last packet of each waits for an acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the connection is gone");
        return;
    }
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.wait() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // Clients that hang up are not worth more.
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Counts open connections.
struct Open;

impl Open {
    fn new() -> Self {
        metrics::gauge!("alexandria_connections").increment(1);
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!("alexandria_connections").decrement(1);
    }
}
