//! The outbox, records, vector, quarantine and cards: what a transaction of the engine leaves, and that it leaves nothing if it
//! fails.

use std::collections::BTreeMap;

use alexandria_domain::op::Membership;
use alexandria_domain::{DeviceId, Entity, Field, Hlc, Op, OpId, Value};
use proptest::prelude::*;

use super::*;
use crate::Store;
use crate::fixture::{DEVICE, Shelf, id, membership, op};

const OTHER: DeviceId = DeviceId::from_bytes([7; 16]);

fn setting(number: u8, name: &str) -> Op {
    op(number, Entity::Settings, Field::Setting(name.into()), Value::Text(number.to_string()))
}

fn record(device: DeviceId, seq: u64, byte: u8) -> RecordRow {
    RecordRow { device, seq, hash: [byte; 32], bytes: vec![byte; 100] }
}

fn outbox(store: &Store) -> Vec<u8> {
    let Outbox { ops, wire } = store.outbox(100).unwrap();
    ops.iter().map(|op| op.id.as_bytes()[0]).chain(wire.iter().map(|op| op.id.as_bytes()[0])).collect()
}

fn seal(store: &Store, seq: u64, ops: &[u8]) -> Result<(), SyncCommitError> {
    let ops = ops.iter().map(|number| OpId::from_bytes([*number; 16])).collect();
    store.sync_commit(&[SyncChange::Seal { record: record(DEVICE, seq, u8::try_from(seq).unwrap()), ops }])
}

fn card(number: u8, of: u8, device: DeviceId) -> WireOpRow {
    let publication = Some(id(of));
    WireOpRow {
        id: OpId::from_bytes([number; 16]),
        owner: publication,
        card_of: publication,
        device,
        stamp: Hlc::from_u64(u64::from(number) << 16),
        bytes: vec![number; 5],
    }
}

/// Trap 5: the flag is cleared for the op that was sent, not for the one that replaced it.
#[test]
fn outbox_keeps_an_op_that_replaced_a_sealed_one() {
    let store = Shelf::new().store;
    store.apply(&[setting(1, "theme"), setting(2, "font")]).unwrap();
    assert_eq!(outbox(&store), [1, 2]);
    // Between the reading of the outbox and the sealing the reader changes the setting again.
    store.apply(&[setting(3, "theme")]).unwrap();
    seal(&store, 1, &[1, 2]).unwrap();
    assert_eq!(outbox(&store), [3]);
    seal(&store, 2, &[3]).unwrap();
    assert_eq!(outbox(&store), Vec::<u8>::new());
}

/// Trap 4: what is sent again is equal to the byte, and nothing else takes its number.
#[test]
fn sealed_record_is_stored_before_it_is_sent_and_never_replaced() {
    let shelf = Shelf::new();
    shelf.store.apply(&[setting(1, "theme")]).unwrap();
    seal(&shelf.store, 1, &[1]).unwrap();
    let sealed = record(DEVICE, 1, 1);
    let shelf = shelf.reopen();
    assert_eq!(shelf.store.sync_record(&DEVICE, 1).unwrap(), Some(sealed.clone()));
    shelf.store.sync_commit(&[SyncChange::Receive(sealed.clone())]).unwrap();
    let other = [
        SyncChange::State { key: "cursor", value: Some(vec![1]) },
        SyncChange::Apply(vec![setting(9, "theme")]),
        SyncChange::Receive(record(DEVICE, 1, 2)),
    ];
    let refused = shelf.store.sync_commit(&other);
    assert!(matches!(refused, Err(SyncCommitError::Conflict { device: DEVICE, seq: 1 })), "{refused:?}");
    assert_eq!(shelf.store.sync_record(&DEVICE, 1).unwrap(), Some(sealed));
    assert_eq!(shelf.store.sync_rows().unwrap().state, [], "nothing of the transaction is left");
    assert_eq!(shelf.store.settings().unwrap(), [("theme".to_owned(), Value::Text("1".into()))]);
    let update = shelf.store.with_writer(|connection| connection.execute("UPDATE sync_record SET bytes = x'00'", []));
    assert!(update.is_err());
}

