//! A whole file that claims to be an EPUB. Its archive is read; what is in it mostly fails its checksum, so `book` tries that.

use super::publication;

pub(super) fn check(bytes: &[u8]) {
    publication::check(bytes, "a.epub");
}
