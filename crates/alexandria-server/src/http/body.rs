//! Reads bodies: never more than allowed, and only as long as bytes keep arriving.

use std::time::Duration;

use alexandria_protocol::problem::ProblemCode;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::Request;
use bytes::BytesMut;
use futures::StreamExt as _;
use tokio::time::timeout;

use super::problem::ApiError;

/// How long a body may make no progress. There is no limit for a whole body: slow uploads end, too.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Reads a body of at most `limit` bytes.
pub(super) async fn read_body(request: Request, limit: usize) -> Result<Bytes, ApiError> {
    read(request.into_body(), limit, IDLE_TIMEOUT).await
}

async fn read(body: Body, limit: usize, idle: Duration) -> Result<Bytes, ApiError> {
    let too_large = || ApiError::from(ProblemCode::TooLarge);
    // What the client announces is refused before it is sent.
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(too_large());
    }
    let mut bytes = BytesMut::with_capacity(announced);
    let mut chunks = body.into_data_stream();
    loop {
        let chunk = timeout(idle, chunks.next()).await.map_err(|_elapsed| ApiError::from(ProblemCode::BodyTimeout))?;
        let Some(chunk) = chunk else { return Ok(bytes.freeze()) };
        let chunk = chunk.map_err(|error| ApiError::from(ProblemCode::BadRequest).because(error))?;
        if bytes.len() + chunk.len() > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    #[tokio::test]
    async fn body_is_read_up_to_its_limit() {
        async fn check(chunks: &'static [&'static [u8]], limit: usize, expect: Result<&[u8], ProblemCode>) {
            let stream = stream::iter(chunks.iter().map(|chunk| Ok::<_, std::io::Error>(Bytes::from_static(chunk))));
            let read = read(Body::from_stream(stream), limit, IDLE_TIMEOUT).await;
            assert_eq!(read.as_deref().map_err(|error| error.problem().code.clone()), expect, "{chunks:?} {limit}");
        }
        check(&[], 0, Ok(b"")).await;
        check(&[b"ab", b"c"], 3, Ok(b"abc")).await;
        check(&[b"ab", b"c"], 2, Err(ProblemCode::TooLarge)).await;
        check(&[b"abc"], 2, Err(ProblemCode::TooLarge)).await;
    }

    #[tokio::test]
    async fn announced_length_is_refused_before_it_is_read() {
        let read = read(Body::from(vec![0; 3]), 2, IDLE_TIMEOUT).await;
        assert_eq!(read.unwrap_err().problem().code, ProblemCode::TooLarge);
    }

    #[tokio::test]
    async fn body_that_stops_arriving_times_out() {
        let body = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let read = read(body, 9, Duration::from_millis(10)).await;
        assert_eq!(read.unwrap_err().problem().code, ProblemCode::BodyTimeout);
    }
}
