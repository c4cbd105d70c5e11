//! Word documents of any parts.

use super::publication;
use super::script::entries;
use crate::archive::archive;

pub(super) fn check(bytes: &[u8]) {
    if let Some(mut document) = publication::check(&archive(&entries(bytes)), "a.docx") {
        publication::check_pictures(&mut document, &["word/document.xml", "word/vbaProject.bin", "_rels/.rels"]);
    }
}
