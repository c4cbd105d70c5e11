//! One request, as it is sent and sent again.

use alexandria_protocol::headers;
use alexandria_protocol::limits;
use alexandria_protocol::secret::{SessionToken, Ticket};
use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

use super::error::SyncError;
use crate::feature::Purpose;

/// Whether a request may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It has the same effect once and twice.
    Always,
    /// It is accepted once.
    IfNotArrived,
}

/// A request. It has no `Debug`, because its headers admit.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) purpose: Purpose,
    pub(super) repeat: Repeat,
    /// The longest answer to read, in bytes.
    pub(super) max_answer: usize,
    /// The server answers when there is something to say.
    pub(super) waits: bool,
}

impl Request {
    pub(super) fn new(method: Method, path: String, purpose: Purpose) -> Self {
        Self {
            method,
            path,
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            purpose,
            repeat: Repeat::Always,
            max_answer: limits::MAX_JSON_ANSWER_BYTES,
            waits: false,
        }
    }

    pub(super) fn get(path: String, purpose: Purpose) -> Self {
        Self::new(Method::GET, path, purpose)
    }

    pub(super) fn post(path: String, purpose: Purpose) -> Self {
        Self::new(Method::POST, path, purpose)
    }

    pub(super) fn put(path: String, purpose: Purpose) -> Self {
        Self::new(Method::PUT, path, purpose)
    }

    pub(super) fn delete(path: String, purpose: Purpose) -> Self {
        Self::new(Method::DELETE, path, purpose)
    }

    /// With a parameter, if there is one.
    pub(super) fn query(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.query.extend(value.map(|value| (name, value.to_string())));
        self
    }

    /// With a JSON body.
    pub(super) fn json(self, body: &impl Serialize) -> Result<Self, SyncError> {
        let bytes = serde_json::to_vec(body).map_err(|_| SyncError::Malformed("the request cannot be written"))?;
        Ok(self.bytes(headers::JSON, bytes.into()))
    }

    /// With a body.
    pub(super) fn bytes(mut self, media_type: &'static str, body: Bytes) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.body = body;
        self
    }

    /// With a header. Values of the protocol are ASCII; another one would be left out, and the server would say so.
    pub(super) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    pub(super) fn ticket(self, ticket: &Ticket) -> Self {
        self.secret(HeaderName::from_static(headers::TICKET), &ticket.expose_text())
    }

    pub(super) fn session(self, token: &SessionToken) -> Self {
        let text = token.expose_text();
        self.secret(AUTHORIZATION, &format!("Bearer {}", text.as_str()))
    }

    fn secret(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(true);
            self.headers.insert(name, value);
        }
        self
    }

    /// Accepted once.
    pub(super) const fn single_use(mut self) -> Self {
        self.repeat = Repeat::IfNotArrived;
        self
    }

    /// Answered when there is something to say.
    pub(super) const fn waiting(mut self) -> Self {
        self.waits = true;
        self
    }
}
