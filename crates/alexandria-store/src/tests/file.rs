//! The database file in the eyes of others: of another engine, of someone who counts bytes, and of our own after its pages
//! were moved.

use std::fs;
use std::path::Path;
use std::process::Command;

use alexandria_tests_skip::{Requirement, skip};
use rusqlite::Connection;

use super::closed;
use crate::fixture::Shelf;
use crate::{FILE_NAME, OpenError, PassageRecord, Store};

const PAGE_BYTES: usize = 4096;
/// Bytes from which the frequencies of single bytes are meaningful.
const MIN_SAMPLE_BYTES: usize = 200_000;

/// A library of one publication whose passages differ, and fill some hundred pages.
fn filled() -> Shelf {
    let text = |number: usize| format!("Passage {number} of a long book about the sea. ").repeat(8);
    let texts: Vec<String> = (0..1500).map(text).collect();
    Shelf::of(&texts.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Shannon's entropy, in bits a byte.
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let all: f64 = counts.iter().copied().map(f64::from).sum();
    let shares = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / all);
    shares.map(|share| -share * share.log2()).sum()
}

/// A database of the same text that is not encrypted.
fn clear(path: &Path) {
    let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
                SELECT 'Passage ' || i || ' of a long book about the sea.' AS text FROM n";
    Connection::open(path).unwrap().execute_batch(&format!("CREATE TABLE passage AS {rows}")).unwrap();
}

#[test]
fn database_and_log_have_the_entropy_of_random_bytes() {
    let shelf = filled();
    let log = fs::read(shelf.path().join("library.db-wal")).unwrap();
    // A header of 32 bytes, then frames: 24 bytes that say which page it is, and the page.
    let pages: Vec<u8> = log[32..].chunks(24 + PAGE_BYTES).flat_map(|frame| &frame[24..]).copied().collect();
    let (_folder, _key, path) = closed(shelf);
    let database = fs::read(path).unwrap();
    assert!(!database.starts_with(b"SQLite format 3"));
    for (what, bytes) in [("database", &database), ("log", &pages)] {
        assert!(bytes.len() > MIN_SAMPLE_BYTES, "{what}: {} bytes", bytes.len());
        let bits = entropy(bytes);
        assert!(bits > 7.9, "{what}: {bits} bits a byte");
    }
    let folder = tempfile::TempDir::new().unwrap();
    clear(&folder.path().join("clear.db"));
    let bits = entropy(&fs::read(folder.path().join("clear.db")).unwrap());
    assert!(bits < 7.0, "{bits} bits a byte in plaintext: the measure is useless");
}

/// What Python's own SQLite says when it is to count the tables of a file; `None` without Python.
fn python(path: &Path) -> Option<String> {
    let script = "import sqlite3, sys\n\
                  try: print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM sqlite_master').fetchone())\n\
                  except sqlite3.DatabaseError as error: print(error)";
    let found = Command::new("python3").args(["-c", "import sqlite3"]).output();
    if !found.is_ok_and(|found| found.status.success()) {
        return None;
    }
    let output = Command::new("python3").args(["-c", script]).arg(path).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

#[test]
fn another_sqlite_does_not_open_the_database() {
    let (folder, _key, path) = closed(filled());
    let Some(answer) = python(&path) else {
        return skip(Requirement::Tools, "no python3 with its sqlite3 module");
    };
    assert_eq!(answer, "file is not a database");
    let plaintext = folder.path().join("clear.db");
    clear(&plaintext);
    assert_eq!(python(&plaintext).as_deref(), Some("(1,)"), "it reads one that is");
}

fn passages(store: &Store) -> Option<Vec<PassageRecord>> {
    store.passages_from(1, 0, 10_000).ok()
}

#[test]
fn swapped_pages_are_damage_and_never_other_text() {
    let shelf = filled();
    let expected = passages(&shelf.store).unwrap();
    assert_eq!(expected.len(), 1500);
    let (_folder, key, path) = closed(shelf);
    let bytes = fs::read(path).unwrap();
    let pages = bytes.len() / PAGE_BYTES;
    let (mut unopened, mut unread) = (0, 0);
    // Every page with the next one but six: neighbours in a table, and pages of different tables.
    for first in (0..pages - 7).step_by(3) {
        let mut swapped = bytes.clone();
        let (before, after) = swapped.split_at_mut((first + 7) * PAGE_BYTES);
        before[first * PAGE_BYTES..][..PAGE_BYTES].swap_with_slice(&mut after[..PAGE_BYTES]);
        assert_ne!(swapped, bytes);
        let folder = tempfile::TempDir::new().unwrap();
        fs::write(folder.path().join(FILE_NAME), swapped).unwrap();
        match Store::open(folder.path(), &key) {
            Ok(store) => {
                let read = passages(&store);
                assert!(read.as_ref().is_none_or(|read| *read == expected), "other text after pages {first} moved");
                unread += usize::from(read.is_none());
                let report = store.check().unwrap();
                assert!(!report.problems.is_empty() && !report.repairable, "pages {first} and {}", first + 7);
            }
            Err(OpenError::WrongKey) if first == 0 => unopened += 1,
            Err(error) => {
                assert!(matches!(error, OpenError::Damaged), "{error}");
                unopened += 1;
            }
        }
    }
    assert!(unopened > 0 && unread > 0, "{unopened} not opened, {unread} not read");
}
