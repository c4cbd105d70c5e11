//! Responses of the `book:` protocol, with the headers that keep book content passive and out of every cache.

use std::ops::Range;
use std::sync::Arc;

use alexandria_library::domain::slice_part;
use alexandria_library::{BOOK_CSP, Page, RangeRequest, Resource, parse_range};
use tauri::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, RANGE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use tauri::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};

use super::request::APP_ORIGIN;

/// Added to the policy of book content where it is served: a page opened as a document of its own runs no script.
const SANDBOX: &str = "sandbox allow-same-origin";

/// Content of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    /// A large resource is shared with the open book, which caches it for the next range request.
    resource: Arc<Resource>,
    /// A page is sanitised; a resource is as in the file.
    sanitised: bool,
}

impl Content {
    /// A section's sanitised page.
    pub(super) fn page(Page { media_type, html }: Page) -> Self {
        let media_type = format!("{media_type}; charset=utf-8");
        Self { resource: Arc::new(Resource { media_type, bytes: html.into_bytes() }), sanitised: true }
    }

    /// A resource as in the file.
    pub(super) fn resource(resource: Arc<Resource>) -> Self {
        Self { resource, sanitised: false }
    }

    /// A JPEG image.
    pub(super) fn jpeg(bytes: Vec<u8>) -> Self {
        Self::resource(Arc::new(Resource { media_type: "image/jpeg".into(), bytes }))
    }

    /// Whether this is a resource of a page: no other document and no script is served unsanitised.
    pub(super) fn is_servable(&self) -> bool {
        let media_type = self.resource.media_type.as_str();
        let (kind, _) = media_type.split_once('/').unwrap_or_default();
        let font = ["application/font", "application/vnd.ms-opentype", "application/x-font"];
        self.sanitised
            || matches!(kind, "image" | "font" | "audio" | "video")
            || media_type.starts_with("text/css")
            || font.iter().any(|name| media_type.starts_with(name))
    }
}

/// The result of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Content(Content),
    /// A status without content.
    Error(StatusCode),
}

