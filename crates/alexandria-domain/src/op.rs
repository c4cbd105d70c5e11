//! Ops: every change a reader makes, as it is stored and will be synced.
//!
//! State is a pure merge of ops: each field of each entity is a last-writer-wins register, ordered by
//! (stamp, device, op id), so the order and number of deliveries do not matter. Absent: how ops are stored
//! (`alexandria-store`) or sent.

use std::collections::BTreeMap;

use crate::clock::Hlc;
use crate::id::{AnnotationId, CollectionId, DeviceId, OpId, PublicationId};
use crate::locator::Locator;
use crate::note::NoteText;

/// One change made by the reader on one device.
///
/// This is the form of the ops that this version makes and understands. The store keeps those of later versions, too, in
/// their own bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Op {
    /// Unique; a second delivery of the same op changes nothing.
    pub id: OpId,
    /// The publication whose permanent deletion deletes the op's words too; see [`Entity::owner`].
    pub owner: Option<PublicationId>,
    /// What was changed.
    pub entity: Entity,
    /// Which of its fields.
    pub field: Field,
    /// The field's new value.
    pub value: Value,
    /// When it was made, by the device's hybrid logical clock.
    pub stamp: Hlc,
    /// The device that made it.
    pub device: DeviceId,
}

/// Something that readers can change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entity {
    /// A publication in the library.
    Publication(PublicationId),
    /// The reader's settings, which are the same on all devices.
    Settings,
    /// What the reader has put at a place in a publication.
    Annotation {
        /// The annotation.
        id: AnnotationId,
        /// The publication it is in.
        publication: PublicationId,
    },
    /// A collection of publications.
    Collection(CollectionId),
}

impl Entity {
    /// The publication that this belongs to, if any.
    #[must_use]
    pub const fn owner(&self) -> Option<PublicationId> {
        match self {
            Self::Publication(id) | Self::Annotation { publication: id, .. } => Some(*id),
            Self::Settings | Self::Collection(_) => None,
        }
    }
}

/// A field of an [`Entity`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Of a publication: a [`Membership`].
    Membership,
    /// Of a publication: the reading position on that device, a [`Value::Place`].
    Position(DeviceId),
    /// Of a publication: a title the reader prefers to the file's.
    Title,
    /// Of the settings: the setting of that name.
    Setting(String),
    /// Of an annotation: what it is, by the name of an [`AnnotationKind`](crate::AnnotationKind). Written once.
    Kind,
    /// Of an annotation: where it is, as a whole, a [`Value::Place`].
    Anchor,
    /// Of an annotation: the name of a [`Colour`](crate::Colour).
    Colour,
    /// Of an annotation: the name of a [`HighlightStyle`](crate::HighlightStyle).
    Style,
    /// Of an annotation: the reader's words, a [`Value::Note`]. Not a register: see [`crate::annotation`].
    Note,
    /// Of an annotation or a publication: whether it has that tag.
    Tag(String),
    /// Of an annotation or a collection: whether it is deleted.
    Deleted,
    /// Of an annotation: the program and the id that it was imported from, as text.
    Origin,
    /// Of a publication: the title it is sorted by, as text.
    SortTitle,
    /// Of a publication: its authors as the reader names them, a [`Value::Texts`].
    Authors,
    /// Of a publication: the series' name and perhaps the number in it, a [`Value::Texts`]; none of them: in no series.
    Series,
    /// Of a publication: a language the reader prefers to the file's, as text.
    Language,
    /// Of a publication: a description the reader prefers to the file's, as text.
    Description,
    /// Of a publication: a date of publication the reader prefers to the file's, as text.
    Published,
    /// Of a publication: how many stars the reader gives it, a [`Value::Integer`].
    Rating,
    /// Of a publication: the name of a [`ReadingStatus`](crate::ReadingStatus).
    Status,
    /// Of a publication: whether the reader has put it into that collection.
    Collection(CollectionId),
    /// Of a collection: its name, as text.
    Name,
    /// Of a collection: the filter that selects its publications, as text; none if the reader puts them there.
    Query,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Unset: the default holds again.
    None,
    /// Whether the publication is in the library.
    Membership(Membership),
    /// Text.
    Text(String),
    /// A place in the publication.
    Place(Box<Locator>),
    /// Yes or no.
    Flag(bool),
    /// The text of a note, and what it replaces.
    Note(NoteText),
    /// Texts in an order.
    Texts(Vec<String>),
    /// A whole number.
    Integer(i64),
    /// A value of a kind that this version does not know, in the bytes it is stored in. Shown as [`Self::None`] is.
    Unknown(Vec<u8>),
}

/// Where a publication is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Membership {
    /// On the shelf.
    Shelf,
    /// In the bin, from which it can be restored for 30 days.
    Bin,
    /// Deleted permanently; the op remains as a tombstone, so that no other device brings the publication back.
    Gone,
}

/// A last-writer-wins register: the current value of one field, which is that of the greatest op.
#[derive(Clone, Debug, PartialEq)]
pub struct LwwRegister {
    /// The winning value.
    pub value: Value,
    /// Its stamp.
    pub stamp: Hlc,
    /// The device that wrote it.
    pub device: DeviceId,
    /// The op that wrote it.
    pub op: OpId,
}

impl LwwRegister {
    /// The register after a first op.
    #[must_use]
    pub fn of(op: &Op) -> Self {
        Self { value: op.value.clone(), stamp: op.stamp, device: op.device, op: op.id }
    }

    /// Merges two registers of the same field. Commutative, associative and idempotent.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if other.wins_over(&self) { other } else { self }
    }

    /// Whether this register's value replaces that of `other`.
    #[must_use]
    pub fn wins_over(&self, other: &Self) -> bool {
        (self.stamp, self.device, self.op) > (other.stamp, other.device, other.op)
    }
}

/// The register of each field that ops on one entity are on.
pub(crate) fn registers<'a>(ops: impl IntoIterator<Item = &'a Op>) -> BTreeMap<&'a Field, LwwRegister> {
    let mut registers: BTreeMap<&Field, LwwRegister> = BTreeMap::new();
    for op in ops {
        let register = LwwRegister::of(op);
        let merged = match registers.remove(&op.field) {
            Some(other) => other.merge(register),
            None => register,
        };
        registers.insert(&op.field, merged);
    }
    registers
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn register() -> impl Strategy<Value = LwwRegister> {
        (0u64..4, 0u8..3, 0u8..3).prop_map(|(stamp, device, op)| LwwRegister {
            // The value is a function of the key, as it is for real ops: an op id is used once.
            value: Value::Text(format!("{stamp}{device}{op}")),
            stamp: Hlc::from_u64(stamp),
            device: DeviceId::from_bytes([device; 16]),
            op: OpId::from_bytes([op; 16]),
        })
    }

    proptest! {
        #[test]
        fn merge_is_commutative_associative_and_idempotent(a in register(), b in register(), c in register()) {
            prop_assert_eq!(a.clone().merge(a.clone()), a.clone());
            prop_assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
            prop_assert_eq!(a.clone().merge(b.clone()).merge(c.clone()), a.merge(b.merge(c)));
        }
    }
}
