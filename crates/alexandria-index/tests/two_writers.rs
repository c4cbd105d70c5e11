//! Two processes write to one index concurrently, and no commit is lost.
//!
//! The library's lock excludes a second process. Should it ever fail, LanceDB's commit handler must still not let one
//! writer's commit overwrite the other's.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests may panic; the writer process reports on standard output"
)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use alexandria_crypto::keys::{IndexKey, KeyRing, LibraryKey};
use alexandria_domain::PassageId;
use alexandria_index::{DIMENSIONS, VectorIndex, VectorRow};

/// Set for a writer process of this test: the publication it writes.
const WRITER: &str = "ALEXANDRIA_TEST_WRITER";
/// The writer's folder.
const FOLDER: &str = "ALEXANDRIA_TEST_FOLDER";

const COMMITS: u32 = 40;
const ROWS_PER_COMMIT: u32 = 25;

/// The key of the test's index, from the file that the first process creates.
fn key(folder: &Path) -> Arc<IndexKey> {
    let library_key = LibraryKey::take(&mut [7; LibraryKey::LEN]);
    let wrapped = folder.join("keys");
    if !wrapped.exists() {
        std::fs::write(&wrapped, KeyRing::generate().unwrap().wrap(&library_key, b"test").unwrap()).unwrap();
    }
    Arc::new(KeyRing::unwrap(&library_key, b"test", &std::fs::read(wrapped).unwrap()).unwrap().index)
}

async fn write(folder: &Path, publication: i64) {
    let index = VectorIndex::open(&folder.join("index"), key(folder)).await.unwrap();
    println!("ready");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    for commit in 0..COMMITS {
        let ordinals = commit * ROWS_PER_COMMIT..(commit + 1) * ROWS_PER_COMMIT;
        let row =
            |ordinal| VectorRow { passage: PassageId::new(publication, ordinal).unwrap(), vector: [0.1; DIMENSIONS] };
        index.add(&ordinals.map(row).collect::<Vec<_>>()).await.unwrap();
    }
}

/// Starts a writer and waits until it has opened the index.
fn start(folder: &Path, publication: i64) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "vector_index_keeps_the_commits_of_two_processes", "--nocapture"])
        .env(WRITER, publication.to_string())
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let is_ready = BufReader::new(child.stdout.as_mut().unwrap()).lines().any(|line| line.unwrap().contains("ready"));
    assert!(is_ready, "the writer did not open the index");
    child
}

#[tokio::test]
async fn vector_index_keeps_the_commits_of_two_processes() {
    if let (Ok(publication), Some(folder)) = (std::env::var(WRITER), std::env::var_os(FOLDER)) {
        return write(Path::new(&folder), publication.parse().unwrap()).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let before = VectorIndex::open(&folder.path().join("index"), key(folder.path())).await.unwrap();
    let before = before.fingerprint().await.unwrap().version;
    let mut writers = [start(folder.path(), 1), start(folder.path(), 2)];
    for writer in &mut writers {
        writer.stdin.take().unwrap().write_all(b"go\n").unwrap();
    }
    for writer in &mut writers {
        // Drain its output, so that it never blocks on a full pipe.
        std::io::copy(writer.stdout.as_mut().unwrap(), &mut std::io::sink()).unwrap();
        assert!(writer.wait().unwrap().success());
    }
    let index = VectorIndex::open(&folder.path().join("index"), key(folder.path())).await.unwrap();
    let all =
        |publication| (0..COMMITS * ROWS_PER_COMMIT).map(move |ordinal| PassageId::new(publication, ordinal).unwrap());
    assert_eq!(index.passages().await.unwrap(), all(1).chain(all(2)).collect::<Vec<_>>());
    assert_eq!(index.fingerprint().await.unwrap().version, before + 2 * u64::from(COMMITS));
}
