//! Stamps that a wrong clock dated into the future are repaired on request, and keep their order.

use alexandria_domain::op::Membership;
use alexandria_domain::{Clock, ClockError, Entity, Field, Hlc, Op, Value};

use crate::fixture::{Shelf, id, membership, op};

const NOW: u64 = 1_700_000_000_000;
const YEAR_2099: u64 = 4_070_908_800_000;

#[test]
fn restamp_future_ops_keeps_their_order_and_lets_later_ops_be_written() {
    let shelf = Shelf::of(&["sea"]);
    let dated = |op: Op, millis: u64| Op { stamp: Hlc::from_millis(millis), ..op };
    let title = |number: u8, text: &str, millis: u64| {
        dated(op(number, Entity::Publication(id(1)), Field::Title, Value::Text(text.into())), millis)
    };
    // Dated by a clock that is a few hours wrong: that is left alone.
    let near = dated(op(3, Entity::Settings, Field::Setting("x".into()), Value::Text("a".into())), NOW + 9_000_000);
    let gone = dated(membership(5, 1, Membership::Bin), YEAR_2099);
    shelf.store.apply(&[near.clone(), title(4, "Mine", YEAR_2099 + 1), gone]).unwrap();
    let tick = || {
        let mut clock = Clock::default();
        clock.observe(shelf.store.last_stamp().unwrap());
        clock.tick(NOW)
    };
    assert!(matches!(tick(), Err(ClockError::Ahead { .. })));
    assert_eq!(shelf.store.future_ops(NOW).unwrap(), 2);
    assert_eq!(shelf.store.future_ops(YEAR_2099).unwrap(), 0);
    assert_eq!(shelf.store.restamp_future_ops(NOW).unwrap(), 2);
    assert_eq!(shelf.store.future_ops(NOW).unwrap(), 0);
    let stamp = |field: &Field| shelf.store.register(&Entity::Publication(id(1)), field).unwrap().unwrap().stamp;
    assert!(near.stamp < stamp(&Field::Membership) && stamp(&Field::Membership) < stamp(&Field::Title));
    let record = shelf.store.publication(&id(1)).unwrap().unwrap();
    assert_eq!((record.membership, record.moved_ms), (Membership::Bin, near.stamp.millis()), "lists follow");
    assert!(tick().unwrap() > stamp(&Field::Title));
    assert_eq!(shelf.store.restamp_future_ops(NOW).unwrap(), 0);
}
