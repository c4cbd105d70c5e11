//! Real damage: what follows from the text is made again, what belongs to nothing goes, the rest is reported.

use super::RepairReport;
use crate::fixture::{Shelf, insert};

fn damaged(statements: &str) -> Shelf {
    let shelf = Shelf::of(&["the sea and the sea", "a lighthouse", "nothing else"]);
    insert(&shelf.store, 2, &["another sea"]).unwrap();
    shelf
        .store
        .with_writer(|connection| connection.execute_batch(&format!("PRAGMA foreign_keys = OFF; {statements}")))
        .unwrap();
    shelf
}

fn check(statements: &str, expect: RepairReport) {
    let shelf = damaged(statements);
    let report = shelf.store.check().unwrap();
    assert!(report.repairable && !report.problems.is_empty(), "{statements}: {report:?}");
    assert_eq!(shelf.store.check().unwrap(), report, "checking changes nothing");
    assert_eq!(shelf.store.repair().unwrap(), expect, "{statements}");
    assert_eq!(shelf.store.check().unwrap().problems, Vec::<String>::new(), "{statements}");
    assert_eq!(shelf.store.repair().unwrap(), RepairReport::default(), "nothing is left to repair");
    assert_eq!(shelf.store.totals().unwrap().passages, 4);
}

#[test]
fn repair_rebuilds_a_term_index_that_differs_from_the_text() {
    let terms = RepairReport { orphaned_rows: 0, terms: true };
    check("DELETE FROM passage_terms WHERE rowid IN (SELECT id FROM passage LIMIT 1)", terms);
    check("INSERT INTO passage_terms (passage_terms) VALUES ('delete-all')", terms);
    check("INSERT INTO passage_terms (rowid, body) VALUES (99, 'ghost')", terms);
    check("PRAGMA writable_schema = OFF; INSERT INTO passage_terms (rowid, body) VALUES (1 << 30, 'ghost')", terms);
}

#[test]
fn repair_removes_orphaned_rows() {
    let rows = |orphaned_rows| RepairReport { orphaned_rows, terms: false };
    check("INSERT INTO thumbnail VALUES (77, x'00')", rows(1));
    check("INSERT INTO publication_detail VALUES (77, NULL, '[]')", rows(1));
    let passage = "INSERT INTO passage VALUES (77 << 20, 0, 0, 1, '[]', 'of nobody')";
    check(passage, rows(1));
}

#[test]
fn repair_leaves_an_intact_database_alone() {
    let shelf = damaged("");
    let report = shelf.store.check().unwrap();
    assert!(report.problems.is_empty() && !report.repairable);
    assert_eq!(shelf.store.repair().unwrap(), RepairReport::default());
}
