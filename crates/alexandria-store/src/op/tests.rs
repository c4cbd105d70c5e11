//! Laws of the ops, and how they change what is listed.

use alexandria_domain::op::Membership;
use alexandria_domain::{
    DeviceId, Entity, Field, Hlc, Locator, LwwRegister, Op, OpId, PageArea, PageAreas, Quote, Value,
};
use proptest::prelude::*;

use crate::Store;
use crate::fixture::{DEVICE, Shelf, id, insert, membership, op};

mod annotation;
mod restamp;
mod unknown;

fn locator(progression: f64) -> Locator {
    Locator {
        href: "one.xhtml".into(),
        media_type: "application/xhtml+xml".into(),
        title: Some("One".into()),
        progression,
        total_progression: progression / 2.0,
        position: 3,
        fragments: vec!["p1".into()],
        areas: PageAreas::new(vec![PageArea { page: 2, quads: Vec::new() }]).unwrap(),
        text: Quote { before: "a".into(), highlight: "b \"c\"".into(), after: "d".into() },
    }
}

fn place(progression: f64) -> Value {
    Value::Place(Box::new(locator(progression)))
}

const CANARY: &str = "qwvcanary";

/// A place that quotes the canary.
fn quote() -> Value {
    let text = Quote { before: CANARY.into(), highlight: CANARY.into(), after: CANARY.into() };
    Value::Place(Box::new(Locator { text, ..locator(0.5) }))
}

/// How many ops have the canary in them.
fn canaries(store: &Store) -> i64 {
    let query = "SELECT count(*) FROM op WHERE instr(value, CAST(?1 AS BLOB)) > 0";
    store.read(|connection| connection.query_row(query, [CANARY], |row| row.get(0))).unwrap()
}

#[test]
fn op_values_round_trip() {
    let shelf = Shelf::new();
    let setting = |name: &str| Field::Setting(name.into());
    for (value, number) in
        [Value::None, Value::Text("ä\"\n".into()), Value::Membership(Membership::Gone), place(0.1)].into_iter().zip(1..)
    {
        shelf.store.apply(&[op(number, Entity::Settings, setting("x"), value.clone())]).unwrap();
        let register = shelf.store.register(&Entity::Settings, &setting("x")).unwrap();
        assert_eq!(register.map(|register| register.value), Some(value));
    }
    assert_eq!(shelf.store.register(&Entity::Settings, &setting("y")).unwrap(), None);
    assert_eq!(shelf.store.settings().unwrap(), [("x".to_owned(), place(0.1))]);
    assert_eq!(shelf.store.last_stamp().unwrap(), Hlc::from_u64(4 << 16));
}

#[test]
fn stored_stamps_order_as_numbers() {
    let shelf = Shelf::new();
    let with_stamp = |number: u8, stamp: u64| Op {
        stamp: Hlc::from_u64(stamp),
        ..op(number, Entity::Settings, Field::Setting("x".into()), Value::Text(stamp.to_string()))
    };
    shelf.store.apply(&[with_stamp(1, u64::MAX - 1), with_stamp(2, 5)]).unwrap();
    assert_eq!(shelf.store.last_stamp().unwrap(), Hlc::from_u64(u64::MAX - 1));
    assert_eq!(shelf.store.settings().unwrap()[0].1, Value::Text((u64::MAX - 1).to_string()));
}

#[test]
fn ops_update_the_listed_publication() {
    let shelf = Shelf::of(&["sea"]);
    let record = || shelf.store.publication(&id(1)).unwrap().unwrap();
    let entity = || Entity::Publication(id(1));
    assert_eq!((record().membership, record().opened_ms, record().progression), (Membership::Shelf, None, None));
    let position = Field::Position(DEVICE);
    shelf.store.apply(&[op(5, entity(), position, place(0.5))]).unwrap();
    assert_eq!((record().opened_ms, record().progression), (Some(5), Some(0.25)));
    // Another device's place is kept, but is not where this one is.
    let other = DeviceId::from_bytes([9; 16]);
    shelf.store.apply(&[Op { device: other, ..op(6, entity(), Field::Position(other), place(1.0)) }]).unwrap();
    assert_eq!(record().progression, Some(0.25));
    assert_eq!(shelf.store.positions(&id(1)).unwrap().len(), 2);
    shelf.store.apply(&[op(7, entity(), Field::Title, Value::Text("Mine".into()))]).unwrap();
    assert_eq!(record().metadata.title, "Mine");
    shelf.store.apply(&[op(8, entity(), Field::Title, Value::None)]).unwrap();
    assert_eq!(record().metadata.title, "Title 1");
    shelf.store.apply(&[membership(9, 1, Membership::Bin)]).unwrap();
    assert_eq!((record().membership, record().moved_ms), (Membership::Bin, 9));
    // An older op that arrives late changes nothing.
    shelf.store.apply(&[membership(2, 1, Membership::Shelf)]).unwrap();
    assert_eq!(record().membership, Membership::Bin);
    shelf.store.apply(&[membership(10, 1, Membership::Gone)]).unwrap();
    assert_eq!(shelf.store.publication(&id(1)).unwrap(), None);
}

