//! Annotations through the database.

use alexandria_domain::{Annotation, AnnotationId, AnnotationKind, Colour, note_replacing};

use super::*;
use crate::StoreError;

fn annotation(number: u8) -> Entity {
    Entity::Annotation { id: AnnotationId::from_bytes([number; 16]), publication: id(1) }
}

fn create(shelf: &Shelf, number: u8) {
    let kind = op(number * 10, annotation(number), Field::Kind, Value::Text("highlight".into()));
    let anchor = op(number * 10 + 1, annotation(number), Field::Anchor, place(0.5));
    shelf.store.apply(&[kind, anchor]).unwrap();
}

fn listed(shelf: &Shelf) -> Vec<Annotation> {
    shelf.store.annotations(Some(&id(1))).unwrap()
}

#[test]
fn annotations_are_listed_by_publication() {
    let shelf = Shelf::of(&["sea", "lamp"]);
    create(&shelf, 1);
    create(&shelf, 2);
    shelf.store.apply(&[op(3, annotation(2), Field::Colour, Value::Text("blue".into()))]).unwrap();
    let found = listed(&shelf);
    assert_eq!(found.len(), 2);
    assert_eq!(
        (found[0].kind, found[0].colour, found[1].colour),
        (AnnotationKind::Highlight, Colour::Yellow, Colour::Blue)
    );
    assert_eq!(found[1].anchor, locator(0.5));
    assert_eq!(shelf.store.annotations(None).unwrap(), found);
    assert_eq!(shelf.store.annotations(Some(&id(2))).unwrap(), []);
}

#[test]
fn annotation_values_round_trip() {
    let shelf = Shelf::of(&["sea"]);
    create(&shelf, 1);
    let before = shelf.store.annotation_ops(AnnotationId::from_bytes([1; 16]), id(1)).unwrap();
    assert_eq!(before.len(), 2);
    let first = op(20, annotation(1), Field::Note, Value::Note(note_replacing("ä \"quoted\"".into(), &before)));
    let second = Op { device: DeviceId::from_bytes([9; 16]), ..op(21, annotation(1), Field::Note, Value::None) };
    let second = Op { value: Value::Note(note_replacing("after".into(), std::slice::from_ref(&first))), ..second };
    let tag = op(22, annotation(1), Field::Tag("a:b c".into()), Value::Flag(true));
    shelf.store.apply(&[first.clone(), second.clone(), tag]).unwrap();
    let ops = shelf.store.annotation_ops(AnnotationId::from_bytes([1; 16]), id(1)).unwrap();
    assert!(ops.contains(&first) && ops.contains(&second), "{ops:?}");
    let found = listed(&shelf).remove(0);
    assert_eq!((found.note.as_str(), found.other_notes.len()), ("after", 0));
    assert_eq!(found.tags.into_iter().collect::<Vec<_>>(), ["a:b c"]);
}

#[test]
fn fields_of_later_versions_do_not_disturb_annotations() {
    let shelf = Shelf::of(&["sea"]);
    create(&shelf, 1);
    let before = listed(&shelf);
    let insert = "INSERT INTO op (entity, field, device, stamp, id, owner, value) \
                  VALUES ('annotation:01010101010101010101010101010101', 'ink', ?1, ?1, ?1, ?2, x'00')";
    let bytes = [7_u8; 16];
    let stamp_free = insert.replacen("?1, ?1, ?1", "?1, x'0000000000000001', ?1", 1);
    let owner = id(1);
    let row = (bytes, owner.as_bytes());
    shelf.store.write(|transaction| Ok::<_, StoreError>(transaction.execute(&stamp_free, row)?)).unwrap();
    assert_eq!(listed(&shelf), before);
}

#[test]
fn purge_deletes_annotations_with_their_publication() {
    let shelf = Shelf::of(&["sea"]);
    create(&shelf, 1);
    let note = Value::Note(note_replacing(CANARY.into(), &[]));
    shelf.store.apply(&[op(12, annotation(1), Field::Note, note)]).unwrap();
    assert_eq!(canaries(&shelf.store), 1);
    shelf.store.apply(&[membership(90, 1, Membership::Gone)]).unwrap();
    shelf.store.purge(&id(1)).unwrap();
    assert_eq!((listed(&shelf).len(), canaries(&shelf.store)), (0, 0));
}
