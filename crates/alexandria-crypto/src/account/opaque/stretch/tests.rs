//! A log of the costs that passwords were stretched with, and the bounds.

use std::cell::RefCell;

use super::*;

thread_local! {
    static COSTS: RefCell<Vec<Cost>> = const { RefCell::new(Vec::new()) };
}

/// Notes that this thread stretched a password.
pub(super) fn record(cost: Cost) {
    COSTS.with_borrow_mut(|costs| costs.push(cost));
}

/// The costs noted on this thread since the last call.
pub(in super::super) fn recorded() -> Vec<Cost> {
    COSTS.take()
}

#[test]
fn password_cost_below_the_floor_or_above_the_ceiling_is_refused() {
    let (floor, ceiling) = (Cost::STANDARD, Cost::MAX);
    assert_eq!((floor.memory_kib, floor.passes, floor.lanes), (64 * 1024, 3, 1));
    let check = |cost: Cost, accepted| assert_eq!(PasswordCost::new(cost).is_ok(), accepted, "{cost:?}");
    check(floor, true);
    check(ceiling, true);
    check(Cost { memory_kib: floor.memory_kib - 1, ..floor }, false);
    check(Cost { passes: floor.passes - 1, ..floor }, false);
    check(Cost { lanes: 0, ..floor }, false);
    check(Cost { memory_kib: ceiling.memory_kib + 1, ..ceiling }, false);
    check(Cost { passes: ceiling.passes + 1, ..ceiling }, false);
    check(Cost { lanes: ceiling.lanes + 1, ..ceiling }, false);
    check(Cost::MIN, false);
}

#[test]
fn stretching_without_a_given_cost_uses_the_standard_one() {
    recorded();
    Stretch::default().hash(GenericArray::<u8, opaque_ke::generic_array::typenum::U64>::default()).ok().unwrap();
    assert_eq!(recorded(), [Cost::STANDARD]);
}
