//! What a file says about itself, in any format: its values are short, and no field has many of them.
//!
//! They are copied into lists, filters and every hit, so a file that says a million things must not have them all kept.

use alexandria_domain::label::shortened;

use crate::dom::{Dom, NodeId};
use crate::limits::Guard;
use crate::view::plain_text;
use crate::words::collapsed;

/// Most values of one field.
pub(crate) const MAX_VALUES: usize = 1_000;
/// Most bytes of a value.
const MAX_BYTES: usize = 1 << 10;
/// Most bytes of a description, with its markup.
pub(crate) const MAX_DESCRIPTION_BYTES: usize = 64 << 10;

/// A text as a value; `None` if it has no words.
pub(crate) fn value(text: &str) -> Option<String> {
    collapsed(text).map(|words| shortened(&words, MAX_BYTES).into_owned())
}

/// The words of an element as a value; empty if it has none.
pub(crate) fn words(dom: &Dom, id: NodeId) -> String {
    shortened(&dom.words(id), MAX_BYTES).into_owned()
}

/// A description, which may be HTML, as plain text; `None` if it has no words.
pub(crate) fn description(text: &str, guard: &Guard) -> Option<String> {
    plain_text(&shortened(text, MAX_DESCRIPTION_BYTES), guard)
}

/// Adds values to a field, as long as there is room.
pub(crate) fn extend(field: &mut Vec<String>, values: impl Iterator<Item = String>) {
    let room = MAX_VALUES.saturating_sub(field.len());
    field.extend(values.take(room));
}
