//! Parsing of `book:` requests. No I/O.

use alexandria_library::domain::PublicationId;
use percent_encoding::percent_decode_str;
use tauri::http::header::ORIGIN;
use tauri::http::{HeaderMap, Method, StatusCode};

/// The UI's own origin, the only one that may read responses.
pub(crate) const APP_ORIGIN: &str = if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" };

/// What a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) publication: PublicationId,
    pub(super) part: Part,
}

/// A part of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The cover as in the file.
    Cover,
    /// The cover, scaled down.
    Thumbnail,
    /// A section's page or a resource, by its path inside the publication.
    Resource(String),
}

impl Target {
    /// Parses a request.
    ///
    /// # Errors
    /// The status to respond with.
    pub(super) fn parse(method: &Method, headers: &HeaderMap, path: &str) -> Result<Self, StatusCode> {
        if method != Method::GET && method != Method::HEAD {
            return Err(StatusCode::METHOD_NOT_ALLOWED);
        }
        // Absent when the UI loads an image for itself; another origin must never be here.
        if headers.get(ORIGIN).is_some_and(|origin| origin != APP_ORIGIN) {
            return Err(StatusCode::FORBIDDEN);
        }
        let (publication, part) = path.trim_start_matches('/').split_once('/').ok_or(StatusCode::NOT_FOUND)?;
        let publication = publication.parse().map_err(|_not_an_id| StatusCode::NOT_FOUND)?;
        let part = match part {
            "" => return Err(StatusCode::NOT_FOUND),
            "@cover" => Part::Cover,
            "@thumbnail" => Part::Thumbnail,
            href => {
                let href = percent_decode_str(href).decode_utf8().map_err(|_not_utf8| StatusCode::BAD_REQUEST)?;
                Part::Resource(href.into_owned())
            }
        };
        Ok(Self { publication, part })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "000102030405060708090a0b0c0d0e0f";

    fn check(path: &str, expect: Result<Part, StatusCode>) {
        let target = Target::parse(&Method::GET, &HeaderMap::new(), &path.replace("ID", ID));
        let publication = ID.parse().unwrap();
        assert_eq!(target, expect.map(|part| Target { publication, part }), "{path}");
    }

    #[test]
    fn parse_reads_publication_and_part() {
        check("/ID/@cover", Ok(Part::Cover));
        check("/ID/@thumbnail", Ok(Part::Thumbnail));
        check("/ID/text/ch1.xhtml", Ok(Part::Resource("text/ch1.xhtml".into())));
        check("/ID/a%20b/%C3%A4.png", Ok(Part::Resource("a b/ä.png".into())));
        check("/ID/%40cover", Ok(Part::Resource("@cover".into())));
        check("/ID/", Err(StatusCode::NOT_FOUND));
        check("/ID", Err(StatusCode::NOT_FOUND));
        check("/", Err(StatusCode::NOT_FOUND));
        check("/../etc/passwd", Err(StatusCode::NOT_FOUND));
        check("/ID/%ff", Err(StatusCode::BAD_REQUEST));
    }

    #[test]
    fn parse_rejects_other_origins_and_methods() {
        let path = format!("/{ID}/@cover");
        let from = |origin: &str| HeaderMap::from_iter([(ORIGIN, origin.parse().unwrap())]);
        let parse = |method, headers| Target::parse(&method, &headers, &path).map(|target| target.part);
        assert_eq!(parse(Method::GET, from(APP_ORIGIN)), Ok(Part::Cover));
        assert_eq!(parse(Method::HEAD, HeaderMap::new()), Ok(Part::Cover));
        assert_eq!(parse(Method::GET, from("null")), Err(StatusCode::FORBIDDEN));
        assert_eq!(parse(Method::GET, from("https://example.org")), Err(StatusCode::FORBIDDEN));
        assert_eq!(parse(Method::POST, from(APP_ORIGIN)), Err(StatusCode::METHOD_NOT_ALLOWED));
    }

    proptest::proptest! {
        /// No path panics, and only a path below an id names a part.
        #[test]
        fn parse_accepts_only_paths_below_an_id(path in "(/?[0-9a-f]{32})?(/|%2[fe]|\\.\\.|%[0-9a-z]{0,2}|@cover|.){0,20}") {
            if let Ok(Target { publication, part }) = Target::parse(&Method::GET, &HeaderMap::new(), &path) {
                proptest::prop_assert!(path.trim_start_matches('/').starts_with(&publication.to_string()));
                proptest::prop_assert_ne!(part, Part::Resource(String::new()));
            }
        }
    }
}
