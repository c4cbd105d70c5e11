//! The vector index through its life: adding, searching, compacting, removing. No vector reaches the disk, not even in
//! a temporary file, and no temporary file is made at all.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use alexandria_crypto::keys::IndexKey;
use alexandria_domain::PassageId;
use alexandria_index::{DIMENSIONS, PublicationFilter, VectorIndex, VectorRow};
use alexandria_tests_atrest::calls::{self, Call};
use alexandria_tests_atrest::trace;
use alexandria_tests_atrest::vector::VectorCanaries;
use alexandria_tests_support::{Requirement, note, skip};
use tempfile::TempDir;

/// Tells a subprocess of this test which task to run, and in which folder.
const TASK: &str = "ALEXANDRIA_TEST_TASK";
const FOLDER: &str = "ALEXANDRIA_TEST_FOLDER";

const PUBLICATIONS: i64 = 6;
const PASSAGES: u32 = 700;

fn seed(publication: i64, ordinal: u32) -> u64 {
    publication.unsigned_abs() << 32 | u64::from(ordinal)
}

fn rows(publication: i64) -> Vec<VectorRow> {
    let row = |ordinal| VectorRow {
        passage: PassageId::new(publication, ordinal).unwrap(),
        vector: VectorCanaries::vector::<DIMENSIONS>(seed(publication, ordinal)),
    };
    (0..PASSAGES).map(row).collect()
}

/// Every operation on an index.
async fn use_index(folder: &Path) {
    let key = Arc::new(IndexKey::generate().unwrap());
    let query = VectorCanaries::vector::<DIMENSIONS>(seed(3, 5));
    let index = VectorIndex::open(&folder.join("index"), Arc::clone(&key)).await.unwrap();
    for publication in 1..=PUBLICATIONS {
        index.add(&rows(publication)).await.unwrap();
    }
    assert_eq!(index.nearest(&query, 10, PublicationFilter::All).await.unwrap().len(), 10);
    index.remove_publications(&[2, 4]).await.unwrap();
    index.compact().await.unwrap();
    index.fingerprint().await.unwrap();
    index.prune().await.unwrap();
    drop(index);
    // From the disk, as libraries too large for memory are searched.
    let index = VectorIndex::open(&folder.join("index"), key).await.unwrap().with_memory_limit(0);
    assert_eq!(index.nearest(&query, 10, PublicationFilter::Except(&[1])).await.unwrap().len(), 10);
    assert_eq!(index.passages().await.unwrap().len(), 4 * usize::try_from(PASSAGES).unwrap());
    index.remove_publications(&[1, 3, 5, 6]).await.unwrap();
    index.compact().await.unwrap();
    index.prune().await.unwrap();
}

/// The forbidden case: a vector in a file that is deleted at once.
fn leak(folder: &Path) {
    let file = folder.join("tmp/spill");
    let vector = VectorCanaries::vector::<DIMENSIONS>(seed(3, 5));
    fs::write(&file, vector.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<_>>()).unwrap();
    fs::remove_file(file).unwrap();
}

/// Runs a task in a traced subprocess.
fn traced(task: &str, folder: &Path) -> Vec<Call> {
    for part in ["index", "tmp"] {
        fs::create_dir_all(folder.join(part)).unwrap();
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "vector_index_writes_no_vector", "--nocapture"]);
    command.env(TASK, task).env(FOLDER, folder).env("TMPDIR", folder.join("tmp")).env("HOME", folder);
    let (output, calls) =
        calls::record(&command, &folder.join("trace.log"), Path::new("/no files of the reader")).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    calls
}

fn count_matches(calls: &[Call], canaries: &VectorCanaries) -> usize {
    calls.iter().map(|call| canaries.count_in(&call.bytes)).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn vector_index_writes_no_vector() {
    if let (Ok(task), Some(folder)) = (std::env::var(TASK), std::env::var_os(FOLDER)) {
        return if task == "live" { use_index(Path::new(&folder)).await } else { leak(Path::new(&folder)) };
    }
    if !trace::is_available() {
        skip(Requirement::Tools, "no strace, so what a process writes is not checked");
        return;
    }
    let mut canaries = VectorCanaries::default();
    for row in (1..=PUBLICATIONS).flat_map(rows) {
        canaries.add(&row.vector);
    }
    let sandbox = TempDir::new().unwrap();
    let calls = traced("live", sandbox.path());
    let written: usize = calls.iter().map(|call| call.bytes.len()).sum();
    assert!(written > 5_000_000, "the encrypted vectors alone are more than {written} bytes");
    assert_eq!(count_matches(&calls, &canaries), 0);
    let index = sandbox.path().join("index");
    let index = index.as_os_str().as_encoded_bytes();
    for call in &calls {
        let elsewhere = call.creates && !call.bytes.windows(index.len()).any(|window| window == index);
        assert!(!elsewhere && !call.hides, "{}", String::from_utf8_lossy(&call.bytes));
    }
    note(&format!("searched {written} bytes of {} calls", calls.len()));

    let calls = traced("leak", sandbox.path());
    assert!(count_matches(&calls, &canaries) > 90, "the leak is detected");
}
