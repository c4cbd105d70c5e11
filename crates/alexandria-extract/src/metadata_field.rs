//! Limits on metadata fields, for every format.
//!
//! Metadata is copied into lists, filters and every search result, so its values are short and few, whatever a file declares.

use alexandria_domain::label::shortened;

use crate::dom::{Dom, NodeId};
use crate::limits::Guard;
use crate::text::collapse;
use crate::view::plain_text;

/// Maximum number of values of one field.
pub(crate) const MAX_VALUES: usize = 1_000;
/// Maximum size of a value, in bytes.
pub(crate) const MAX_VALUE_BYTES: usize = 1 << 10;
/// Maximum size of a description with its markup, in bytes.
pub(crate) const MAX_DESCRIPTION_BYTES: usize = 64 << 10;

/// A text as a value; `None` if it is blank.
pub(crate) fn value(text: &str) -> Option<String> {
    collapse(text).map(|text| shortened(&text, MAX_VALUE_BYTES).into_owned())
}

/// The text of an element as a value; empty if it is blank.
pub(crate) fn element_text(dom: &Dom, id: NodeId) -> String {
    shortened(&dom.text_content(id), MAX_VALUE_BYTES).into_owned()
}

/// A description, which may be HTML, as plain text; `None` if it is blank.
pub(crate) fn description(text: &str, guard: &Guard) -> Option<String> {
    plain_text(&shortened(text, MAX_DESCRIPTION_BYTES), guard)
}

/// Adds values to a field up to [`MAX_VALUES`].
pub(crate) fn extend(field: &mut Vec<String>, values: impl Iterator<Item = String>) {
    let room = MAX_VALUES.saturating_sub(field.len());
    field.extend(values.take(room));
}
