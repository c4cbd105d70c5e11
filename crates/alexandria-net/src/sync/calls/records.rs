//! Records, and waiting for them.

use alexandria_protocol::api::records::{Changes, ChangesQuery, Heads, PullQuery, Pushed};
use alexandria_protocol::cursor::Cursor;
use alexandria_protocol::frame::batch::{Batch, StreamDecoder};
use alexandria_protocol::frame::{Frame, MAX_FRAME_BYTES};
use alexandria_protocol::{headers, limits, routes};

use crate::feature::Purpose;
use crate::sync::answer;
use crate::sync::client::SyncClient;
use crate::sync::error::SyncError;
use crate::sync::request::Request;

/// Status of an answer that there is nothing.
const NOTHING: u16 = 204;

/// One page of records.
#[derive(Clone, Debug)]
pub struct PulledRecords {
    /// The records, in the order of the server's log. Nothing in them is verified here.
    pub frames: Vec<Frame>,
    /// Where to continue.
    pub next: Cursor,
    /// Whether there is more now.
    pub has_more: bool,
}

impl SyncClient {
    /// Stores records. They can be sent again after any failure: the same record twice is one.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn push_records(&self, batch: Batch) -> Result<Pushed, SyncError> {
        let request = Request::post(routes::push_records(), Purpose::Changes);
        self.ask_in_session(request.bytes(headers::FRAMES, batch.into_bytes().into())).await
    }

    /// Reads a page of records.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn pull_records(&self, query: PullQuery) -> Result<PulledRecords, SyncError> {
        let mut request = Request::get(routes::pull_records(), Purpose::Changes)
            .query("after", query.after)
            .query("limit", query.limit);
        request.max_answer = limits::MAX_PULL_BYTES + MAX_FRAME_BYTES;
        let answer = self.send_in_session(request).await?;
        if answer::media_type(&answer.headers) != Some(headers::FRAMES) {
            return Err(SyncError::Malformed("the answer has no records"));
        }
        let next = answer.header(headers::NEXT).and_then(|text| text.parse().ok());
        let next = next.ok_or(SyncError::Malformed("the answer does not say where to continue"))?;
        let has_more = answer.header(headers::MORE) == Some("1");
        Ok(PulledRecords { frames: frames(&answer.body)?, next, has_more })
    }

    /// Waits until there is something after the query's cursor; `None` if nothing came in the time that it names.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn changes(&self, query: ChangesQuery) -> Result<Option<Changes>, SyncError> {
        let request = Request::get(routes::changes(), Purpose::Wait).waiting();
        let answer = self.send_in_session(request.query("after", query.after).query("wait", query.wait)).await?;
        if answer.status == NOTHING { Ok(None) } else { answer.json().map(Some) }
    }

    /// The ends of all chains.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn heads(&self) -> Result<Heads, SyncError> {
        self.ask_in_session(Request::get(routes::heads(), Purpose::Changes)).await
    }
}

fn frames(body: &[u8]) -> Result<Vec<Frame>, SyncError> {
    let (mut decoder, mut frames) = (StreamDecoder::default(), Vec::new());
    decoder.feed(body);
    while let Some(frame) = decoder.next_frame().map_err(|_| SyncError::Malformed("a record is malformed"))? {
        frames.push(frame);
    }
    decoder.finish().map_err(|_| SyncError::Malformed("the last record is truncated"))?;
    Ok(frames)
}
