//! OpenDocument text of any parts; input without a part is a flat document.

use super::publication;
use super::script::entries;
use crate::archive::archive;

pub(super) fn check(bytes: &[u8]) {
    let entries = entries(bytes);
    let opened = if entries.is_empty() {
        publication::check(&flat(bytes), "a.fodt")
    } else {
        publication::check(&archive(&entries), "a.odt")
    };
    if let Some(mut document) = opened {
        publication::check_pictures(&mut document, &["content.xml", "META-INF/manifest.xml"]);
    }
}

/// A flat document with that content.
fn flat(content: &[u8]) -> Vec<u8> {
    let start =
        "<?xml version='1.0'?><office:document office:mimetype='application/vnd.oasis.opendocument.text'><office:body>";
    [start.as_bytes(), content].concat()
}
