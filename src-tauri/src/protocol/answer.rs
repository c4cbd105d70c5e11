//! Answers of the `book:` protocol, with the headers that keep book content harmless and out of every cache.

use alexandria_library::Page;
use tauri::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, RANGE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use tauri::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};

use super::range::{Wanted, wanted};
use super::request::APP_ORIGIN;

/// What book content may do: show its own images, styles, fonts and sounds. No script, no network, no forms.
const BOOK_CSP: &str = "default-src 'none'; img-src book: http://book.localhost data:; \
    style-src book: http://book.localhost 'unsafe-inline'; font-src book: http://book.localhost; \
    media-src book: http://book.localhost; sandbox allow-same-origin";

/// Content of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    media_type: String,
    bytes: Vec<u8>,
    /// A page went through the sanitiser; a resource is as the file has it.
    sanitised: bool,
}

impl Content {
    /// A section's sanitised page.
    pub(super) fn page(Page { media_type, html }: Page) -> Self {
        Self { media_type: format!("{media_type}; charset=utf-8"), bytes: html.into_bytes(), sanitised: true }
    }

    /// A resource as the file has it.
    pub(super) fn resource(media_type: String, bytes: Vec<u8>) -> Self {
        Self { media_type, bytes, sanitised: false }
    }

    /// A JPEG image.
    pub(super) fn jpeg(bytes: Vec<u8>) -> Self {
        Self::resource("image/jpeg".into(), bytes)
    }

    /// Whether this is something a page shows: no other document and no script leaves the library unsanitised.
    pub(super) fn may_be_served(&self) -> bool {
        let (kind, _) = self.media_type.split_once('/').unwrap_or_default();
        let font = ["application/font", "application/vnd.ms-opentype", "application/x-font"];
        self.sanitised
            || matches!(kind, "image" | "font" | "audio" | "video")
            || self.media_type.starts_with("text/css")
            || font.iter().any(|name| self.media_type.starts_with(name))
    }
}

/// How a request ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// With content.
    Content(Content),
    /// With nothing but a status.
    Refusal(StatusCode),
}

impl Answer {
    /// An answer without content.
    pub(super) const fn refuse(status: StatusCode) -> Self {
        Self::Refusal(status)
    }

    /// The response to a request with that method and those headers.
    pub(super) fn into_response(self, method: &Method, request: &HeaderMap) -> Response<Vec<u8>> {
        match self {
            Self::Refusal(status) => response(status, Vec::new()),
            Self::Content(content) => {
                let range = request.get(RANGE).and_then(|range| range.to_str().ok());
                let mut response = content.into_response(range);
                if method == Method::HEAD {
                    response.body_mut().clear();
                }
                response
            }
        }
    }
}

impl Content {
    fn into_response(self, range: Option<&str>) -> Response<Vec<u8>> {
        let Self { media_type, mut bytes, .. } = self;
        let length = bytes.len();
        let (status, content_range) = match wanted(range, length) {
            Wanted::Whole => (StatusCode::OK, None),
            Wanted::Unsatisfiable => {
                bytes.clear();
                (StatusCode::RANGE_NOT_SATISFIABLE, Some(format!("bytes */{length}")))
            }
            Wanted::Part(part) => {
                let content_range = format!("bytes {}-{}/{length}", part.start, part.end - 1);
                bytes.truncate(part.end);
                bytes.drain(..part.start);
                (StatusCode::PARTIAL_CONTENT, Some(content_range))
            }
        };
        let mut response = response(status, bytes);
        let headers = response.headers_mut();
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        set(headers, CONTENT_TYPE, &media_type);
        if let Some(content_range) = content_range {
            set(headers, CONTENT_RANGE, &content_range);
        }
        response
    }
}

/// A response with the headers every answer has.
fn response(status: StatusCode, body: Vec<u8>) -> Response<Vec<u8>> {
    let length = body.len().to_string();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, BOOK_CSP),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, APP_ORIGIN),
        (CONTENT_TYPE, "application/octet-stream"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    set(headers, CONTENT_LENGTH, &length);
    response
}

/// Sets a header. A media type no header can hold is left at the harmless default.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(method: &Method, range: Option<&str>) -> Response<Vec<u8>> {
        let headers = range.map(|range| (RANGE, range.parse().unwrap()));
        let content = Content::resource("image/png".into(), b"0123456789".to_vec());
        Answer::Content(content).into_response(method, &headers.into_iter().collect())
    }

    fn header(response: &Response<Vec<u8>>, name: HeaderName) -> Option<&str> {
        response.headers().get(name).map(|value| value.to_str().unwrap())
    }

    fn check(range: Option<&str>, status: u16, body: &[u8], content_range: Option<&str>) {
        let response = answer(&Method::GET, range);
        assert_eq!(response.status(), status);
        assert_eq!(response.body(), body);
        assert_eq!(header(&response, CONTENT_RANGE), content_range);
        assert_eq!(header(&response, CONTENT_LENGTH), Some(body.len().to_string().as_str()));
    }

    #[test]
    fn ranges_are_served_with_their_place() {
        check(None, 200, b"0123456789", None);
        check(Some("bytes=2-4"), 206, b"234", Some("bytes 2-4/10"));
        check(Some("bytes=-3"), 206, b"789", Some("bytes 7-9/10"));
        check(Some("bytes=10-"), 416, b"", Some("bytes */10"));
    }

    #[test]
    fn every_answer_is_harmless_and_uncached() {
        let whole = answer(&Method::GET, None);
        let beyond = answer(&Method::GET, Some("bytes=99-"));
        let refused = Answer::refuse(StatusCode::NOT_FOUND).into_response(&Method::GET, &HeaderMap::new());
        for response in [whole, beyond, refused] {
            assert_eq!(header(&response, CONTENT_SECURITY_POLICY), Some(BOOK_CSP));
            assert_eq!(header(&response, X_CONTENT_TYPE_OPTIONS), Some("nosniff"));
            assert_eq!(header(&response, CACHE_CONTROL), Some("no-store"));
            assert_eq!(header(&response, ACCESS_CONTROL_ALLOW_ORIGIN), Some(APP_ORIGIN));
        }
        assert!(!BOOK_CSP.contains("script") && !BOOK_CSP.contains("  "));
    }

    #[test]
    fn a_head_request_gets_the_length_and_no_content() {
        let response = answer(&Method::HEAD, None);
        assert_eq!((response.body().len(), header(&response, CONTENT_LENGTH)), (0, Some("10")));
    }

    #[test]
    fn only_what_a_page_shows_leaves_unsanitised() {
        let served = |media_type: &str| Content::resource(media_type.into(), Vec::new()).may_be_served();
        for shown in ["image/svg+xml", "font/woff2", "text/css", "application/vnd.ms-opentype", "audio/mpeg"] {
            assert!(served(shown), "{shown}");
        }
        for hidden in ["text/html", "application/xhtml+xml", "text/javascript", "application/pdf", "text/xml", ""] {
            assert!(!served(hidden), "{hidden}");
        }
        assert!(Content::page(Page { media_type: "application/xhtml+xml", html: String::new() }).may_be_served());
    }

    #[test]
    fn a_media_type_that_is_no_header_stays_harmless() {
        let content = Content::resource("image/x\r\nset-cookie: a".into(), Vec::new());
        let response = Answer::Content(content).into_response(&Method::GET, &HeaderMap::new());
        assert_eq!(header(&response, CONTENT_TYPE), Some("application/octet-stream"));
    }
}
