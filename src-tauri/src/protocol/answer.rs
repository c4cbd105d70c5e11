//! Answers of the `book:` protocol, with the headers that keep book content harmless and out of every cache.

use std::ops::Range;
use std::sync::Arc;

use alexandria_library::{Page, Resource};
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
    /// A large resource is shared with the open book, which keeps it for the next part that is asked for.
    resource: Arc<Resource>,
    /// A page went through the sanitiser; a resource is as the file has it.
    sanitised: bool,
}

impl Content {
    /// A section's sanitised page.
    pub(super) fn page(Page { media_type, html }: Page) -> Self {
        let media_type = format!("{media_type}; charset=utf-8");
        Self { resource: Arc::new(Resource { media_type, bytes: html.into_bytes() }), sanitised: true }
    }

    /// A resource as the file has it.
    pub(super) fn resource(resource: Arc<Resource>) -> Self {
        Self { resource, sanitised: false }
    }

    /// A JPEG image.
    pub(super) fn jpeg(bytes: Vec<u8>) -> Self {
        Self::resource(Arc::new(Resource { media_type: "image/jpeg".into(), bytes }))
    }

    /// Whether this is something a page shows: no other document and no script leaves the library unsanitised.
    pub(super) fn may_be_served(&self) -> bool {
        let media_type = self.resource.media_type.as_str();
        let (kind, _) = media_type.split_once('/').unwrap_or_default();
        let font = ["application/font", "application/vnd.ms-opentype", "application/x-font"];
        self.sanitised
            || matches!(kind, "image" | "font" | "audio" | "video")
            || media_type.starts_with("text/css")
            || font.iter().any(|name| media_type.starts_with(name))
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
            Self::Refusal(status) => response(status, 0, Vec::new()),
            Self::Content(content) => {
                let range = request.get(RANGE).and_then(|range| range.to_str().ok());
                content.into_response(method, range)
            }
        }
    }
}

impl Content {
    fn into_response(self, method: &Method, range: Option<&str>) -> Response<Vec<u8>> {
        let media_type = self.resource.media_type.clone();
        let length = self.resource.bytes.len();
        let (status, content_range, part) = match wanted(range, length) {
            Wanted::Whole => (StatusCode::OK, None, 0..length),
            Wanted::Unsatisfiable => (StatusCode::RANGE_NOT_SATISFIABLE, Some(format!("bytes */{length}")), 0..0),
            Wanted::Part(part) => {
                let content_range = format!("bytes {}-{}/{length}", part.start, part.end - 1);
                (StatusCode::PARTIAL_CONTENT, Some(content_range), part)
            }
        };
        let sent = part.len();
        let body = if method == Method::HEAD { Vec::new() } else { self.into_bytes(part) };
        let mut response = response(status, sent, body);
        let headers = response.headers_mut();
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        set(headers, CONTENT_TYPE, &media_type);
        if let Some(content_range) = content_range {
            set(headers, CONTENT_RANGE, &content_range);
        }
        response
    }

    /// A part of the bytes. Of a part nothing else is copied, and the whole is not copied where nobody else has it.
    fn into_bytes(self, part: Range<usize>) -> Vec<u8> {
        if part.len() == self.resource.bytes.len() {
            return Arc::unwrap_or_clone(self.resource).bytes;
        }
        self.resource.bytes.get(part).unwrap_or_default().to_vec()
    }
}

/// A response with the headers every answer has. Its body is `length` bytes long, or empty if only that is asked for.
fn response(status: StatusCode, length: usize, body: Vec<u8>) -> Response<Vec<u8>> {
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
    set(headers, CONTENT_LENGTH, &length.to_string());
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

    fn resource(media_type: &str, bytes: &[u8]) -> Arc<Resource> {
        Arc::new(Resource { media_type: media_type.to_owned(), bytes: bytes.to_vec() })
    }

    fn answer_from(resource: Arc<Resource>, method: &Method, range: Option<&str>) -> Response<Vec<u8>> {
        let headers = range.map(|range| (RANGE, range.parse().unwrap()));
        Answer::Content(Content::resource(resource)).into_response(method, &headers.into_iter().collect())
    }

    fn answer(method: &Method, range: Option<&str>) -> Response<Vec<u8>> {
        answer_from(resource("image/png", b"0123456789"), method, range)
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
    fn of_a_part_no_more_than_the_part_is_held() {
        let film = resource("video/mp4", &[7; 1 << 20]);
        let response = answer_from(Arc::clone(&film), &Method::GET, Some("bytes=10-19"));
        assert_eq!((response.body().len(), response.body().capacity()), (10, 10));
        assert_eq!(header(&response, CONTENT_RANGE), Some("bytes 10-19/1048576"));
        let head = answer_from(Arc::clone(&film), &Method::HEAD, None);
        assert_eq!((head.body().capacity(), header(&head, CONTENT_LENGTH)), (0, Some("1048576")));
        // What is shared stays whole for the next part, and what is not shared is not copied.
        assert_eq!(answer_from(Arc::clone(&film), &Method::GET, None).body(), &film.bytes);
        let place = film.bytes.as_ptr();
        assert_eq!(answer_from(film, &Method::GET, None).body().as_ptr(), place);
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
        let served = |media_type: &str| Content::resource(resource(media_type, b"")).may_be_served();
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
        let response = answer_from(resource("image/x\r\nset-cookie: a", b""), &Method::GET, None);
        assert_eq!(header(&response, CONTENT_TYPE), Some("application/octet-stream"));
    }
}
