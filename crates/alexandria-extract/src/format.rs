//! Telling formats apart, by content where it can be seen and by name where not.

use alexandria_domain::Format;

use crate::error::ExtractError;

/// Bytes of a file that [`probe`] wants to see.
pub(crate) const HEAD_BYTES: usize = 4096;

/// The format of a file, from its name and its first bytes (4 KiB are enough; fewer only if the file is shorter).
///
/// # Errors
/// [`ExtractError::UnsupportedFormat`] for everything else, so that a folder can be walked without reading its files
/// whole; [`ExtractError::Malformed`] if the content cannot be what the name says.
pub fn probe(name: &str, head: &[u8]) -> Result<Format, ExtractError> {
    let ending = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => ending.to_ascii_lowercase(),
        _ => String::new(),
    };
    let archive = head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06");
    match ending.as_str() {
        "epub" if archive => Ok(Format::Epub),
        "epub" => Err(ExtractError::malformed("it is no zip archive")),
        _ if archive && head.windows(20).take(64).any(|bytes| bytes == b"application/epub+zip") => Ok(Format::Epub),
        "txt" | "text" => text(head, Format::Text),
        "md" | "markdown" | "mdown" | "mkd" => text(head, Format::Markdown),
        "html" | "htm" | "xhtml" | "xht" => text(head, Format::Html),
        "" if is_text(head) && looks_like_html(head) => Ok(Format::Html),
        "" if is_text(head) && !head.is_empty() => Ok(Format::Text),
        _ => Err(ExtractError::UnsupportedFormat),
    }
}

fn text(head: &[u8], format: Format) -> Result<Format, ExtractError> {
    if is_text(head) { Ok(format) } else { Err(ExtractError::malformed("it holds no text")) }
}

/// Whether this can be text: hardly any control characters, in one- or two-byte units.
fn is_text(head: &[u8]) -> bool {
    if [&b"%PDF-"[..], b"PK\x03\x04", b"\x7fELF", b"\x89PNG", b"\x1f\x8b", b"Rar!"].iter().any(|m| head.starts_with(m))
    {
        return false;
    }
    let text = crate::encoding::decode_plain(head);
    let bad = text.chars().filter(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}')).count();
    // One in a hundred: old files carry stray control characters, binary ones are full of them.
    bad * 100 <= text.chars().count()
}

fn looks_like_html(head: &[u8]) -> bool {
    let text = crate::encoding::decode_plain(head).to_ascii_lowercase();
    let text = text.trim_start();
    text.starts_with("<!doctype html")
        || text.starts_with("<html")
        || (text.starts_with("<?xml") && text.contains("<html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, head: &[u8], expect: Option<Format>) {
        assert_eq!(probe(name, head).ok(), expect, "{name}");
    }

    #[test]
    fn name_and_content_decide() {
        check("a.epub", b"PK\x03\x04", Some(Format::Epub));
        check("a.epub", b"nonsense", None);
        check("a.zip", b"PK\x03\x04", None);
        check("a", b"PK\x03\x04..........................mimetypeapplication/epub+zip", Some(Format::Epub));
        check("A.TXT", b"Call me Ishmael.", Some(Format::Text));
        check("a.txt", b"", Some(Format::Text));
        check("a.txt", b"%PDF-1.7", None);
        check("a.txt", &[0, 1, 2, 3, 4, 5, 6, 7, 8], None);
        check("a.txt", b"\xff\xfeh\0i\0", Some(Format::Text));
        check("notes.md", b"# Notes", Some(Format::Markdown));
        check("page.htm", b"<p>x", Some(Format::Html));
        check("page", b"<!DOCTYPE html><p>x", Some(Format::Html));
        check("README", b"Read me", Some(Format::Text));
        check(".hidden", b"Read me", Some(Format::Text));
        check("a.rs", b"fn main() {}", None);
        check("a.mobi", b"BOOKMOBI", None);
        check("", b"", None);
    }

    proptest::proptest! {
        /// Law: no name and no bytes make it panic.
        #[test]
        fn never_panics(name: String, head: Vec<u8>) {
            let _ = probe(&name, &head);
        }
    }
}
