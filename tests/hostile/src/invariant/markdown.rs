//! Markdown, with front matter and raw HTML.

use super::publication;

pub(super) fn check(bytes: &[u8]) {
    publication::check(bytes, "a.md");
}
