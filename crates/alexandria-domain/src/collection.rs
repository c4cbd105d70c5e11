//! Collections: named groups of publications, as the merge of their ops.
//!
//! Which publications the reader has put into one is said by ops on the publications ([`crate::edits`]), so that it goes
//! with them when they are deleted. Absent: what the filter of a smart collection finds, which the store knows.

use crate::id::CollectionId;
use crate::op::{Entity, Field, Op, Value, registers};

/// Maximum size of a collection's name, in bytes.
pub const MAX_COLLECTION_NAME_BYTES: usize = 200;

/// A named group of publications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// Its id. Two collections may have the same name: devices that do not know each other can both have made one.
    pub id: CollectionId,
    /// Its name.
    pub name: String,
    /// The filter that selects its publications ([`ShelfFilter`](crate::ShelfFilter)); `None` if the reader puts them there.
    pub filter: Option<String>,
    /// The reader has deleted it. Its ops are kept, so that the deletion can be undone.
    pub is_deleted: bool,
}

impl Collection {
    /// Merges ops on one collection, in any order. `None` if they are on something else, or if its name has not arrived yet.
    #[must_use]
    pub fn of_ops(ops: &[Op]) -> Option<Self> {
        let Entity::Collection(id) = ops.first()?.entity else { return None };
        let registers = registers(ops.iter().filter(|op| op.entity == Entity::Collection(id)));
        let text = |field: &Field| match registers.get(field).map(|register| &register.value) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let is_deleted = registers.get(&Field::Deleted).is_some_and(|register| register.value == Value::Flag(true));
        Some(Self { id, name: text(&Field::Name)?, filter: text(&Field::Query), is_deleted })
    }
}
