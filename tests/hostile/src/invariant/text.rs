//! Plain text in any encoding.

use super::publication;

pub(super) fn check(bytes: &[u8]) {
    publication::check(bytes, "a.txt");
}