#[test]
fn vector_advances_with_the_ops_of_a_record() {
    let shelf = Shelf::new();
    let receive = |seq: u64, op: Op| {
        shelf.store.sync_commit(&[
            SyncChange::Receive(record(OTHER, seq, u8::try_from(seq).unwrap())),
            SyncChange::Apply(vec![op]),
            SyncChange::LogHead { device: OTHER, seq },
        ])
    };
    receive(1, Op { device: OTHER, ..setting(1, "theme") }).unwrap();
    receive(2, Op { device: OTHER, ..setting(2, "theme") }).unwrap();
    receive(1, Op { device: OTHER, ..setting(1, "theme") }).unwrap();
    let head = HeadRow { device: OTHER, seq: 2, hash: [2; 32], log_seq: 2 };
    assert_eq!(shelf.store.sync_rows().unwrap().heads, [head]);
    assert_eq!(shelf.store.settings().unwrap(), [("theme".to_owned(), Value::Text("2".into()))]);
    assert_eq!(outbox(&shelf.store), Vec::<u8>::new(), "what was received is not sent");
    assert_eq!(shelf.store.sync_records(&OTHER, 0, 9).unwrap(), [record(OTHER, 1, 1), record(OTHER, 2, 2)]);
    assert_eq!(shelf.store.sync_records(&OTHER, 1, 9).unwrap(), [record(OTHER, 2, 2)]);
    assert_eq!(shelf.store.sync_records(&OTHER, 0, 1).unwrap(), [record(OTHER, 1, 1)]);
    // Another log: the vector stays, what the log holds is not known.
    shelf.store.sync_commit(&[SyncChange::ForgetLog]).unwrap();
    assert_eq!(shelf.store.sync_rows().unwrap().heads, [HeadRow { log_seq: 0, ..head }]);
    // A log that holds more than was read, such as this device's records after a restore.
    shelf.store.sync_commit(&[SyncChange::LogHead { device: DEVICE, seq: 5 }]).unwrap();
    let unread = HeadRow { device: DEVICE, seq: 0, hash: [0; 32], log_seq: 5 };
    assert_eq!(shelf.store.sync_rows().unwrap().heads, [unread, HeadRow { log_seq: 0, ..head }]);
}

#[test]
fn quarantined_records_stay_until_they_are_released_or_pruned() {
    let shelf = Shelf::new();
    let row = |seq| QuarantineRow { device: OTHER, seq, reason: vec![3, 1] };
    for seq in 1..=3_u8 {
        let changes = [
            SyncChange::Receive(record(OTHER, u64::from(seq), seq)),
            SyncChange::Quarantine(row(u64::from(seq))),
            SyncChange::State { key: "cursor", value: Some(vec![seq]) },
        ];
        shelf.store.sync_commit(&changes).unwrap();
    }
    let shelf = shelf.reopen();
    let rows = shelf.store.sync_rows().unwrap();
    assert_eq!((rows.quarantine, rows.state), (vec![row(1), row(2), row(3)], vec![("cursor".to_owned(), vec![3])]));
    assert_eq!(rows.heads[0].seq, 3);
    shelf.store.sync_commit(&[SyncChange::Release { device: OTHER, seq: 3 }]).unwrap();
    shelf.store.sync_commit(&[SyncChange::Prune { device: OTHER, seq: 3 }]).unwrap();
    assert_eq!(shelf.store.sync_rows().unwrap().quarantine, [row(1), row(2)]);
    let left: Vec<u64> = shelf.store.sync_records(&OTHER, 0, 9).unwrap().iter().map(|record| record.seq).collect();
    assert_eq!(left, [1, 2], "what is in quarantine stays");
    assert_eq!(shelf.store.sync_rows().unwrap().heads[0].seq, 3, "the vector does not go back");
    // One that is not stored cannot be put aside.
    assert!(shelf.store.sync_commit(&[SyncChange::Quarantine(row(9))]).is_err());
    shelf.store.sync_commit(&[SyncChange::State { key: "cursor", value: None }]).unwrap();
    assert_eq!(shelf.store.sync_rows().unwrap().state, []);
}

#[test]
fn vector_passes_what_a_snapshot_covers() {
    let store = Shelf::new().store;
    let pass = |seq| SyncChange::Head { device: OTHER, seq, hash: [4; 32] };
    store.sync_commit(&[pass(9), pass(3), SyncChange::Prune { device: OTHER, seq: 9 }]).unwrap();
    assert_eq!(store.sync_rows().unwrap().heads, [HeadRow { device: OTHER, seq: 9, hash: [4; 32], log_seq: 0 }]);
    store.sync_commit(&[SyncChange::Receive(record(OTHER, 10, 5))]).unwrap();
    assert_eq!(store.sync_rows().unwrap().heads[0].seq, 10);
}

