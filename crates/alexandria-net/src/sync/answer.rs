//! Answers: whether one is a sync server's, and what it says.

use std::time::Duration;

use alexandria_protocol::headers;
use alexandria_protocol::problem::Problem;
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use serde::de::DeserializeOwned;

use super::error::SyncError;

/// A complete answer of a sync server, of status 200 to 299.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, SyncError> {
        if media_type(&self.headers) != Some(headers::JSON) {
            return Err(SyncError::Malformed("the answer is not JSON"));
        }
        serde_json::from_slice(&self.body).map_err(|_| SyncError::Malformed("the answer is not what was asked for"))
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Whether the answer says that it is a sync server's.
pub(super) fn is_ours(headers: &HeaderMap) -> bool {
    headers.get(headers::SERVER).is_some_and(|value| value.as_bytes() == headers::SERVER_VALUE.as_bytes())
}

/// What the server says in an answer of status 400 and above.
pub(super) fn refusal(status: u16, headers: &HeaderMap, body: &[u8], now: Timestamp) -> SyncError {
    if media_type(headers) != Some(headers::PROBLEM) {
        return SyncError::Malformed("the server refused without saying why");
    }
    let Ok(mut problem) = serde_json::from_slice::<Problem>(body) else {
        return SyncError::Malformed("the server refused, and why cannot be read");
    };
    // The answer's first line counts: what is between here and the server acts on that.
    problem.status = status;
    if problem.retry_after_ms.is_none() {
        problem.retry_after_ms =
            retry_after(headers, now).map(|pause| u64::try_from(pause.as_millis()).unwrap_or(u64::MAX));
    }
    SyncError::Refused(Box::new(problem))
}

/// `Retry-After`: seconds, or a date.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

/// The media type without its parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(CONTENT_TYPE)?.to_str().ok()?.split(';').next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
        let check = |value: &'static str, expect: Option<u64>| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]);
            assert_eq!(retry_after(&headers, now), expect.map(Duration::from_secs), "{value}");
        };
        check("120", Some(120));
        check(" 0 ", Some(0));
        check("Mon, 30 Nov 2026 12:01:30 GMT", Some(90));
        check("Mon, 30 Nov 2026 11:00:00 GMT", Some(0));
        check("-5", None);
        check("soon", None);
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
