//! A worker returns what extraction in this process returns, for every seed of the fuzz targets and under every name.

use std::fs::{self, File};
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::{file, worker};
use alexandria_extract::{Limits, extract};
use alexandria_tests_skip::{Requirement, skip};
use alexandria_worker::{Worker, WorkerError};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Names with every known extension, an unknown one, and none.
const NAMES: [&str; 7] = ["A Diary.epub", "A_Diary.TXT", "a.md", "a.html", "a.xyz", "A Diary", ".epub"];

fn check(content: &[u8], name: &str, limits: &Limits) {
    let expect = extract(Cursor::new(content), name, limits);
    let found = worker().extract(&file(content), name, limits, &|| false);
    match (expect, found) {
        (Ok(expect), Ok(found)) => assert_eq!(found, expect, "{name}"),
        (Err(expect), Err(WorkerError::Extract(found))) => {
            assert_eq!(format!("{found:?}"), format!("{expect:?}"), "{name}");
        }
        (expect, found) => panic!("{name}: {found:?} instead of {expect:?}"),
    }
}

/// The seeds of a fuzz target.
fn seeds(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let entries = fs::read_dir(folder).expect("has seeds");
    let seeds: Vec<PathBuf> = entries.map(|entry| entry.expect("is a file").path()).collect();
    assert!(!seeds.is_empty());
    seeds
}

/// The archive that a seed of the target `book` describes: a line `%%k name` begins an entry.
fn archive(script: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in script.split("%%").skip(1) {
        let (head, content) = entry.split_once('\n').unwrap_or((entry, ""));
        let (_kind, name) = head.split_once(' ').unwrap_or(("", head));
        // A name twice is an error here, and a case of the fuzz target.
        if writer.start_file(name, SimpleFileOptions::default()).is_err() {
            continue;
        }
        writer.write_all(content.as_bytes()).expect("writes an entry");
    }
    writer.finish().expect("finishes").into_inner()
}

#[test]
fn worker_returns_the_same_as_extraction_in_this_process() {
    for target in ["book", "epub", "markdown", "text"] {
        for seed in seeds(target) {
            let content = fs::read(seed).expect("reads a seed");
            NAMES.iter().for_each(|name| check(&content, name, &Limits::default()));
        }
    }
}

#[test]
fn worker_returns_the_same_for_books() {
    for seed in seeds("book") {
        let script = fs::read(seed).expect("reads a seed");
        check(&archive(&String::from_utf8_lossy(&script)), "A Diary.epub", &Limits::default());
    }
}

#[test]
fn worker_returns_the_same_for_real_books() {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let books = std::env::var_os("ALEXANDRIA_CORPUS").map_or_else(default, PathBuf::from).join("books");
    if !books.is_dir() {
        return skip(Requirement::Corpus, "set ALEXANDRIA_CORPUS to the folder of real books");
    }
    for entry in fs::read_dir(books).expect("has books") {
        let path = entry.expect("is a file").path();
        let name = path.file_name().expect("has a name").to_string_lossy().into_owned();
        check(&fs::read(path).expect("reads a book"), &name, &Limits::default());
    }
}

#[test]
fn worker_applies_the_limits_of_its_request() {
    let text = "A sentence of a few words.\n\n".repeat(1_000);
    let check = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        check(text.as_bytes(), "a.txt", &limits);
    };
    check(|_| {});
    check(|limits| limits.file_bytes = 100);
    check(|limits| limits.markup_bytes = 100);
    check(|limits| limits.blocks = 10);
    check(|limits| limits.text_bytes = 1_000);
    check(|limits| limits.nodes = 10);
    check(|limits| limits.time = Duration::ZERO);
}

#[test]
fn worker_reads_from_the_start_whatever_the_position_of_the_file() {
    use std::io::Seek as _;
    let mut file = file(b"Call me Ishmael.");
    file.seek(std::io::SeekFrom::End(0)).expect("moves");
    let found = worker().extract(&file, "Moby_Dick.txt", &Limits::default(), &|| false).expect("reads");
    assert_eq!((found.metadata.title.as_str(), found.sections.len()), ("Moby Dick", 1));
}

#[test]
fn worker_that_is_not_there_is_a_typed_error() {
    let missing = Worker::new("/nonexistent/alexandria-worker".into());
    let result = missing.extract(&file(b"x"), "a.txt", &Limits::default(), &|| false);
    assert!(matches!(result, Err(WorkerError::NotInstalled)), "{result:?}");
    let folder = tempfile::tempdir().expect("creates a folder");
    let not_a_program = folder.path().join("alexandria-worker");
    File::create(&not_a_program).expect("creates a file");
    let result = Worker::new(not_a_program).extract(&file(b"x"), "a.txt", &Limits::default(), &|| false);
    assert!(matches!(result, Err(WorkerError::Start(_))), "{result:?}");
}

#[test]
fn worker_of_this_build_is_located() {
    let found = Worker::locate().expect("is next to the tests' folder");
    assert!(found.extract(&file(b"x"), "a.txt", &Limits::default(), &|| false).is_ok());
}
