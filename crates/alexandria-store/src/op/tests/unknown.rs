//! Ops of a later version: on entities and fields this one does not know, or with values of a kind it does not know.
//! They are kept in their bytes, whatever is done around them, and the fields this version knows merge as ever.

use alexandria_domain::op::Membership;
use alexandria_domain::{Entity, Field, Hlc, Value};
use proptest::prelude::*;
use rusqlite::params;

use crate::Store;
use crate::fixture::{DEVICE, Shelf, id, insert, membership, op};

/// A row of the table, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    entity: String,
    field: String,
    device: [u8; 16],
    stamp: [u8; 8],
    id: [u8; 16],
    owner: Option<[u8; 16]>,
    value: Vec<u8>,
}

fn write(store: &Store, rows: &[Row]) {
    let insert = "INSERT INTO op (entity, field, device, stamp, id, owner, value) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let write = |connection: &rusqlite::Connection| {
        rows.iter().try_for_each(|row| {
            let Row { entity, field, device, stamp, id, owner, value } = row;
            connection.execute(insert, params![entity, field, device, stamp, id, owner, value]).map(drop)
        })
    };
    store.with_writer(write).unwrap();
}

fn read(store: &Store) -> Vec<Row> {
    let select = "SELECT entity, field, device, stamp, id, owner, value FROM op";
    let row = |row: &rusqlite::Row<'_>| {
        Ok(Row {
            entity: row.get(0)?,
            field: row.get(1)?,
            device: row.get(2)?,
            stamp: row.get(3)?,
            id: row.get(4)?,
            owner: row.get(5)?,
            value: row.get(6)?,
        })
    };
    let mut rows: Vec<Row> =
        store.read(|connection| connection.prepare(select)?.query_map([], row)?.collect()).unwrap();
    rows.sort();
    rows
}

fn row(number: u8, entity: &str, field: &str, owner: Option<u8>, value: &[u8]) -> Row {
    Row {
        entity: entity.into(),
        field: field.into(),
        device: *DEVICE.as_bytes(),
        stamp: (u64::from(number) << 16).to_be_bytes(),
        id: [number; 16],
        owner: owner.map(|owner| [owner; 16]),
        value: value.to_vec(),
    }
}

fn publication(number: u8) -> String {
    format!("publication:{}", id(number))
}

