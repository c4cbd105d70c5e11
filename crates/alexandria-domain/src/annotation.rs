//! Annotations: highlights, bookmarks and notes of a reader, as the merge of their ops.
//!
//! Each field is a last-writer-wins register, except the note: a reader's words are never dropped by a merge. An op on the
//! note says which other ops its writer had seen, so edits that two devices made without knowing each other are both kept
//! (`docs/adr/0030-annotations.md`). Absent: how ops are stored, and where in a text an anchor is (`quote`).

mod kind;
mod notes;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use self::notes::current_notes;
use crate::clock::Hlc;
use crate::id::{AnnotationId, PublicationId};
use crate::locator::Locator;
use crate::op::{Entity, Field, LwwRegister, Op, Value, registers};

pub use self::kind::{AnnotationKind, Colour, HighlightStyle};
pub use self::notes::note_replacing;

/// Maximum size of a note, in bytes.
pub const MAX_NOTE_BYTES: usize = 100 << 10;
/// Maximum size of a tag, in bytes.
pub const MAX_TAG_BYTES: usize = 200;

/// What a reader has put at a place in a publication.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// Its id.
    pub id: AnnotationId,
    /// The publication it is in.
    pub publication: PublicationId,
    /// What it is.
    pub kind: AnnotationKind,
    /// Where it is; its quote decides, the rest only helps to find it.
    pub anchor: Locator,
    /// How it is drawn.
    pub colour: Colour,
    /// How it is drawn.
    pub style: HighlightStyle,
    /// The reader's words in Markdown; empty if there are none.
    pub note: String,
    /// Other versions of the note, written on devices that did not know of `note`. An edit replaces them all.
    pub other_notes: Vec<String>,
    /// As the reader wrote them, in order.
    pub tags: BTreeSet<String>,
    /// The program and the id that it was imported from.
    pub origin: Option<String>,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: u64,
    /// When it was last changed.
    pub changed_ms: u64,
    /// The reader has deleted it. It is kept, so that the deletion can be undone.
    pub is_deleted: bool,
}

impl Annotation {
    /// Merges ops on one annotation, in any order. `None` if they are on something else, or if what it is or where it is has
    /// not arrived yet.
    #[must_use]
    pub fn of_ops(ops: &[Op]) -> Option<Self> {
        let Entity::Annotation { id, publication } = ops.first()?.entity else { return None };
        let registers = registers(ops.iter().filter(|op| op.entity == Entity::Annotation { id, publication }));
        let value = |field: &Field| registers.get(field).map(|register| &register.value);
        let text = |field: &Field| match value(field) {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let Some(Value::Place(anchor)) = value(&Field::Anchor) else { return None };
        let mut notes = current_notes(ops);
        let tags = registers.iter().filter_map(|(field, register)| match (field, &register.value) {
            (Field::Tag(name), Value::Flag(true)) => Some(name.clone()),
            _ => None,
        });
        let stamps = || ops.iter().map(|op| op.stamp);
        Some(Self {
            id,
            publication,
            kind: AnnotationKind::from_name(text(&Field::Kind)?),
            anchor: (**anchor).clone(),
            colour: text(&Field::Colour).map(Colour::from_name).unwrap_or_default(),
            style: text(&Field::Style).map(HighlightStyle::from_name).unwrap_or_default(),
            note: notes.pop().unwrap_or_default(),
            other_notes: notes,
            tags: tags.collect(),
            origin: text(&Field::Origin).map(str::to_owned),
            created_ms: first_stamp(&registers).millis(),
            changed_ms: stamps().max().unwrap_or_default().millis(),
            is_deleted: value(&Field::Deleted) == Some(&Value::Flag(true)),
        })
    }
}

/// When the annotation was made: the kind is written once.
fn first_stamp(registers: &BTreeMap<&Field, LwwRegister>) -> Hlc {
    registers.get(&Field::Kind).map(|register| register.stamp).unwrap_or_default()
}
