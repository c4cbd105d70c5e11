//! Style sheets: as a resource of a book, and in the head and the attributes of a page.

use super::publication::{self, BASE};
use super::sample::{Book, STYLE};
use super::style;

pub(super) fn check(bytes: &[u8]) {
    let page = [b"<style>".as_slice(), bytes, b"</style><p style='", bytes, b"'>x"].concat();
    let Some(mut book) = publication::check(&Book { page: &page, style: bytes }.archive(), "a.epub") else { return };
    let sheet = book.resource(STYLE);
    assert!(sheet.is_ok(), "{sheet:?}");
    let Ok(sheet) = sheet else { return };
    assert_eq!(sheet.media_type, "text/css");
    let text = String::from_utf8(sheet.bytes);
    assert!(text.is_ok(), "not served as UTF-8");
    let Ok(text) = text else { return };
    style::check(STYLE, &text, BASE);
}
