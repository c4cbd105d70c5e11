//! What is stored of a publication, and when.

use alexandria_domain::Query;
use proptest::prelude::*;

use super::encoding::{bucket_of, find, push};
use super::row_id;
use crate::analysis::{CommonKey, Coverage, QueryPatterns};
use crate::fixture::{Shelf, id, insert};
use crate::{RepairReport, Scope};

/// The key of a query that has one pattern.
fn key(query: &str) -> CommonKey {
    let patterns = QueryPatterns::of(&Query::parse(query).unwrap());
    let pattern = patterns.positive().next().unwrap().clone();
    match pattern.coverage() {
        Some(Coverage::Equal(key)) => key,
        other => panic!("{query}: {other:?}"),
    }
}

fn rows(shelf: &Shelf) -> i64 {
    shelf
        .store
        .read(|connection| connection.query_row("SELECT count(*) FROM common_set", [], |row| row.get(0)))
        .unwrap()
}

fn execute(shelf: &Shelf, statements: &str) {
    shelf.store.with_writer(|connection| connection.execute_batch(statements)).unwrap();
}

fn total(shelf: &Shelf, query: &str) -> u64 {
    shelf.store.search(&Query::parse(query).unwrap(), &Scope::default(), 10, 0).unwrap().total
}

#[test]
fn coverage_is_of_stop_words_and_short_prefixes() {
    let covered = |query: &str| {
        let patterns = QueryPatterns::of(&Query::parse(query).unwrap());
        match patterns.positive().next().unwrap().coverage() {
            None => 0,
            Some(Coverage::Equal(_)) => 1,
            Some(Coverage::Within(keys)) => keys.len(),
        }
    };
    let check = |query: &str, expect: usize| assert_eq!(covered(query), expect, "{query}");
    check("the", 1);
    check("\"of the\"", 1);
    check("\"it is the\"", 1);
    check("\"to be or not to be\"", 4);
    check("whale", 0);
    check("\"the whale\"", 0);
    check("w*", 1);
    check("wha*", 1);
    check("whal*", 0);
    check("é*", 1);
    check("世", 1);
    check("世*", 1);
    check("世界", 0);
    check("1*", 1);
}

proptest! {
    /// Every set comes back from its row, in either form, and no other.
    #[test]
    fn sets_round_trip(
        sets in proptest::collection::btree_map("[a-z]{1,3}", proptest::collection::btree_set(0_u32..3000, 1..400), 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let (mut row, mut scratch) = (Vec::new(), Vec::new());
        for (prefix, ordinals) in &sets {
            push(&mut row, &key(&format!("{prefix}*")), &ordinals.iter().copied().collect::<Vec<_>>(), &mut scratch);
        }
        for (prefix, ordinals) in &sets {
            let found = find(&row, &key(&format!("{prefix}*"))).unwrap();
            prop_assert!(found.iter().eq(ordinals.iter().copied()));
        }
        prop_assert_eq!(find(&row, &key("4*")).unwrap().iter().count(), 0);
        // A row that was truncated is invalid or has fewer sets; it is never a reason to panic.
        let _ = find(row.get(..cut.index(row.len())).unwrap(), &key("zzz*"));
    }
}

#[test]
fn sets_are_deleted_with_their_publication() {
    let shelf = Shelf::of(&["the sea and the ship"]);
    let one = rows(&shelf);
    insert(&shelf.store, 2, &["the sea and the ship"]).unwrap();
    assert_eq!(rows(&shelf), 2 * one);
    shelf.store.purge(&id(1)).unwrap();
    assert_eq!(rows(&shelf), one);
    assert_eq!(total(&shelf, "the"), 1);
    shelf.store.purge(&id(2)).unwrap();
    assert_eq!(rows(&shelf), 0);
}

#[test]
fn missing_sets_are_built_one_publication_after_the_other() {
    let shelf = Shelf::of(&["the sea", "of the sea"]);
    for number in 2..50 {
        insert(&shelf.store, number, &["the ship"]).unwrap();
    }
    let before = rows(&shelf);
    execute(&shelf, "UPDATE publication SET has_common_sets = 0; DELETE FROM common_set");
    assert_eq!(total(&shelf, "the"), 50, "the term index answers meanwhile");
    assert_eq!(shelf.store.check().unwrap().problems, Vec::<String>::new(), "missing is not wrong");
    assert!(!shelf.store.build_common_sets().unwrap());
    assert!((1..before).contains(&rows(&shelf)));
    assert!(!shelf.store.maintenance().unwrap(), "maintenance is bounded");
    assert_eq!(total(&shelf, "the"), 50);
    while !shelf.store.maintenance().unwrap() {}
    assert_eq!(rows(&shelf), before);
    assert!(shelf.store.build_common_sets().unwrap());
    assert_eq!((total(&shelf, "the"), total(&shelf, "\"of the\"")), (50, 1));
}

#[test]
fn check_finds_and_repair_rebuilds_wrong_sets() {
    let check = |statements: &str| {
        let shelf = Shelf::of(&["the sea", "of the sea"]);
        execute(&shelf, statements);
        let report = shelf.store.check().unwrap();
        assert!(report.repairable && !report.problems.is_empty(), "{statements}: {report:?}");
        assert_eq!(shelf.store.repair().unwrap(), RepairReport { orphaned_rows: 0, terms: true }, "{statements}");
        assert_eq!(shelf.store.check().unwrap().problems, Vec::<String>::new(), "{statements}");
        assert_eq!(total(&shelf, "the"), 2, "{statements}");
    };
    let row = row_id(bucket_of(&key("the")), 1);
    check(&format!("DELETE FROM common_set WHERE id = {row}"));
    check(&format!("UPDATE common_set SET sets = x'0102' WHERE id = {row}"));
    check(&format!("INSERT INTO common_set SELECT {}, sets FROM common_set WHERE id = {row}", row + 1));
}

#[test]
fn invalid_sets_are_an_error() {
    let shelf = Shelf::of(&["the sea"]);
    execute(&shelf, "UPDATE common_set SET sets = x'05'");
    let query = Query::parse("the").unwrap();
    assert!(shelf.store.search(&query, &Scope::default(), 10, 0).is_err());
}

#[test]
fn numbers_of_stop_words_and_buckets_never_change() {
    // They are stored: a change needs a migration (`analysis::common`).
    let stored = |query: &str| (key(query).bytes().collect::<Vec<_>>(), bucket_of(&key(query)));
    let queries = ["a", "\"of the\"", "\"you your yourself\"", "th*", "世"];
    let expect = [
        (vec![1, 1], 14),
        (vec![1, 82, 107], 8),
        (vec![1, 147, 148, 149], 104),
        (b"\x02th".to_vec(), 69),
        ("\u{2}世".into(), 18),
    ];
    assert_eq!(queries.map(stored), expect);
}
