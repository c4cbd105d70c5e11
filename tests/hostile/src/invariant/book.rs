//! EPUBs of any entries: container, package, navigation, pages, styles, images, licences, under any names.
//!
//! A line that starts with `%%` starts an entry of the archive: a letter for its kind, a space, its name. So mutations get
//! past the archive's checksums, and seeds can be read and written by hand.

use alexandria_extract::OpenPublication;

use super::publication::{self, BASE};
use super::style;
use crate::archive::{Entry, archive};

pub(super) fn check(bytes: &[u8]) {
    let entries = entries(bytes);
    if let Some(mut book) = publication::check(&archive(&entries), "a.epub") {
        for entry in &entries {
            check_resource(&mut book, &entry.name);
        }
    }
}

/// Only images, sound, video, fonts and style sheets are served as resources.
fn check_resource(book: &mut OpenPublication, name: &[u8]) {
    let name = String::from_utf8_lossy(name);
    let Ok(resource) = book.resource(&name) else { return };
    let kind = resource.media_type.to_ascii_lowercase();
    let parts = kind.split_once('/').unwrap_or_default();
    let passive = matches!(parts.0, "image" | "audio" | "video" | "font") || kind == "text/css" || kind == "text/vtt";
    assert!(passive || (parts.0 == "application" && (kind.contains("font") || kind.contains("type"))), "{kind}");
    assert!(!kind.contains("html") && !kind.contains(',') && !kind.contains("script"), "{kind} is served");
    assert!(!kind.ends_with("xml") || kind == "image/svg+xml", "{kind} is served");
    if kind == "text/css" {
        style::check(&name, &String::from_utf8_lossy(&resource.bytes), BASE);
    }
}

fn entries(script: &[u8]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in script.split_inclusive(|byte| *byte == b'\n') {
        if let Some([kind, b' ', name @ ..]) = line.strip_prefix(b"%%") {
            let mut entry = Entry::new(name.strip_suffix(b"\n").unwrap_or(name), "");
            match kind {
                b'd' => entry.deflated = true,
                b'e' => entry.flags = 1,
                b'l' => entry.attributes = 0o120_777 << 16,
                b'u' => entry.flags = 1 << 11,
                _ => {}
            }
            entries.push(entry);
        } else if let Some(entry) = entries.last_mut() {
            entry.bytes.extend_from_slice(line);
        }
    }
    entries
}