#[test]
fn purge_keeps_the_tombstone_and_deletes_all_other_ops() {
    let shelf = Shelf::of(&["sea"]);
    insert(&shelf.store, 2, &["sea"]).unwrap();
    let other = DeviceId::from_bytes([9; 16]);
    let entity = |of: u8| Entity::Publication(id(of));
    let own_place = |number: u8| op(number, entity(1), Field::Position(DEVICE), quote());
    let others_place = |number: u8| Op { device: other, ..op(number, entity(1), Field::Position(other), quote()) };
    let title = |number: u8, of: u8| op(number, entity(of), Field::Title, Value::Text(CANARY.into()));
    let said = [own_place(3), others_place(4), title(5, 1), title(6, 2), membership(7, 1, Membership::Gone)];
    shelf.store.apply(&said).unwrap();
    assert_eq!(canaries(&shelf.store), 4);
    assert!(shelf.store.purge(&id(1)).unwrap());
    assert_eq!(canaries(&shelf.store), 1, "what was said of another publication stays");
    let tombstone = || shelf.store.register(&entity(1), &Field::Membership).unwrap().unwrap();
    assert_eq!(tombstone().value, Value::Membership(Membership::Gone));

    // What was on its way: an old op that is sent again, and a page turned while the book was being deleted.
    shelf.store.apply(&[others_place(4), own_place(8)]).unwrap();
    assert_eq!(canaries(&shelf.store), 1);
    // Another device has imported it again and turned a page; the second op arrives first.
    shelf.store.apply(&[others_place(10)]).unwrap();
    shelf.store.apply(&[Op { device: other, ..membership(9, 1, Membership::Shelf) }]).unwrap();
    assert_eq!((canaries(&shelf.store), tombstone().value), (2, Value::Membership(Membership::Shelf)));

    // Imported again here, it is on the shelf like a new book, and ops order by the clock as before.
    insert(&shelf.store, 1, &["sea"]).unwrap();
    let record = || shelf.store.publication(&id(1)).unwrap().unwrap();
    assert_eq!(
        (record().membership, record().opened_ms, record().metadata.title.as_str()),
        (Membership::Shelf, None, "Title 1")
    );
    shelf.store.apply(&[own_place(12)]).unwrap();
    shelf.store.apply(&[own_place(11)]).unwrap();
    assert_eq!(record().opened_ms, Some(12));
    shelf.store.apply(&[membership(8, 1, Membership::Gone)]).unwrap();
    assert_eq!(record().membership, Membership::Shelf, "a deletion of before comes too late");
}

#[test]
fn ops_of_a_publication_deleted_elsewhere_are_deleted() {
    let title = op(1, Entity::Publication(id(1)), Field::Title, Value::Text(CANARY.into()));
    let gone = membership(2, 1, Membership::Gone);
    for (first, second) in [(&title, &gone), (&gone, &title)] {
        let shelf = Shelf::new();
        shelf.store.apply(std::slice::from_ref(first)).unwrap();
        shelf.store.apply(std::slice::from_ref(second)).unwrap();
        assert_eq!(canaries(&shelf.store), 0);
    }
}

#[derive(Debug, Clone)]
struct Key {
    field: u8,
    device: u8,
    stamp: u64,
    number: u8,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let key = (0u8..3, 1u8..4, 0u64..4, 0u8..20).prop_map(|(field, device, stamp, number)| Key {
        field,
        device,
        stamp,
        number,
    });
    proptest::collection::vec(key, 1..20).prop_map(|keys| {
        let op = |key: Key| {
            let Key { field, device, stamp, number } = key;
            Op {
                // Everything follows from the id, as for real ops: an op id is used once.
                id: OpId::from_bytes([
                    number,
                    field,
                    device,
                    u8::try_from(stamp).unwrap(),
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                ]),
                owner: None,
                entity: Entity::Settings,
                field: Field::Setting(field.to_string()),
                value: Value::Text(format!("{field} {device} {stamp} {number}")),
                stamp: Hlc::from_u64(stamp),
                device: DeviceId::from_bytes([device; 16]),
            }
        };
        keys.into_iter().map(op).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Law: any order and duplication of ops gives the registers their pure merge gives.
    #[test]
    fn order_and_duplication_of_ops_do_not_matter(
        (ops, shuffled) in ops().prop_flat_map(|ops| (Just(ops.clone()), Just([ops.clone(), ops].concat()).prop_shuffle())),
        batch in 1usize..5,
    ) {
        let shelf = Shelf::new();
        for some in shuffled.chunks(batch) {
            shelf.store.apply(some).unwrap();
        }
        for number in 0..3 {
            let field = Field::Setting(number.to_string());
            let expect = ops.iter().filter(|op| op.field == field).map(LwwRegister::of).reduce(LwwRegister::merge);
            prop_assert_eq!(shelf.store.register(&Entity::Settings, &field).unwrap(), expect);
        }
    }
}
