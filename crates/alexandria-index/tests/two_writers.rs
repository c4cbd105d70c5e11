//! Two processes write to one index at once, and nothing of either is lost.
//!
//! The library's lock keeps a second process out. Should it ever fail, the way LanceDB commits still must not let one
//! writer's commit replace the other's.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test stops where its premises fail; writers say so")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use alexandria_crypto::keys::{IndexKey, KeyRing, LibraryKey};
use alexandria_domain::PassageId;
use alexandria_index::{DIMENSIONS, VectorIndex, VectorRow};

/// Tells a process of this test that it is a writer, and for which publication.
const WRITER: &str = "ALEXANDRIA_TEST_WRITER";
/// Where its folder is.
const FOLDER: &str = "ALEXANDRIA_TEST_FOLDER";

const COMMITS: u32 = 40;
const ROWS_PER_COMMIT: u32 = 25;

/// The key of the test's index, from the file in which the first process has left it.
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

/// Starts a writer and waits until it has the index open.
fn start(folder: &Path, publication: i64) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "two_processes_lose_nothing", "--nocapture"])
        .env(WRITER, publication.to_string())
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.as_mut().unwrap()).lines().any(|line| line.unwrap().contains("ready"));
    assert!(said, "the writer did not open the index");
    child
}

#[tokio::test]
async fn two_processes_lose_nothing() {
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
        // Its last words are read, so that it never waits for somebody to listen.
        std::io::copy(writer.stdout.as_mut().unwrap(), &mut std::io::sink()).unwrap();
        assert!(writer.wait().unwrap().success());
    }
    let index = VectorIndex::open(&folder.path().join("index"), key(folder.path())).await.unwrap();
    let all =
        |publication| (0..COMMITS * ROWS_PER_COMMIT).map(move |ordinal| PassageId::new(publication, ordinal).unwrap());
    assert_eq!(index.passages().await.unwrap(), all(1).chain(all(2)).collect::<Vec<_>>());
    assert_eq!(index.fingerprint().await.unwrap().version, before + 2 * u64::from(COMMITS));
}