#[test]
fn ops_beyond_the_end_of_a_revoked_chain_are_sent_again() {
    let store = Shelf::new().store;
    let receive = |seq: u8, op: Op| {
        store.sync_commit(&[SyncChange::Receive(record(OTHER, u64::from(seq), seq)), SyncChange::Apply(vec![op])])
    };
    for (seq, name) in [(1, "a"), (2, "b"), (3, "c")] {
        receive(seq, Op { device: OTHER, ..setting(seq, name) }).unwrap();
    }
    store.sync_commit(&[SyncChange::ApplyWire(vec![card(4, 1, OTHER)])]).unwrap();
    let ids = [2, 3, 4].map(|number| OpId::from_bytes([number; 16]));
    // The revoked device has replaced one of them in a record that counts.
    receive(1, Op { device: OTHER, ..setting(9, "c") }).unwrap();
    let reissue = SyncChange::Reissue { device: OTHER, seq: 1, hash: [1; 32], ops: ids.to_vec() };
    store.sync_commit(&[reissue]).unwrap();
    assert_eq!(outbox(&store), [2, 4]);
    assert_eq!(store.sync_records(&OTHER, 0, 9).unwrap(), [record(OTHER, 1, 1)]);
    assert_eq!(store.sync_rows().unwrap().heads, [HeadRow { device: OTHER, seq: 1, hash: [1; 32], log_seq: 0 }]);
}

#[test]
fn greatest_card_of_a_publication_wins_in_any_order() {
    let cards = [card(4, 1, OTHER), card(6, 1, OTHER), card(5, 1, DEVICE), card(6, 2, OTHER)];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
        let store = Shelf::new().store;
        for at in order {
            let mut row = cards[at].clone();
            row.id = OpId::from_bytes([u8::try_from(at).unwrap() + 10; 16]);
            store.sync_commit(&[SyncChange::ApplyWire(vec![row])]).unwrap();
        }
        let stamp = |of| store.card(&id(of)).unwrap().map(|card| card.bytes[0]);
        assert_eq!((stamp(1), stamp(2), stamp(3), store.cards().unwrap().len()), (Some(6), Some(6), None, 2));
    }
}

#[test]
fn own_cards_are_sent_and_later_ops_are_kept() {
    let shelf = Shelf::new();
    shelf.store.put_wire_op(&card(1, 1, DEVICE)).unwrap();
    shelf.store.put_wire_op(&card(2, 1, DEVICE)).unwrap();
    let later = WireOpRow { card_of: None, ..card(3, 1, OTHER) };
    shelf.store.sync_commit(&[SyncChange::ApplyWire(vec![later.clone(), later.clone()])]).unwrap();
    assert_eq!(outbox(&shelf.store), [2]);
    seal(&shelf.store, 1, &[1]).unwrap();
    assert_eq!(outbox(&shelf.store), [2]);
    seal(&shelf.store, 2, &[2]).unwrap();
    assert_eq!(outbox(&shelf.store), Vec::<u8>::new());
    assert_eq!(
        (shelf.store.later_ops().unwrap(), shelf.store.cards().unwrap()),
        (vec![later], vec![card(2, 1, DEVICE)])
    );
    // Deleted permanently: the words about it go, here and from the card.
    shelf.store.apply(&[membership(9, 1, Membership::Gone)]).unwrap();
    assert_eq!((shelf.store.later_ops().unwrap(), shelf.store.cards().unwrap()), (vec![], vec![]));
}

#[test]
fn ops_in_a_record_keep_their_stamps() {
    let store = Shelf::new().store;
    let far = |number| Op { stamp: Hlc::from_millis(4_070_908_800_000), ..setting(number, &number.to_string()) };
    store.apply(&[far(1), far(2)]).unwrap();
    seal(&store, 1, &[1]).unwrap();
    assert_eq!(store.future_ops(1_700_000_000_000).unwrap(), 1);
    assert_eq!(store.restamp_future_ops(1_700_000_000_000).unwrap(), 1);
    let stamp =
        |name: &str| store.register(&Entity::Settings, &Field::Setting(name.into())).unwrap().unwrap().stamp.millis();
    assert_eq!((stamp("1"), stamp("2")), (4_070_908_800_000, 1_700_000_000_000));
}

#[test]
fn outbox_ops_are_restamped_in_place_and_sent_ones_are_not() {
    let store = Shelf::of(&["sea"]).store;
    store.apply(&[setting(2, "theme"), setting(3, "font")]).unwrap();
    seal(&store, 1, &[3]).unwrap();
    let stamps: Vec<_> =
        (1..=4).map(|it| (OpId::from_bytes([it; 16]), Hlc::from_millis(1000 + u64::from(it)))).collect();
    assert_eq!(store.restamp_outbox(&stamps).unwrap(), 2);
    let stamp = |name: &str| store.register(&Entity::Settings, &Field::Setting(name.into())).unwrap().unwrap().stamp;
    assert_eq!((stamp("theme"), stamp("font")), (Hlc::from_millis(1002), Hlc::from_u64(3 << 16)));
    assert_eq!(store.publication(&id(1)).unwrap().unwrap().moved_ms, 1001, "lists follow");
    assert_eq!(outbox(&store), [1, 2]);
}

