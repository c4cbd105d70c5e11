//! The body of an answer, whose bytes are listed as they arrive.

use std::fmt::Debug;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _};

use crate::error::NetError;
use crate::http;
use crate::log::{Entry, NetworkLog, Outcome};

/// The body of an answer.
pub struct Body {
    /// Where in the file it begins, in bytes.
    pub offset: u64,
    bytes: BoxStream<'static, Result<Bytes, NetError>>,
    entry: Entry,
    log: NetworkLog,
}

impl Body {
    /// The body of `response`, which begins at `offset` of the file. Its end is listed when it is dropped.
    pub(crate) fn new(offset: u64, response: reqwest::Response, entry: Entry, log: NetworkLog) -> Self {
        let bytes = response.bytes_stream().map(|chunk| chunk.map_err(|error| http::sort(&error))).boxed();
        Self { offset, bytes, entry, log }
    }
}

impl Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Body").field("offset", &self.offset).finish_non_exhaustive()
    }
}

impl Stream for Body {
    type Item = Result<Bytes, NetError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let poll = self.bytes.poll_next_unpin(context);
        match &poll {
            Poll::Ready(Some(Ok(bytes))) => {
                self.entry.received += u64::try_from(bytes.len()).unwrap_or_default();
            }
            Poll::Ready(Some(Err(_))) => self.entry.outcome = Outcome::Failed,
            Poll::Ready(None) if self.entry.outcome == Outcome::Unfinished => self.entry.outcome = Outcome::Answered,
            Poll::Ready(None) | Poll::Pending => {}
        }
        poll
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.log.end(&self.entry);
    }
}
