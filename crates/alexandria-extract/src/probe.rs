//! Telling formats apart: by content where it has a signature, by the file's extension where not.

mod foreign;
mod package;

use std::io::{Read, Seek};

use alexandria_domain::Format;

use crate::error::{Defect, ExtractError};
use crate::limits::Guard;
use crate::mobi;
use crate::registry::{FORMATS, FormatInfo, Signature, by_extension};

/// Size of the head of a file that [`probe`] needs, in bytes.
const HEAD_BYTES: usize = 4096;

/// Bytes of a zip archive in which the media type of its first entry must begin. The local header has 30 bytes before the
/// entry's name, and `mimetype` is first in an EPUB; some writers add extra fields.
const ZIP_MEDIA_TYPE_BYTES: usize = 64;

/// First bytes of files that are never text, whatever their name.
const BINARY_SIGNATURES: [&[u8]; 6] = [b"%PDF-", b"PK\x03\x04", b"\x7fELF", b"\x89PNG", b"\x1f\x8b", b"Rar!"];

/// The format of a file, from all of its content that is needed, and from its name where the content does not show it.
///
/// # Errors
/// As for [`probe`], and if the file cannot be read.
pub(crate) fn identify<R: Read + Seek>(source: &mut R, name: &str, guard: &Guard) -> Result<Format, ExtractError> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    source.rewind()?;
    source.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(ExtractError::malformed(Defect::EmptyFile));
    }
    if foreign::is_ole(&head) {
        return Err(foreign::ole(source, &head, guard));
    }
    if is_zip(&head) && by_signature(&head).is_none() {
        match package::format(&mut *source, guard) {
            Ok(Some(format)) => return Ok(format),
            // The format's own reader says what is wrong.
            Err(ExtractError::Malformed { .. } | ExtractError::Limit { .. }) | Ok(None) => {}
            Err(error) => return Err(error),
        }
    }
    probe(name, &head)
}

/// The format of a file, from its name and its first bytes (4 KiB are enough; fewer only if the file is shorter).
///
/// # Errors
/// [`ExtractError::UnsupportedFormat`] if no format of the registry fits, so that a folder can be walked without reading
/// its files completely; [`ExtractError::Unsupported`] if it is known which format it is; [`ExtractError::Malformed`] if
/// the content contradicts the extension.
pub fn probe(name: &str, head: &[u8]) -> Result<Format, ExtractError> {
    if let Some(refusal) = foreign::refusal(head) {
        return Err(refusal);
    }
    if let Some(info) = by_signature(head) {
        return Ok(info.format);
    }
    let extension = extension_of(name);
    match by_extension(&extension) {
        Some(info) if info.is_zip() && is_zip(head) => Ok(info.format),
        Some(info) if info.is_zip() => Err(ExtractError::malformed(Defect::NotZip)),
        Some(info) if contains_marker(info, head) => Ok(info.format),
        Some(info) if !info.is_any_text() => Err(ExtractError::malformed(Defect::OtherContent)),
        Some(info) if is_text(head) => Ok(info.format),
        Some(_) => Err(ExtractError::malformed(Defect::NotText)),
        None if extension.is_empty() && !head.is_empty() && is_text(head) => text_without_name(head),
        None => Err(ExtractError::UnsupportedFormat),
    }
}

/// A name without anything private: [`probe`] takes a file of this name for the same as one called `name`.
#[must_use]
pub fn anonymous_name(name: &str) -> String {
    let extension = extension_of(name);
    match by_extension(&extension) {
        Some(_) => format!("file.{extension}"),
        None if extension.is_empty() => "file".to_owned(),
        None => "file.unknown".to_owned(),
    }
}

/// In lower case; empty if there is none.
fn extension_of(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
        _ => String::new(),
    }
}

fn text_without_name(head: &[u8]) -> Result<Format, ExtractError> {
    let signature = if is_html(head) { Signature::Html } else { Signature::Text };
    let info = FORMATS.iter().find(|info| info.signatures.contains(&signature));
    info.map(|info| info.format).ok_or(ExtractError::UnsupportedFormat)
}

fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// The format that the content shows, whatever the file's name.
fn by_signature(head: &[u8]) -> Option<&'static FormatInfo> {
    let mut root = None;
    FORMATS.iter().find(|info| {
        info.signatures.iter().any(|signature| match signature {
            Signature::Zip { media_type } => has_zip_media_type(media_type, head),
            Signature::Prefix { bytes } => head.starts_with(bytes),
            Signature::Marker { bytes, .. } => has_marker(info, bytes, head),
            Signature::Palm { kind } => head.get(mobi::SIGNATURE_AT) == Some(&kind[..]),
            Signature::Xml { mark } => root.get_or_insert_with(|| xml_head(head)).contains(mark),
            Signature::Package | Signature::Html | Signature::Text => false,
        })
    })
}