/// What may come: other entities, other fields of known ones, and values that are JSON of another kind or no JSON.
fn unknown() -> impl Strategy<Value = Vec<Row>> {
    let target = prop_oneof![
        Just(("annotation:00", "text")),
        Just(("annotation:00", "")),
        Just(("settings", "theme")),
        Just(("", "membership")),
        Just(("publication:1", "title")),
        Just(("PUBLICATION", "tags")),
    ];
    let value = prop_oneof![
        Just(b"{\"add\":{\"text\":\"sea\"}}".to_vec()),
        Just(b"{\"remove\":[\"00\"]}".to_vec()),
        Just(b"{\"integer\":7}".to_vec()),
        Just(b"\"none\" ".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..40),
    ];
    let one = (target, any::<Option<u8>>(), value, 0u8..3, any::<u64>());
    proptest::collection::vec(one, 1..12).prop_map(|all| {
        let numbered = all.into_iter().zip(0u8..);
        let rows = numbered.map(|(((entity, field), owner, value, device, stamp), number)| Row {
            device: [device; 16],
            stamp: stamp.to_be_bytes(),
            // Of a publication that no test deletes.
            ..row(number, entity, field, owner.map(|owner| owner.max(9)), &value)
        });
        rows.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Law: whatever is written, merged, deleted, checked, copied and opened again around them, unknown ops keep their
    /// bytes, and known fields have the values they would have without.
    #[test]
    fn unknown_ops_keep_their_bytes(rows in unknown()) {
        let (shelf, plain) = (Shelf::of(&["sea"]), Shelf::of(&["sea"]));
        write(&shelf.store, &rows);
        let change = |store: &Store| {
            let title = |number, text: &str| op(number, Entity::Publication(id(1)), Field::Title, Value::Text(text.into()));
            store.apply(&[title(3, "A"), title(4, "B"), membership(5, 1, Membership::Bin)]).unwrap();
            store.apply(&[op(6, Entity::Settings, Field::Setting("theme".into()), Value::Text("dark".into()))]).unwrap();
            insert(store, 2, &["whale"]).unwrap();
            store.apply(&[membership(7, 2, Membership::Gone)]).unwrap();
            assert!(store.purge(&id(2)).unwrap());
            store.maintenance().unwrap();
            assert_eq!(store.check().unwrap().problems, Vec::<String>::new());
            let record = store.publication(&id(1)).unwrap().unwrap();
            (record, store.settings().unwrap(), store.positions(&id(1)).unwrap())
        };
        prop_assert_eq!(change(&shelf.store), change(&plain.store));
        let expect = || {
            let mut all = [rows.clone(), read(&plain.store)].concat();
            all.sort();
            all
        };
        prop_assert_eq!(read(&shelf.store), expect());
        let shelf = shelf.reopen();
        prop_assert_eq!(read(&shelf.store), expect());
        // The copy that backups and migrations make.
        let copy = tempfile::TempDir::new().unwrap();
        let path = copy.path().join(crate::FILE_NAME);
        shelf.store.with_writer(|connection| crate::snapshot::copy_into(connection, &path)).unwrap();
        prop_assert_eq!(read(&Store::open(copy.path(), &shelf.key).unwrap()), expect());
    }
}

#[test]
fn a_known_field_with_an_unknown_value_reads_as_its_default() {
    let shelf = Shelf::of(&["sea"]);
    let newer = [
        row(20, &publication(1), "title", Some(1), b"{\"styled\":[\"Moby\"]}"),
        row(21, &publication(1), "membership", Some(1), b"{\"membership\":\"lent\"}"),
        row(22, &publication(1), &format!("position:{DEVICE}"), Some(1), b"\xff\0"),
    ];
    shelf.store.apply(&[op(5, Entity::Publication(id(1)), Field::Title, Value::Text("Mine".into()))]).unwrap();
    write(&shelf.store, &newer);
    let title = || shelf.store.register(&Entity::Publication(id(1)), &Field::Title).unwrap().unwrap().value;
    assert_eq!(title(), Value::Unknown(b"{\"styled\":[\"Moby\"]}".to_vec()));
    // An older op comes late: it changes nothing, and what is listed follows the newest.
    shelf.store.apply(&[op(6, Entity::Publication(id(1)), Field::Title, Value::Text("Late".into()))]).unwrap();
    let record = shelf.store.publication(&id(1)).unwrap().unwrap();
    assert_eq!((record.metadata.title.as_str(), record.membership), ("Title 1", Membership::Shelf));
    assert_eq!(record.progression, None);
    assert!(newer.iter().all(|row| read(&shelf.store).contains(row)));
    // A value this version knows, written later, holds again.
    shelf.store.apply(&[op(30, Entity::Publication(id(1)), Field::Title, Value::Text("Mine".into()))]).unwrap();
    assert_eq!(title(), Value::Text("Mine".into()));
    assert_eq!(shelf.store.last_stamp().unwrap(), Hlc::from_u64(30 << 16));
}

#[test]
fn adds_of_one_device_to_an_unknown_set_are_all_kept() {
    let shelf = Shelf::of(&["sea"]);
    let rows: Vec<Row> =
        (10..15).map(|number| row(number, &publication(1), "tags", Some(1), b"{\"add\":{\"text\":\"x\"}}")).collect();
    write(&shelf.store, &rows);
    shelf.store.apply(&[membership(20, 1, Membership::Bin)]).unwrap();
    assert_eq!(read(&shelf.store).iter().filter(|row| row.field == "tags").count(), 5);
}

#[test]
fn unknown_ops_that_a_permanently_deleted_publication_owns_go_with_it() {
    let note = |number, owner| row(number, "annotation:aa", "text", owner, b"{\"text\":\"my own words\"}");
    let shelf = Shelf::of(&["sea"]);
    insert(&shelf.store, 2, &["sea"]).unwrap();
    let (of_it, of_other, of_none) = (note(3, Some(1)), note(4, Some(2)), note(5, None));
    let later = Row { device: [9; 16], ..note(30, Some(1)) };
    write(&shelf.store, &[of_it.clone(), of_other.clone(), of_none.clone(), later.clone()]);
    shelf.store.apply(&[membership(20, 1, Membership::Gone)]).unwrap();
    assert!(read(&shelf.store).contains(&of_it), "until it is purged it can be restored");
    assert!(shelf.store.purge(&id(1)).unwrap());
    let rows = read(&shelf.store);
    assert!(!rows.contains(&of_it));
    // Written by another device after the deletion: it may have the book again.
    assert!([of_other, of_none, later].iter().all(|row| rows.contains(row)));
}
