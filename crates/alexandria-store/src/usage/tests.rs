//! Usage adds up to the file, and shrinking gives back what was deleted and nothing else.

use std::fs;

use alexandria_domain::op::Membership;

use super::*;
use crate::FILE_NAME;
use crate::fixture::{Shelf, id, insert, membership};

fn file_bytes(shelf: &Shelf) -> u64 {
    fs::metadata(shelf.path().join(FILE_NAME)).unwrap().len()
}

/// A library of a large and a small publication.
fn two() -> Shelf {
    let shelf = Shelf::of(&["sea whale"]);
    let texts: Vec<String> =
        (0..2_000).map(|number| format!("word{number} on the sea {}", "wave ".repeat(60))).collect();
    insert(&shelf.store, 2, &texts.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    shelf.store.maintenance().unwrap();
    shelf
}

#[test]
fn usage_adds_up_to_the_file() {
    let shelf = two();
    let row = shelf.store.publication(&id(1)).unwrap().unwrap().row;
    shelf.store.set_thumbnail(row, &[7; 100_000]).unwrap();
    shelf.store.maintenance().unwrap();
    let usage = shelf.store.usage().unwrap();
    assert_eq!(usage.total(), file_bytes(&shelf), "{usage:?}");
    assert!(usage.text > 600_000 && usage.terms > 10_000 && usage.covers >= 100_000 && usage.other > 0, "{usage:?}");
}

#[test]
fn shrinking_gives_back_what_was_deleted() {
    let shelf = two();
    shelf.store.apply(&[membership(9, 2, Membership::Gone)]).unwrap();
    while shelf.store.purge(&id(2)).unwrap() {}
    while !shelf.store.maintenance().unwrap() {}
    let before = shelf.store.usage().unwrap();
    assert!(before.free > 600_000, "{before:?}");
    assert!(!shelf.store.shrink(before.total() - 1).unwrap(), "it is larger than allowed");
    assert_eq!(shelf.store.usage().unwrap(), before);
    assert!(shelf.store.shrink(before.total()).unwrap());
    let after = shelf.store.usage().unwrap();
    assert!(after.free == 0 && after.total() < before.total() - 600_000, "{before:?} {after:?}");
    assert_eq!(after.total(), file_bytes(&shelf));
    let shelf = shelf.reopen();
    assert_eq!(shelf.store.check().unwrap().problems, [""; 0]);
    assert_eq!(shelf.store.totals().unwrap().publications, 1);
}

#[test]
fn files_are_counted_with_those_of_interrupted_imports() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = BlobStore::open(folder.path(), alexandria_crypto::keys::BlobKeys::generate().unwrap()).unwrap();
    assert_eq!(blobs.total_bytes().unwrap(), 0);
    blobs.put(&id(1), [1; 1000].as_slice()).unwrap();
    let one = blobs.total_bytes().unwrap();
    assert!((1000..2000).contains(&one));
    blobs.put_provisional(&id(2), [1; 1000].as_slice()).unwrap();
    assert_eq!(blobs.total_bytes().unwrap(), 2 * one);
    assert_eq!([1, 2, 3].map(|number| blobs.bytes(&id(number)).unwrap()), [one, one, 0]);
}
