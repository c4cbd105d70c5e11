//! Resolving references inside a publication, and never out of it.
//!
//! An href is a percent-decoded path from the root of the publication, such as `text/chapter 1.xhtml`. It is encoded only
//! where it is written into a page.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Characters that need no encoding in a path (RFC 3986 §3.3, without the sub-delimiters).
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// An address inside the publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Href {
    /// Decoded path from the root of the publication.
    pub path: String,
    /// The fragment after `#`, as written.
    pub fragment: Option<String>,
}

/// Resolves a reference in the file `base`. `None` if it leads out of the publication or has a scheme.
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

/// The scheme of a reference, such as `https`, in lower case. Control characters and spaces are skipped, as browsers do.
pub(crate) fn scheme(reference: &str) -> Option<String> {
    let visible: String = reference.chars().filter(|c| !c.is_control() && !c.is_whitespace()).take(32).collect();
    let (scheme, _) = visible.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    valid.then(|| scheme.to_ascii_lowercase())
}

/// Whether a browser may resolve the text to another host. Browsers skip tabs and line breaks, and read a backslash as a
/// slash (WHATWG URL §4.4).
pub(crate) fn leads_out(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let text = text.trim_start_matches(|c: char| c <= ' ' || c.is_whitespace());
    let host = text.strip_prefix(['/', '\\']).is_some_and(|rest| rest.starts_with(['/', '\\']));
    host || matches!(scheme(text).as_deref(), Some("http" | "https" | "ws" | "wss" | "ftp" | "file"))
}

/// Percent-decodes; bytes that are not UTF-8 become U+FFFD.
pub(crate) fn decode(path: &str) -> Cow<'_, str> {
    percent_decode_str(path).decode_utf8_lossy()
}

/// Percent-encodes a path for a URL.
pub(crate) fn encode(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// Joins the parts and removes `.` and `..`; `None` if that leaves the root.
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
    fn resolve_keeps_references_inside_the_publication() {
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
    fn scheme_ignores_control_characters_and_spaces() {
        let check = |reference: &str, expect: Option<&str>| assert_eq!(scheme(reference).as_deref(), expect);
        check(" JavaScript:x", Some("javascript"));
        check("java\nscript:x", Some("javascript"));
        check("\u{1}data:x", Some("data"));
        check("a/b:c", None);
        check("plain", None);
    }

    #[test]
    fn leads_out_recognises_other_hosts_as_browsers_do() {
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
        /// Property: what is resolved never leads out of the publication, and an encoded path decodes to itself.
        #[test]
        fn resolve_stays_inside_the_publication(base in "[a-z/.]{0,20}", reference in ".{0,40}", path in "[^\0]{0,30}") {
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
