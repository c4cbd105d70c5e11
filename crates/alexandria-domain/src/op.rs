//! Ops: every change a reader makes, in the form that will be synced.
//!
//! State is a pure merge of ops: each field of each entity is a last-writer-wins register, ordered by
//! (stamp, device, op id), so the order and number of deliveries do not matter. How ops are stored or sent is the
//! business of the store and of the sync engine.

use crate::clock::Hlc;
use crate::id::{DeviceId, OpId, PublicationId};
use crate::locator::Locator;

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
    /// When.
    pub stamp: Hlc,
    /// Where.
    pub device: DeviceId,
}

/// A thing readers can change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entity {
    /// A publication's place in the library.
    Publication(PublicationId),
    /// The reader's settings that follow them to every device.
    Settings,
}

impl Entity {
    /// The publication that this belongs to, if any.
    #[must_use]
    pub const fn owner(&self) -> Option<PublicationId> {
        match self {
            Self::Publication(id) => Some(*id),
            Self::Settings => None,
        }
    }
}

/// A field of an [`Entity`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Of a publication: a [`Membership`].
    Membership,
    /// Of a publication: where the reader is on that device, a [`Value::Place`].
    Position(DeviceId),
    /// Of a publication: a title the reader prefers to the file's.
    Title,
    /// Of the settings: the setting of that name.
    Setting(String),
}

/// What a field can hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Unset: the default holds again.
    None,
    /// Whether the publication is in the library.
    Membership(Membership),
    /// Words.
    Text(String),
    /// A place in the publication.
    Place(Box<Locator>),
    /// A value of a kind that this version does not know, in the bytes it is stored in. Shown as [`Self::None`] is.
    Unknown(Vec<u8>),
}

/// Where a publication is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Membership {
    /// On the shelf.
    Shelf,
    /// In the bin, from where it comes back whole for 30 days.
    Bin,
    /// Deleted for good; the entry remains so that no other device brings it back.
    Gone,
}

/// The current value of one field: the greatest op seen so far wins.
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

    /// Whether this register's value replaces `other`'s.
    #[must_use]
    pub fn wins_over(&self, other: &Self) -> bool {
        (self.stamp, self.device, self.op) > (other.stamp, other.device, other.op)
    }
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
        fn merge_is_a_join(a in register(), b in register(), c in register()) {
            prop_assert_eq!(a.clone().merge(a.clone()), a.clone());
            prop_assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
            prop_assert_eq!(a.clone().merge(b.clone()).merge(c.clone()), a.merge(b.merge(c)));
        }
    }
}
