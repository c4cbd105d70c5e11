//! Rich Text Format.

use super::publication;

pub(super) fn check(bytes: &[u8]) {
    if let Some(mut document) = publication::check(bytes, "a.rtf") {
        publication::check_pictures(&mut document, &[]);
    }
}
