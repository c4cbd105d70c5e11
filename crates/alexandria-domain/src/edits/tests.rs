//! What edits of a publication amount to, and the laws of their merge.

use proptest::prelude::*;

use super::*;
use crate::clock::Hlc;
use crate::collection::Collection;
use crate::id::{DeviceId, OpId, PublicationId};

const BOOK: Entity = Entity::Publication(PublicationId::from_bytes([2; 16]));
const GROUP: CollectionId = CollectionId::from_bytes([7; 16]);

/// The op number `number` of a device, at that time.
fn op(device: u8, number: u8, millis: u64, entity: Entity, field: Field, value: Value) -> Op {
    Op {
        id: OpId::from_bytes([device, number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        owner: entity.owner(),
        entity,
        field,
        value,
        stamp: Hlc::from_millis(millis),
        device: DeviceId::from_bytes([device; 16]),
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn file() -> Metadata {
    Metadata {
        title: "moby dick".into(),
        authors: vec!["H. Melville".into()],
        language: "en".into(),
        series: Some(Series { name: "Classics".into(), position: Some("1.5".into()) }),
        published: Some("1851".into()),
        subjects: vec!["sea".into(), "whales".into()],
        description: Some("A whale.".into()),
        publisher: Some("Harper".into()),
        ..Metadata::default()
    }
}

#[test]
fn each_field_is_edited_emptied_and_returned_to_the_file() {
    let series = Series { name: "Voyages".into(), position: Some("2".into()) };
    let check = |field: Field, value: Value, change: &dyn Fn(&mut Metadata)| {
        let mut expect = file();
        change(&mut expect);
        let edit = op(1, 1, 5, BOOK, field.clone(), value);
        let edits = PublicationEdits::of_ops(std::slice::from_ref(&edit));
        assert_eq!((edits.apply(&file()), edits.has_metadata()), (expect, true), "{field:?}");
        let undone = PublicationEdits::of_ops(&[op(2, 1, 6, BOOK, field.clone(), Value::None), edit]);
        assert_eq!((undone.apply(&file()), undone.has_metadata()), (file(), false), "{field:?}");
    };
    check(Field::Title, text("Moby-Dick"), &|metadata| metadata.title = "Moby-Dick".into());
    check(Field::Title, text(""), &|_| {});
    check(Field::SortTitle, text("Dick, Moby"), &|_| {});
    check(Field::Authors, Value::Texts(vec!["A".into(), "B".into()]), &|metadata| {
        metadata.authors = vec!["A".into(), "B".into()];
    });
    check(Field::Authors, Value::Texts(Vec::new()), &|metadata| metadata.authors.clear());
    check(Field::Series, series_value(Some(&series)), &|metadata| metadata.series = Some(series.clone()));
    check(Field::Series, series_value(None), &|metadata| metadata.series = None);
    check(Field::Language, text(""), &|metadata| metadata.language.clear());
    check(Field::Description, text("About."), &|metadata| metadata.description = Some("About.".into()));
    check(Field::Description, text(""), &|metadata| metadata.description = None);
    check(Field::Published, text("1850"), &|metadata| metadata.published = Some("1850".into()));
    check(Field::Tag("sea".into()), Value::Flag(false), &|metadata| metadata.subjects = vec!["whales".into()]);
    check(Field::Tag("sea".into()), Value::Flag(true), &|_| {});
    check(Field::Tag("to lend".into()), Value::Flag(true), &|metadata| metadata.subjects.push("to lend".into()));
}

#[test]
fn rating_status_and_collections_are_not_metadata() {
    let of = |field: Field, value: Value| PublicationEdits::of_ops(&[op(1, 1, 1, BOOK, field, value)]);
    for (stars, expect) in [(0, None), (1, Some(1)), (5, Some(5)), (6, None), (-1, None), (i64::MAX, None)] {
        assert_eq!(of(Field::Rating, Value::Integer(stars)).rating, expect, "{stars}");
    }
    for status in ReadingStatus::ALL {
        assert_eq!(of(Field::Status, text(status.name())).status, Some(status));
    }
    assert_eq!(of(Field::Status, text("abandoned")), PublicationEdits::default());
    assert_eq!(of(Field::Collection(GROUP), Value::Flag(true)).collections, BTreeSet::from([GROUP]));
    assert_eq!(of(Field::Collection(GROUP), Value::Flag(false)), PublicationEdits::default());
    assert!(!of(Field::Rating, Value::Integer(3)).has_metadata());
    // Values of a kind that a later version gave the field.
    for field in [Field::Title, Field::Authors, Field::Series, Field::Rating, Field::Tag("a".into())] {
        assert_eq!(of(field, Value::Unknown(vec![1])), PublicationEdits::default());
    }
}

#[test]
fn tags_that_devices_add_without_knowing_each_other_are_all_kept() {
    let ops = [
        op(1, 1, 1, BOOK, Field::Tag("one".into()), Value::Flag(true)),
        op(2, 1, 1, BOOK, Field::Tag("two".into()), Value::Flag(true)),
        op(1, 2, 2, BOOK, Field::Collection(GROUP), Value::Flag(true)),
        op(2, 2, 3, BOOK, Field::Collection(CollectionId::from_bytes([8; 16])), Value::Flag(true)),
    ];
    let edits = PublicationEdits::of_ops(&ops);
    assert_eq!((edits.tags.len(), edits.collections.len()), (2, 2));
}

#[test]
fn collection_is_the_newest_value_of_each_field() {
    let group = Entity::Collection(GROUP);
    let named = op(1, 1, 1, group.clone(), Field::Name, text("Holidays"));
    let filter = op(1, 2, 2, group.clone(), Field::Query, text("tag:sea"));
    let renamed = op(2, 1, 3, group.clone(), Field::Name, text("Summer"));
    let deleted = op(2, 2, 4, group.clone(), Field::Deleted, Value::Flag(true));
    let restored = op(1, 3, 5, group, Field::Deleted, Value::Flag(false));
    let merged = Collection::of_ops(&[deleted.clone(), filter.clone(), renamed.clone(), named.clone()]).unwrap();
    assert_eq!((merged.name.as_str(), merged.filter.as_deref(), merged.is_deleted), ("Summer", Some("tag:sea"), true));
    assert!(!Collection::of_ops(&[restored, deleted, named]).unwrap().is_deleted);
    assert_eq!(Collection::of_ops(&[filter]), None, "its name has not arrived");
    assert_eq!(Collection::of_ops(&[op(1, 1, 1, BOOK, Field::Name, text("x"))]), None);
}

fn field() -> impl Strategy<Value = Field> {
    prop_oneof![
        Just(Field::Title),
        Just(Field::SortTitle),
        Just(Field::Authors),
        Just(Field::Series),
        Just(Field::Language),
        Just(Field::Rating),
        Just(Field::Status),
        (0u8..2).prop_map(|tag| Field::Tag(format!("tag {tag}"))),
        (0u8..2).prop_map(|id| Field::Collection(CollectionId::from_bytes([id; 16]))),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::None),
        any::<bool>().prop_map(Value::Flag),
        (-1i64..7).prop_map(Value::Integer),
        prop_oneof![Just("reading"), Just("finished"), Just("a"), Just("")].prop_map(text),
        proptest::collection::vec("[ab]{0,2}", 0..3).prop_map(Value::Texts),
    ]
}

/// Ops of three devices; each has an id of its own.
fn history() -> impl Strategy<Value = Vec<Op>> {
    proptest::collection::vec((0u8..3, 0u64..4, field(), value()), 0..12).prop_map(|ops| {
        let numbered = ops.into_iter().zip(0..);
        numbered
            .map(|((device, millis, field, value), number)| op(device, number, millis, BOOK, field, value))
            .collect()
    })
}

/// What a device stores: of its ops on a field, those of each device that no later one of that device replaces.
fn newest_of_each_device(ops: &[Op]) -> Vec<Op> {
    let is_replaced = |op: &Op| {
        ops.iter().any(|other| {
            (other.device, &other.field) == (op.device, &op.field) && (other.stamp, other.id) > (op.stamp, op.id)
        })
    };
    ops.iter().filter(|op| !is_replaced(op)).cloned().collect()
}

proptest! {
    #[test]
    fn edits_do_not_depend_on_order_or_number_of_deliveries(
        (ops, shuffled) in history().prop_flat_map(|ops| (Just(ops.clone()), Just(ops).prop_shuffle())),
        again in 0usize..12,
    ) {
        let edits = PublicationEdits::of_ops(&ops);
        let twice: Vec<Op> = shuffled.iter().chain(shuffled.iter().take(again)).cloned().collect();
        prop_assert_eq!(PublicationEdits::of_ops(&twice), edits);
    }

    #[test]
    fn newest_op_of_each_device_is_all_that_edits_need(ops in history()) {
        prop_assert_eq!(PublicationEdits::of_ops(&newest_of_each_device(&ops)), PublicationEdits::of_ops(&ops));
    }

    /// Whatever was edited, taking everything back is what the file says.
    #[test]
    fn everything_taken_back_is_what_the_file_says(ops in history()) {
        let mut all = ops.clone();
        for (op_back, number) in ops.iter().zip(100..) {
            all.push(op(9, number, 99, BOOK, op_back.field.clone(), Value::None));
        }
        let edits = PublicationEdits::of_ops(&all);
        prop_assert_eq!(edits.apply(&file()), file());
        prop_assert_eq!(edits, PublicationEdits::default());
    }
}
