//! Markdown, with front matter and with HTML in it.

use super::publication;

pub(super) fn check(bytes: &[u8]) {
    publication::check(bytes, "a.md");
}