impl Reply {
    /// The response to a request with that method and those headers.
    pub(super) fn into_response(self, method: &Method, request: &HeaderMap) -> Response<Vec<u8>> {
        match self {
            Self::Error(status) => response(status, 0, Vec::new()),
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
        let (status, content_range, part) = match parse_range(range, length) {
            RangeRequest::Full => (StatusCode::OK, None, 0..length),
            RangeRequest::Unsatisfiable => (StatusCode::RANGE_NOT_SATISFIABLE, Some(format!("bytes */{length}")), 0..0),
            RangeRequest::Part(part) => {
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

    /// A range of the bytes. Only the range is copied, and nothing if all is requested and not shared.
    fn into_bytes(self, part: Range<usize>) -> Vec<u8> {
        if part.len() == self.resource.bytes.len() {
            return Arc::unwrap_or_clone(self.resource).bytes;
        }
        slice_part(&self.resource.bytes, part).to_vec()
    }
}

/// A response with the headers that every response has. Its body has `length` bytes, or none for a HEAD request.
fn response(status: StatusCode, length: usize, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, APP_ORIGIN),
        (CONTENT_TYPE, "application/octet-stream"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    set(headers, CONTENT_SECURITY_POLICY, &format!("{BOOK_CSP}; {SANDBOX}"));
    set(headers, CONTENT_LENGTH, &length.to_string());
    response
}

/// Sets a header. An invalid media type is left at the harmless default.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn resource(media_type: &str, bytes: &[u8]) -> Arc<Resource> {
        Arc::new(Resource { media_type: media_type.to_owned(), bytes: bytes.to_vec() })
    }

    fn response_of(resource: Arc<Resource>, method: &Method, range: Option<&str>) -> Response<Vec<u8>> {
        let headers = range.map(|range| (RANGE, range.parse().unwrap()));
        Reply::Content(Content::resource(resource)).into_response(method, &headers.into_iter().collect())
    }

    fn respond(method: &Method, range: Option<&str>) -> Response<Vec<u8>> {
        response_of(resource("image/png", b"0123456789"), method, range)
    }

    fn header(response: &Response<Vec<u8>>, name: HeaderName) -> Option<&str> {
        response.headers().get(name).map(|value| value.to_str().unwrap())
    }

    fn check(range: Option<&str>, status: u16, body: &[u8], content_range: Option<&str>) {
        let response = respond(&Method::GET, range);
        assert_eq!(response.status(), status);
        assert_eq!(response.body(), body);
        assert_eq!(header(&response, CONTENT_RANGE), content_range);
        assert_eq!(header(&response, CONTENT_LENGTH), Some(body.len().to_string().as_str()));
    }

    #[test]
    fn range_responses_have_content_range() {
        check(None, 200, b"0123456789", None);
        check(Some("bytes=2-4"), 206, b"234", Some("bytes 2-4/10"));
        check(Some("bytes=-3"), 206, b"789", Some("bytes 7-9/10"));
        check(Some("bytes=10-"), 416, b"", Some("bytes */10"));
    }

    #[test]
    fn range_response_copies_only_the_range() {
        let film = resource("video/mp4", &[7; 1 << 20]);
        let response = response_of(Arc::clone(&film), &Method::GET, Some("bytes=10-19"));
        assert_eq!((response.body().len(), response.body().capacity()), (10, 10));
        assert_eq!(header(&response, CONTENT_RANGE), Some("bytes 10-19/1048576"));
        let head = response_of(Arc::clone(&film), &Method::HEAD, None);
        assert_eq!((head.body().capacity(), header(&head, CONTENT_LENGTH)), (0, Some("1048576")));
        // What is shared stays complete for the next range, and what is not shared is not copied.
        assert_eq!(response_of(Arc::clone(&film), &Method::GET, None).body(), &film.bytes);
        let address = film.bytes.as_ptr();
        assert_eq!(response_of(film, &Method::GET, None).body().as_ptr(), address);
    }

    #[test]
    fn every_response_is_passive_and_uncached() {
        let full = respond(&Method::GET, None);
        let unsatisfiable = respond(&Method::GET, Some("bytes=99-"));
        let error = Reply::Error(StatusCode::NOT_FOUND).into_response(&Method::GET, &HeaderMap::new());
        for response in [full, unsatisfiable, error] {
            let policy = header(&response, CONTENT_SECURITY_POLICY).unwrap();
            assert_eq!(policy, format!("{BOOK_CSP}; {SANDBOX}"));
            assert!(policy.starts_with("default-src 'none';") && !policy.contains("script") && !policy.contains("  "));
            assert_eq!(header(&response, X_CONTENT_TYPE_OPTIONS), Some("nosniff"));
            assert_eq!(header(&response, CACHE_CONTROL), Some("no-store"));
            assert_eq!(header(&response, ACCESS_CONTROL_ALLOW_ORIGIN), Some(APP_ORIGIN));
        }
    }

    /// Every page also holds the policy itself, which `alexandria-extract` writes and tests.
    #[test]
    fn book_csp_is_the_same_where_served_framed_and_documented() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
        let served = respond(&Method::GET, None);
        assert!(header(&served, CONTENT_SECURITY_POLICY).unwrap().starts_with(BOOK_CSP));
        // `contract.ts` is generated from the same constant, and a test keeps it current.
        let framed = read("ui/src/renderer/page.ts");
        assert!(framed.contains("BOOK_CSP") && !framed.contains("-src "), "the frame has a policy of its own");
        let documented = read("docs/threat-model.md").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(documented.contains(BOOK_CSP), "docs/threat-model.md does not show the policy {BOOK_CSP}");
    }

    #[test]
    fn head_response_has_the_length_and_no_content() {
        let response = respond(&Method::HEAD, None);
        assert_eq!((response.body().len(), header(&response, CONTENT_LENGTH)), (0, Some("10")));
    }

    #[test]
    fn only_resources_of_pages_are_served_unsanitised() {
        let is_servable = |media_type: &str| Content::resource(resource(media_type, b"")).is_servable();
        for servable in ["image/svg+xml", "font/woff2", "text/css", "application/vnd.ms-opentype", "audio/mpeg"] {
            assert!(is_servable(servable), "{servable}");
        }
        for blocked in ["text/html", "application/xhtml+xml", "text/javascript", "application/pdf", "text/xml", ""] {
            assert!(!is_servable(blocked), "{blocked}");
        }
        assert!(Content::page(Page { media_type: "application/xhtml+xml", html: String::new() }).is_servable());
    }

    #[test]
    fn invalid_media_type_is_replaced() {
        let response = response_of(resource("image/x\r\nset-cookie: a", b""), &Method::GET, None);
        assert_eq!(header(&response, CONTENT_TYPE), Some("application/octet-stream"));
    }
}
