//! A page, parsed as HTML and as XHTML in a book.

use super::publication;
use super::sample::{Book, PAGE};

pub(super) fn check(bytes: &[u8]) {
    publication::check(bytes, "a.html");
    publication::check(&Book { page: bytes, style: b"" }.archive(), "a.epub");
    debug_assert!(PAGE.ends_with(".xhtml"), "parsed as XHTML by its extension");
}
