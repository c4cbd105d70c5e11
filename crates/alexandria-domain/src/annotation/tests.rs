//! What ops on an annotation amount to, and the laws of their merge.

use proptest::prelude::*;

use super::*;
use crate::id::{DeviceId, OpId};
use crate::locator::{Quote, SectionExtent};

const ANNOTATION: Entity =
    Entity::Annotation { id: AnnotationId::from_bytes([1; 16]), publication: PublicationId::from_bytes([2; 16]) };

/// The op number `number` of a device, at that time.
fn op(device: u8, number: u8, millis: u64, field: Field, value: Value) -> Op {
    Op {
        id: OpId::from_bytes([device, number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        owner: ANNOTATION.owner(),
        entity: ANNOTATION,
        field,
        value,
        stamp: Hlc::from_millis(millis),
        device: DeviceId::from_bytes([device; 16]),
    }
}

fn anchor(quote: &str) -> Value {
    let extent = SectionExtent {
        href: "one.xhtml".into(),
        media_type: "application/xhtml+xml".into(),
        chars: 100,
        chars_before: 0,
        positions_before: 0,
        total_chars: 100,
    };
    Value::Place(Box::new(extent.locate(10, None, Quote { highlight: quote.into(), ..Quote::default() })))
}

fn note(text: &str, seen: &[Op]) -> Value {
    Value::Note(note_replacing(text.into(), seen))
}

/// A new highlight of device 1 at time 1.
fn created() -> Vec<Op> {
    vec![
        op(1, 1, 1, Field::Kind, Value::Text("highlight".into())),
        op(1, 2, 1, Field::Anchor, anchor("the lamp")),
        op(1, 3, 1, Field::Colour, Value::Text("green".into())),
    ]
}

fn merged(ops: &[Op]) -> Annotation {
    Annotation::of_ops(ops).unwrap()
}

#[test]
fn annotation_is_the_newest_value_of_each_field() {
    let mut ops = created();
    ops.push(op(2, 1, 5, Field::Colour, Value::Text("blue".into())));
    ops.push(op(1, 4, 3, Field::Tag("sea".into()), Value::Flag(true)));
    ops.push(op(1, 5, 3, Field::Tag("light".into()), Value::Flag(true)));
    ops.push(op(2, 2, 6, Field::Tag("sea".into()), Value::Flag(false)));
    ops.push(op(2, 3, 7, Field::Anchor, anchor("the lamp burned")));
    let annotation = merged(&ops);
    assert_eq!((annotation.colour, annotation.kind), (Colour::Blue, AnnotationKind::Highlight));
    assert_eq!(annotation.anchor.text.highlight, "the lamp burned");
    assert_eq!(annotation.tags, BTreeSet::from(["light".to_owned()]));
    assert_eq!((annotation.created_ms, annotation.changed_ms, annotation.is_deleted), (1, 7, false));
}

#[test]
fn deletion_can_be_undone_by_a_later_op() {
    let mut ops = created();
    ops.push(op(1, 4, 2, Field::Deleted, Value::Flag(true)));
    assert!(merged(&ops).is_deleted);
    ops.push(op(2, 1, 3, Field::Deleted, Value::Flag(false)));
    assert!(!merged(&ops).is_deleted);
}

#[test]
fn annotation_without_kind_or_place_has_not_arrived() {
    for missing in [0, 1] {
        let mut ops = created();
        ops.remove(missing);
        assert_eq!(Annotation::of_ops(&ops), None);
    }
    let other = Op { entity: Entity::Settings, ..created().remove(0) };
    assert_eq!((Annotation::of_ops(&[other]), Annotation::of_ops(&[])), (None, None));
}

#[test]
fn names_of_later_versions_have_the_default() {
    let mut ops = created();
    ops[2].value = Value::Text("ultraviolet".into());
    assert_eq!(merged(&ops).colour, Colour::Yellow);
}

/// Research row: two devices edit one note offline; both texts are readable afterwards.
#[test]
fn note_edits_that_did_not_know_each_other_are_both_kept() {
    let mut ops = created();
    let first = op(1, 4, 2, Field::Note, note("first", &[]));
    ops.push(first.clone());
    let one = op(1, 5, 5, Field::Note, note("edited here", std::slice::from_ref(&first)));
    let two = op(2, 1, 6, Field::Note, note("edited there", std::slice::from_ref(&first)));
    ops.extend([one.clone(), two.clone()]);
    let annotation = merged(&ops);
    assert_eq!(
        (annotation.note.as_str(), annotation.other_notes.as_slice()),
        ("edited there", &["edited here".to_owned()][..])
    );
    // The next edit has seen both.
    ops.push(op(1, 6, 9, Field::Note, note("together", &ops.clone())));
    let annotation = merged(&ops);
    assert_eq!((annotation.note.as_str(), annotation.other_notes.len()), ("together", 0));
}

#[test]
fn note_is_removed_only_where_the_remover_had_seen_it() {
    let first = op(1, 4, 2, Field::Note, note("first", &[]));
    let removed = op(2, 1, 9, Field::Note, note("", std::slice::from_ref(&first)));
    let edited = op(1, 5, 5, Field::Note, note("more", std::slice::from_ref(&first)));
    let check = |ops: &[&Op], expect: &str| {
        let ops: Vec<_> = created().into_iter().chain(ops.iter().map(|op| (*op).clone())).collect();
        assert_eq!(merged(&ops).note, expect);
    };
    check(&[&first, &removed], "");
    check(&[&first, &removed, &edited], "more");
}

/// Any edits by three devices, each of which knows a prefix of what was written before, and never less than before.
fn edits() -> impl Strategy<Value = Vec<Op>> {
    prop::collection::vec((0_u8..3, 0_usize..12, "[ab]{0,2}"), 0..12).prop_map(|plan| {
        let mut ops = created();
        let mut known = [0; 3];
        for (number, (device, knows, text)) in plan.into_iter().enumerate() {
            let known = &mut known[usize::from(device)];
            *known = knows.max(*known);
            let is_own = |op: &Op| op.device.as_bytes()[0] == device;
            let seen = ops.iter().enumerate().filter(|(at, op)| at < known || is_own(op)).map(|(_, op)| op.clone());
            let seen: Vec<Op> = seen.collect();
            let number = u8::try_from(number).unwrap();
            ops.push(op(device, 10 + number, 10 + u64::from(number), Field::Note, note(&text, &seen)));
        }
        ops
    })
}

proptest! {
    /// Laws: order and number of deliveries do not matter.
    #[test]
    fn merge_is_commutative_and_idempotent(ops in edits(), seed: u64) {
        let mut other = ops.clone();
        other.extend(ops.iter().step_by(2).cloned());
        let length = other.len() as u64;
        other.sort_by_key(|op| (u64::from(op.id.as_bytes()[1]).wrapping_mul(seed | 1), seed % length));
        prop_assert_eq!(merged(&other), merged(&ops));
    }

    /// Law: what a store keeps, each device's newest op on a field, is enough.
    #[test]
    fn merge_needs_only_the_newest_op_of_each_device(ops in edits()) {
        let is_replaced = |op: &Op| ops.iter().any(|other| {
            (other.device, &other.field) == (op.device, &op.field) && (other.stamp, other.id) > (op.stamp, op.id)
        });
        let newest: Vec<_> = ops.iter().filter(|op| !is_replaced(op)).cloned().collect();
        let (few, all) = (merged(&newest), merged(&ops));
        prop_assert_eq!((few.note, few.other_notes), (all.note, all.other_notes));
    }

    /// Law: no text vanishes unless its author replaced it or somebody who had seen it did.
    #[test]
    fn last_text_of_each_device_is_kept_unless_it_was_seen(ops in edits()) {
        let annotation = merged(&ops);
        let kept: Vec<&str> = annotation.other_notes.iter().map(String::as_str).chain([annotation.note.as_str()]).collect();
        for op in ops.iter().filter(|op| op.field == Field::Note) {
            let Value::Note(written) = &op.value else { continue };
            let is_seen = ops.iter().any(|other| {
                let later = other.device == op.device && other.field == Field::Note && other.stamp > op.stamp;
                let seen = matches!(&other.value, Value::Note(other) if other.seen.iter().any(|seen| seen.device == op.device && seen.stamp >= op.stamp));
                other.id != op.id && (later || seen)
            });
            prop_assert!(is_seen || written.text.is_empty() || kept.contains(&written.text.as_str()), "{:?}", written);
        }
    }
}
