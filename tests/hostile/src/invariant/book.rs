//! EPUBs of any entries: container, package, navigation, pages, styles, images, licences, under any names.

use alexandria_extract::OpenPublication;

use super::publication::{self, BASE};
use super::script::entries;
use super::style;
use crate::archive::archive;

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
