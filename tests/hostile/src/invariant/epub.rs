//! Files with the name of an EPUB. Mutated entries mostly fail their checksums; `book` covers those.

use super::publication;

pub(super) fn check(bytes: &[u8]) {
    publication::check(bytes, "a.epub");
}
