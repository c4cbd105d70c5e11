//! Maintenance ends, reports when there is more to do, and does not wait for read connections.

use std::fs;
use std::time::Duration;

use alexandria_domain::op::Membership;

use super::*;
use crate::FILE_NAME;
use crate::fixture::{Shelf, id, insert, membership};

#[test]
fn maintenance_reports_whether_there_is_more_to_do() {
    let shelf = Shelf::of(&["sea whale"]);
    for number in 2..6 {
        insert(&shelf.store, number, &["sea"]).unwrap();
    }
    shelf.store.apply(&[membership(9, 1, Membership::Gone)]).unwrap();
    assert!(shelf.store.purge(&id(1)).unwrap());
    let noted = || shelf.store.meta_get(PURGED_TERMS).unwrap().is_some();
    let continues_word = (0..100).take_while(|_| !shelf.store.merge_terms(1, 1).unwrap() && noted()).count();
    assert!((1..100).contains(&continues_word), "{continues_word} calls that left something");
    assert!(!noted());
    assert!(shelf.store.maintenance().unwrap(), "nothing is left");
}

#[test]
fn maintenance_truncates_a_log_that_is_being_read_later() {
    let shelf = Shelf::of(&["sea"]);
    let log = || fs::metadata(shelf.path().join(format!("{FILE_NAME}-wal"))).map_or(0, |log| log.len());
    // The engine's own timeout is not tested here.
    shelf.store.with_writer(|connection| connection.busy_timeout(Duration::ZERO)).unwrap();
    {
        let reader = shelf.store.read_connections.acquire().unwrap();
        let snapshot = reader.unchecked_transaction().unwrap();
        snapshot.query_row("SELECT count(*) FROM publication", [], |_| Ok(())).unwrap();
        shelf.store.meta_set("key", b"value").unwrap();
        assert!(!shelf.store.with_writer(checkpoint).unwrap());
        assert!(shelf.store.maintenance().is_ok() && log() > 0);
    }
    assert!(shelf.store.maintenance().is_ok());
    assert_eq!(log(), 0);
}