#[test]
fn op_that_only_a_later_version_understands_stays_in_the_outbox() {
    let store = Shelf::new().store;
    let insert = "INSERT INTO op (entity, field, device, stamp, id, owner, value) \
        VALUES ('annotation:aa', 'tags', zeroblob(16), zeroblob(8), zeroblob(16), zeroblob(16), x'00ff7b')";
    store.with_writer(|connection| connection.execute_batch(insert)).unwrap();
    store.apply(&[setting(1, "theme")]).unwrap();
    assert_eq!(outbox(&store), [1]);
    let flag = "SELECT count(*) FROM op WHERE outbox = 1";
    assert_eq!(store.read(|connection| connection.query_row(flag, [], |row| row.get::<_, i64>(0))).unwrap(), 2);
}

fn account() -> AccountRow {
    AccountRow {
        account: [3; 16],
        device: DEVICE,
        server: "https://books.example".into(),
        login_name: Some("reader".into()),
        server_key: Some([4; 32]),
        bundle_revision: 7,
        device_keys: vec![5; 146],
        secrets: None,
    }
}

#[test]
fn account_is_stored_and_its_bundle_revision_never_decreases() {
    let shelf = Shelf::new();
    assert_eq!(shelf.store.account().unwrap(), None);
    shelf.store.set_account(&account()).unwrap();
    let enrolled = AccountRow { secrets: Some(vec![6; 178]), bundle_revision: 3, ..account() };
    shelf.store.set_account(&enrolled).unwrap();
    let shelf = shelf.reopen();
    let expect = AccountRow { bundle_revision: 7, ..enrolled.clone() };
    assert_eq!(shelf.store.account().unwrap(), Some(expect));
    // Another account begins with its own.
    let other = AccountRow { account: [9; 16], ..enrolled };
    shelf.store.set_account(&other).unwrap();
    assert_eq!(shelf.store.account().unwrap(), Some(other));
}

#[test]
fn removed_account_leaves_what_readers_made_and_no_secret() {
    let shelf = Shelf::of(&["sea"]);
    shelf.store.set_account(&AccountRow { secrets: Some(vec![6; 178]), ..account() }).unwrap();
    shelf.store.apply(&[setting(5, "theme")]).unwrap();
    shelf.store.put_wire_op(&card(6, 1, DEVICE)).unwrap();
    let elsewhere = SyncChange::ApplyWire(vec![card(7, 2, OTHER)]);
    shelf.store.sync_commit(&[SyncChange::Receive(record(OTHER, 1, 1)), elsewhere]).unwrap();
    seal(&shelf.store, 1, &[1, 5, 6]).unwrap();
    assert_eq!(outbox(&shelf.store), Vec::<u8>::new());
    shelf.store.remove_account().unwrap();
    assert_eq!(shelf.store.account().unwrap(), None);
    assert_eq!(shelf.store.sync_rows().unwrap(), SyncRows::default());
    assert_eq!(shelf.store.sync_records(&OTHER, 0, 9).unwrap(), []);
    assert_eq!(outbox(&shelf.store), [1, 5, 6], "all is unsent again");
    assert_eq!(shelf.store.cards().unwrap().len(), 1, "of the publication that is here");
    assert!(shelf.store.publication(&id(1)).unwrap().is_some());
}

/// What can happen to the outbox between two looks at it.
#[derive(Clone, Debug)]
enum Step {
    Edit(u8),
    Read,
    Seal,
    Receive(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![(0..4_u8).prop_map(Step::Edit), Just(Step::Read), Just(Step::Seal), (0..4_u8).prop_map(Step::Receive)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_edit_is_in_the_outbox_or_in_a_record(steps in prop::collection::vec(step(), 1..24)) {
        let store = Shelf::new().store;
        // The newest own op on each field, and those that were read for the next record.
        let (mut newest, mut read, mut sealed, mut seq) = (BTreeMap::new(), Vec::new(), Vec::new(), 0);
        for (number, step) in (1..).zip(steps) {
            match step {
                Step::Edit(field) => {
                    store.apply(&[setting(number, &field.to_string())]).unwrap();
                    newest.insert(field, number);
                }
                Step::Read => read = outbox(&store),
                Step::Seal => {
                    seq += 1;
                    seal(&store, seq, &read).unwrap();
                    sealed.append(&mut read);
                }
                Step::Receive(field) => {
                    let received = Op { device: OTHER, ..setting(number, &field.to_string()) };
                    store.sync_commit(&[SyncChange::Apply(vec![received])]).unwrap();
                }
            }
            let mut unsent: Vec<u8> = newest.values().copied().filter(|number| !sealed.contains(number)).collect();
            unsent.sort_unstable();
            prop_assert_eq!(outbox(&store), unsent);
        }
    }
}
