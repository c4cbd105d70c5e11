//! Sealed files, in parts.

use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

use alexandria_protocol::api::blobs::{self, BlobOffer, BlobState, Blobs, BlobsQuery};
use alexandria_protocol::blob::PartDigest;
use alexandria_protocol::ids::BlobId;
use alexandria_protocol::problem::ProblemCode;
use alexandria_protocol::{headers, routes};
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use reqwest::Method;

use crate::body::Body;
use crate::feature::Purpose;
use crate::sync::client::SyncClient;
use crate::sync::error::SyncError;
use crate::sync::request::Request;

/// Status of an answer with the complete file.
const COMPLETE: u16 = 200;
/// Status of an answer with a range of it.
const PARTIAL: u16 = 206;

/// The bytes of a blob or of a range of it, as they arrive. Exactly as many as were asked for, or an error.
#[derive(Debug)]
pub struct BlobBody {
    body: Body,
    left: u64,
}

impl Stream for BlobBody {
    type Item = Result<Bytes, SyncError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.body.poll_next_unpin(context);
        polled.map(|item| match item {
            Some(Ok(bytes)) => match self.left.checked_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX)) {
                Some(left) => {
                    self.left = left;
                    Some(Ok(bytes))
                }
                None => Some(Err(SyncError::Malformed("the server sends more of the file than was asked for"))),
            },
            Some(Err(error)) => Some(Err(error.into())),
            None if self.left == 0 => None,
            None => {
                self.left = 0;
                Some(Err(SyncError::Malformed("the server sends less of the file than was asked for")))
            }
        })
    }
}

fn request(method: Method, path: String) -> Request {
    Request::new(method, path, Purpose::Files)
}

impl SyncClient {
    /// Makes sure that the server has, or gets, a blob. Also before a file is believed to be there already: this claims it.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn put_blob(&self, id: BlobId, body: &BlobOffer) -> Result<BlobState, SyncError> {
        self.ask_in_session(request(Method::PUT, routes::put_blob(id)).json(body)?).await
    }

    /// Stores a part. It can be sent again after any failure. Dropping the future stops the transfer.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn put_part(&self, id: BlobId, number: u32, digest: PartDigest, part: Bytes) -> Result<(), SyncError> {
        let request = request(Method::PUT, routes::blob_part(id, number)).bytes(headers::BYTES, part);
        self.send_in_session(request.header(headers::CONTENT_DIGEST, &digest.to_header())).await.map(drop)
    }

    /// Makes a blob complete.
    ///
    /// # Errors
    /// See [`SyncError`]; with [`ProblemCode::BlobMissingParts`], [`SyncClient::put_blob`] says which.
    pub async fn commit_blob(&self, id: BlobId) -> Result<(), SyncError> {
        self.send_in_session(request(Method::POST, routes::commit_blob(id))).await.map(drop)
    }

    /// Whether the blob is complete on the server: the question before a local copy is removed.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn has_blob(&self, id: BlobId) -> Result<bool, SyncError> {
        // An answer to HEAD has no body, so no problem document: a range of one byte asks the same and says why not.
        let question = request(Method::GET, routes::blob(id)).header("range", "bytes=0-0");
        match self.send_in_session(question).await {
            Ok(_) => Ok(true),
            Err(error) => match error.code() {
                Some(ProblemCode::NotFound | ProblemCode::BlobDeleted) => Ok(false),
                _ => Err(error),
            },
        }
    }

    /// Reads `range` of a blob, whose bytes the caller verifies. If the connection breaks off, ask for what is missing.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn blob(&self, id: BlobId, range: Range<u64>) -> Result<BlobBody, SyncError> {
        let left = range.end.saturating_sub(range.start);
        let Some(last) = range.end.checked_sub(1).filter(|_| left > 0) else {
            return Err(SyncError::Malformed("an empty range was asked for"));
        };
        let header = format!("bytes={}-{last}", range.start);
        let request =
            request(Method::GET, routes::blob(id)).header("range", &header).header("if-range", &blobs::etag(id));
        let opened = self.open_in_session(request).await?;
        let begins = opened.headers.get("content-range").and_then(|value| value.to_str().ok());
        let is_range = begins.is_some_and(|text| text.starts_with(&format!("bytes {}-{last}/", range.start)));
        // A server may answer a range from the beginning with the complete file, if that is what the range is.
        let is_answered = match opened.status {
            PARTIAL => is_range,
            COMPLETE => range.start == 0,
            _ => false,
        };
        if !is_answered {
            return Err(SyncError::Malformed("the answer is another range of the file"));
        }
        Ok(BlobBody { body: opened.body, left })
    }

    /// Deletes a blob; it can be undeleted for 30 days.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn delete_blob(&self, id: BlobId) -> Result<(), SyncError> {
        self.send_in_session(request(Method::DELETE, routes::delete_blob(id))).await.map(drop)
    }

    /// Lists blobs.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn blobs(&self, query: BlobsQuery) -> Result<Blobs, SyncError> {
        let request = request(Method::GET, routes::blobs());
        self.ask_in_session(request.query("after", query.after).query("limit", query.limit)).await
    }
}
