//! Texts less what does not count when words are compared.

use alexandria_domain::quote::is_significant;

/// The significant characters of a text.
pub(super) fn significant(text: &str) -> String {
    text.chars().filter(|c| is_significant(*c)).collect()
}
