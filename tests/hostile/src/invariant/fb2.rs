//! FictionBook.

use super::publication;

pub(super) fn check(bytes: &[u8]) {
    if let Some(mut document) = publication::check(bytes, "a.fb2") {
        publication::check_pictures(&mut document, &[]);
    }
}
