//! One page, read as HTML and as XHTML inside a book.

use super::address::PAGE;
use super::book::Book;
use super::publication;

pub(super) fn check(bytes: &[u8]) {
    publication::check(bytes, "a.html");
    publication::check(&Book { page: bytes, style: b"" }.archive(), "a.epub");
    debug_assert!(PAGE.ends_with(".xhtml"), "it is parsed as XHTML by its name");
}
