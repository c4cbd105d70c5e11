//! Addresses inside a publication: resolving them, and never out of it.
//!
//! Inside, an address is a percent-decoded path from the root of the archive, such as `text/chapter 1.xhtml`; it is
//! encoded again only where it is written into a page.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What may stand in a path as it is (RFC 3986 §3.3, without the sub-delimiters that mean something elsewhere).
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A reference that stays inside the publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Href {
    /// Decoded path; empty for the file that holds the reference.
    pub(crate) path: String,
    /// What follows `#`, as written.
    pub(crate) fragment: Option<String>,
}

/// Resolves a reference made in the file `base`. `None` if it leads out of the publication or has a scheme.
pub(crate) fn resolve(base: &str, reference: &str) -> Option<Href> {
    let reference = reference.trim();
    if scheme(reference).is_some() || reference.starts_with("//") || reference.starts_with("\\\\") {
        return None;
    }
    let (path, fragment) = match reference.split_once('#') {
        Some((path, fragment)) => (path, (!fragment.is_empty()).then(|| fragment.to_owned())),
        None => (reference, None),
    };
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    if path.is_empty() {
        return Some(Href { path: base.to_owned(), fragment });
    }
    let decoded = decode(path);
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = if decoded.starts_with('/') { "" } else { folder };
    Some(Href { path: normalise(folder, &decoded)?, fragment })
}

/// The scheme of a reference, such as `https`, in lower case. Control characters and spaces, which browsers skip, do
/// not hide it.
pub(crate) fn scheme(reference: &str) -> Option<String> {
    let visible: String = reference.chars().filter(|c| !c.is_control() && !c.is_whitespace()).take(32).collect();
    let (scheme, _) = visible.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    valid.then(|| scheme.to_ascii_lowercase())
}

/// Whether a browser may take the text for an address on another host, were it to take it for an address: it skips tabs
/// and line breaks, and a backslash is a slash to it (WHATWG URL §4.4).
pub(crate) fn leads_out(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let text = text.trim_start_matches(|c: char| c <= ' ' || c.is_whitespace());
    let host = text.strip_prefix(['/', '\\']).is_some_and(|rest| rest.starts_with(['/', '\\']));
    host || matches!(scheme(text).as_deref(), Some("http" | "https" | "ws" | "wss" | "ftp" | "file"))
}

/// Percent-decoding; bytes that are not UTF-8 become U+FFFD.
pub(crate) fn decode(path: &str) -> Cow<'_, str> {
    percent_decode_str(path).decode_utf8_lossy()
}

/// The path as it is written into a URL.
pub(crate) fn encode(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// Joins and removes `.` and `..`; `None` if that leaves the root.
fn normalise(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split(['/', '\\'])) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, reference: &str, expect: Option<(&str, Option<&str>)>) {
        let found = resolve(base, reference);
        let found = found.as_ref().map(|href| (href.path.as_str(), href.fragment.as_deref()));
        assert_eq!(found, expect, "{reference}");
    }

    #[test]
    fn references_are_resolved_and_kept_inside() {
        let base = "epub/text/one.xhtml";
        check(base, "two.xhtml#a", Some(("epub/text/two.xhtml", Some("a"))));
        check(base, "../images/a%20b.png", Some(("epub/images/a b.png", None)));
        check(base, "#here", Some((base, Some("here"))));
        check(base, "", Some((base, None)));
        check(base, "./x.xhtml?query#", Some(("epub/text/x.xhtml", None)));
        check(base, "/META-INF/x", Some(("META-INF/x", None)));
        check(base, "..\\x", Some(("epub/x", None)));
        check(base, "../../../etc/passwd", None);
        check(base, "%2e%2e/%2e%2e/%2e%2e/etc/passwd", None);
        check(base, "../..", None);
        check(base, "https://example.org/", None);
        check(base, "//example.org/", None);
        check(base, "java\tscript:alert(1)", None);
        check("", "a.xhtml", Some(("a.xhtml", None)));
        check("a.xhtml", "%ff", Some(("\u{fffd}", None)));
    }

    #[test]
    fn schemes_are_seen_through_disguise() {
        let check = |reference: &str, expect: Option<&str>| assert_eq!(scheme(reference).as_deref(), expect);
        check(" JavaScript:x", Some("javascript"));
        check("java\nscript:x", Some("javascript"));
        check("\u{1}data:x", Some("data"));
        check("a/b:c", None);
        check("plain", None);
    }

    #[test]
    fn ways_to_another_host_are_seen_through_disguise() {
        let check = |text: &str, expect: bool| assert_eq!(leads_out(text), expect, "{text:?}");
        check("//e.org", true);
        check(" \u{1}/\t/e.org", true);
        check("/\\e.org", true);
        check("\\\\e.org", true);
        check("HTTPS:e.org", true);
        check("ht\ntp://e.org", true);
        check("/a//b", false);
        check("a/b", false);
        check("mailto:a", false);
        check("", false);
    }

    proptest::proptest! {
        /// Law: what is resolved never leads out of the publication, and an encoded path decodes to itself.
        #[test]
        fn stays_inside(base in "[a-z/.]{0,20}", reference in ".{0,40}", path in "[^\0]{0,30}") {
            if let Some(href) = resolve(&base, &reference)
                && !reference.trim().starts_with(['#', '?'])
                && !reference.trim().is_empty()
            {
                proptest::prop_assert!(href.path.split('/').all(|part| part != ".." && part != "."));
                proptest::prop_assert!(!href.path.starts_with('/'));
            }
            proptest::prop_assert_eq!(decode(&encode(&path)).into_owned(), path);
        }
    }
}