fn has_zip_media_type(media_type: &str, head: &[u8]) -> bool {
    let mut windows = head.windows(media_type.len()).take(ZIP_MEDIA_TYPE_BYTES);
    is_zip(head) && windows.any(|bytes| bytes == media_type.as_bytes())
}

/// The beginning of an XML document; empty if it is none.
fn xml_head(head: &[u8]) -> String {
    let text = crate::encoding::decode_plain(head);
    if text.trim_start_matches('\u{feff}').trim_start().starts_with("<?xml") || text.starts_with("<FictionBook") {
        text
    } else {
        String::new()
    }
}

/// Whether the file holds the marker of a format where it may be.
fn contains_marker(info: &FormatInfo, head: &[u8]) -> bool {
    info.signatures.iter().any(|signature| match signature {
        Signature::Marker { bytes, within } => head.windows(bytes.len()).take(*within).any(|place| place == *bytes),
        _ => false,
    })
}

/// Whether the marker alone shows the format. Text that only mentions it does not, nor does an archive.
fn has_marker(info: &FormatInfo, bytes: &[u8], head: &[u8]) -> bool {
    head.starts_with(bytes) || (contains_marker(info, head) && !is_zip(head) && !is_text(head))
}

/// Whether this can be text: hardly any control characters, in one- or two-byte units.
fn is_text(head: &[u8]) -> bool {
    if BINARY_SIGNATURES.iter().any(|signature| head.starts_with(signature)) {
        return false;
    }
    let text = crate::encoding::decode_plain(head);
    let control = |c: &char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}');
    // One in a hundred: old files have stray control characters, binary files are full of them.
    text.chars().filter(control).count() * 100 <= text.chars().count()
}

fn is_html(head: &[u8]) -> bool {
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
    fn probe_decides_by_content_and_name() {
        check("a.epub", b"PK\x03\x04", Some(Format::Epub));
        check("a.epub", b"nonsense", None);
        check("a.zip", b"PK\x03\x04", None);
        check("a", b"PK\x03\x04..........................mimetypeapplication/epub+zip", Some(Format::Epub));
        check("a.txt", b"PK\x03\x04..........................mimetypeapplication/epub+zip", Some(Format::Epub));
        check("a.mkd", b"# Notes", Some(Format::Markdown));
        check("A.TXT", b"Call me Ishmael.", Some(Format::Text));
        check("a.txt", b"", Some(Format::Text));
        check("a.pdf", b"%PDF-1.7", Some(Format::Pdf));
        check("a.pdf", b"junk before\n%PDF-1.7", Some(Format::Pdf));
        check("a.pdf", b"no marker", None);
        check("a.epub", b"%PDF-1.7", Some(Format::Pdf));
        check("a.txt", b"%PDF-1.7", Some(Format::Pdf));
        check("a", b"\0\x01\x02\0\0%PDF-1.7", Some(Format::Pdf));
        check("a.md", b"A PDF begins with %PDF-1.7.", Some(Format::Markdown));
        check("a.pdf", b"PK\x03\x04..........................mimetypeapplication/epub+zip", Some(Format::Epub));
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

    #[test]
    fn anonymous_name_keeps_only_a_known_extension() {
        let check = |name, expect| assert_eq!(anonymous_name(name), expect, "{name}");
        check("My Diary.TXT", "file.txt");
        check("a.b.epub", "file.epub");
        check("My Diary", "file");
        check(".hidden", "file");
        check("taxes.2026", "file.unknown");
        check("ends with a dot.", "file");
    }

    proptest::proptest! {
        /// Property: a file is taken for the same without its name.
        #[test]
        fn probe_needs_no_more_than_the_anonymous_name(
            name in "[a.]{0,2}(My Diary)?([.](txt|EPUB|pdf|md|html|xyz|))?",
            head in proptest::sample::select(vec![&b"text"[..], b"", b"<!doctype html>", b"PK\x03\x04", b"\0\0\0", b"%PDF-1.7"]),
        ) {
            let outcome = |name: &str| probe(name, head).map_err(|error| error.to_string());
            proptest::prop_assert_eq!(outcome(&anonymous_name(&name)), outcome(&name));
        }

        /// Property: no name and no bytes make it panic.
        #[test]
        fn probe_never_panics(name: String, head: Vec<u8>) {
            let _ = probe(&name, &head);
        }
    }
}
