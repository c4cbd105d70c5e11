//! Comparing the vault with its copy: whether they differ because of an interrupted change or because of damage.
//!
//! An interrupted change leaves a copy that equals the vault before the change. Damage leaves digits in one of the two that were
//! never written. The two cases can be distinguished because what a change replaces is random from its first byte to its last,
//! while damage leaves most bytes unchanged.

use crate::file::Contents;
use crate::slot::{Slot, SlotKind};

/// Whether both belong to one library on one device. No change of protection changes that.
pub(super) fn have_same_ids(one: &Contents, other: &Contents) -> bool {
    (one.library, one.device) == (other.library, other.device)
}

/// Whether `copy` holds nothing intact that `vault`, which a slot of kind `by` has opened, may lack. That slot is intact,
/// and so are the ids and the ring, which authenticate each other.
pub(super) fn is_redundant(copy: &Contents, vault: &Contents, by: SlotKind) -> bool {
    let mut unverified = Contents { slots: copy.slots.clone(), ..vault.clone() };
    unverified.slots.retain(|slot| slot.kind() != Some(by));
    !differ_by_damage(vault, &unverified)
}

/// Whether the two differ by damage rather than by a change. A slot of an unknown kind counts as damaged, because no
/// change made by this version adds or removes one.
pub(super) fn differ_by_damage(one: &Contents, other: &Contents) -> bool {
    let (of_one, of_other) = (slots_only_in(one, other), slots_only_in(other, one));
    !have_same_ids(one, other)
        || (one.keys != other.keys && are_mostly_equal(&one.keys, &other.keys))
        || of_one.iter().any(|one| of_other.iter().any(|other| is_damaged_version(one, other)))
        || of_one.iter().chain(&of_other).any(|slot| slot.kind().is_none())
}

/// The slots of `one` that `other` does not have.
pub(super) fn slots_only_in<'a>(one: &'a Contents, other: &Contents) -> Vec<&'a Slot> {
    one.slots.iter().filter(|slot| !other.slots.contains(slot)).collect()
}

/// Whether two slots that differ were equal once.
fn is_damaged_version(one: &Slot, other: &Slot) -> bool {
    match (one, other) {
        (Slot::Keychain(Some(one)), Slot::Keychain(Some(other))) => are_mostly_equal(one, other),
        (Slot::Passphrase(one), Slot::Passphrase(other)) => {
            are_mostly_equal(&one.salt, &other.salt) || are_mostly_equal(&one.envelope, &other.envelope)
        }
        (Slot::Recovery(one), Slot::Recovery(other)) => are_mostly_equal(&one.envelope, &other.envelope),
        _ => false,
    }
}

/// Whether more than half of the bytes are equal.
fn are_mostly_equal(one: &[u8], other: &[u8]) -> bool {
    let equal = one.iter().zip(other).filter(|(one, other)| one == other).count();
    2 * equal > one.len().max(other.len())
}
