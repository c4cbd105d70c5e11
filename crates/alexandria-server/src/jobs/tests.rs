//! Background jobs over every store, with objects in a folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::{Background, PassReport};
use crate::clock::ManualClock;
use crate::objects::FileObjects;
use crate::store::object_key;
use crate::store::tests::command::run;
use crate::store::tests::{TestStore, all};

/// A server's rows and objects.
struct Bench {
    store: TestStore,
    clock: ManualClock,
    background: Background,
    folder: TempDir,
}

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The prefix of objects with this number.
fn prefix(number: u8) -> String {
    format!("{number:032x}")
}

impl Bench {
    fn new(store: TestStore) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::new(1000);
        let objects = Arc::new(FileObjects::open(folder.path()).unwrap());
        let background = Background { store: Arc::clone(&store.store), objects, clock: Arc::new(clock.clone()) };
        Self { store, clock, background, folder }
    }

    /// Does operations that must succeed.
    async fn run(&self, operations: &[&str]) {
        for operation in operations {
            let answer = run(&*self.store.store, operation).await;
            assert!(!answer.starts_with('!'), "{}: {operation}: {answer}", self.store.name);
        }
    }

    /// Uploads a blob of two parts, without committing it.
    async fn upload(&self, account: u8, blob: u8, object: u8) {
        let object = prefix(object);
        self.run(&[&format!("ensure {account} {blob} 8 4 {object}")]).await;
        for part in 0..2 {
            let bytes = Bytes::from_static(b"data");
            let digest: [u8; 32] = Sha256::digest(&bytes).into();
            self.background.objects.put(&object_key(&object, part).unwrap(), bytes, &digest).await.unwrap();
            self.run(&[&format!("part {account} {blob} {object} {part}")]).await;
        }
    }

    /// How many objects there are.
    fn objects(&self) -> usize {
        files(self.folder.path()).len()
    }

    async fn pass(&self) -> PassReport {
        self.background.pass().await.unwrap()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

async fn benches() -> Vec<Bench> {
    all().await.into_iter().map(Bench::new).collect()
}

#[tokio::test]
async fn unfinished_and_deleted_blobs_are_removed_with_their_objects() {
    for bench in benches().await {
        bench.run(&["create 1 a"]).await;
        bench.upload(1, 1, 1).await;
        bench.upload(1, 2, 2).await;
        bench.run(&["commit 1 2", "delete 1 2"]).await;
        bench.upload(1, 3, 3).await;
        bench.run(&["commit 1 3"]).await;
        assert_eq!(bench.pass().await, PassReport::default(), "{}: nothing is due", bench.store.name);
        bench.clock.advance(8 * DAY);
        let report = bench.pass().await;
        assert_eq!((report.expired_blobs, report.removed_objects), (1, 1), "{}: the upload", bench.store.name);
        assert_eq!(bench.objects(), 4);
        bench.clock.advance(23 * DAY);
        let report = bench.pass().await;
        assert_eq!((report.expired_blobs, report.removed_objects), (1, 1), "{}: the deleted one", bench.store.name);
        assert_eq!(bench.objects(), 2);
        assert_eq!(bench.pass().await, PassReport::default(), "{}: a pass can be repeated", bench.store.name);
    }
}

#[tokio::test]
async fn sessions_enrolments_and_events_end() {
    for bench in benches().await {
        bench.run(&["create 1 a", "open 1 1 1 1 2000", "enrol 1 1 2000", "event 1 kind -"]).await;
        assert_eq!(bench.pass().await.expired_rows, 0);
        bench.clock.advance(1000);
        assert_eq!(bench.pass().await.expired_rows, 2, "{}", bench.store.name);
        bench.clock.advance(401 * DAY);
        assert_eq!(bench.pass().await.expired_rows, 1, "{}", bench.store.name);
    }
}

/// Row 23: no row of the account, and no object.
#[tokio::test]
async fn erased_account_leaves_no_object() {
    for bench in benches().await {
        bench.run(&["create 1 a", "create 2 b"]).await;
        bench.upload(1, 1, 1).await;
        bench.upload(1, 2, 2).await;
        bench.upload(2, 1, 3).await;
        bench.run(&["commit 1 1", "commit 2 1", "close 1 5000"]).await;
        assert_eq!(bench.pass().await.erased_accounts, 0);
        bench.clock.advance(5000);
        let report = bench.pass().await;
        assert_eq!((report.erased_accounts, report.removed_objects), (1, 2), "{}", bench.store.name);
        assert_eq!((bench.objects(), run(&*bench.store.store, "account 1").await.as_str()), (2, "None"));
        assert_ne!(run(&*bench.store.store, "account 2").await, "None");
    }
}

/// Objects first, rows last: while an object cannot be removed, the account stays, and others are served.
#[tokio::test]
async fn account_stays_until_its_objects_are_gone() {
    for bench in benches().await {
        bench.run(&["create 1 a", "create 2 b", "close 2 5000"]).await;
        bench.upload(1, 1, 1).await;
        bench.run(&["commit 1 1", "close 1 5000"]).await;
        bench.clock.advance(5000);
        // A folder in place of the object cannot be removed as a file.
        let object = files(bench.folder.path()).pop().unwrap();
        std::fs::remove_file(&object).unwrap();
        std::fs::create_dir(&object).unwrap();
        assert!(bench.background.pass().await.is_err(), "{}", bench.store.name);
        assert_ne!(run(&*bench.store.store, "account 1").await, "None", "{}", bench.store.name);
        assert_eq!(run(&*bench.store.store, "account 2").await, "None", "{}", bench.store.name);
        std::fs::remove_dir(&object).unwrap();
        assert_eq!(bench.pass().await.erased_accounts, 1, "{}", bench.store.name);
        assert_eq!(run(&*bench.store.store, "account 1").await, "None", "{}", bench.store.name);
    }
}

#[tokio::test]
async fn records_that_snapshots_cover_are_removed() {
    for bench in benches().await {
        bench.run(&["create 1 a", "push 1 1:0:1 1:0:2 1:0:3"]).await;
        bench.upload(1, 1, 1).await;
        bench.run(&["commit 1 1", "snapshot 1 1 1 1:0:2", "commit-snapshot 1 1"]).await;
        let report = bench.pass().await;
        assert_eq!(report.pruned_records, 0, "{}: the older of two decides", bench.store.name);
        bench.run(&["snapshot 1 2 1 1:0:3", "commit-snapshot 1 2"]).await;
        assert_eq!(bench.pass().await.pruned_records, 2, "{}", bench.store.name);
        assert_eq!(run(&*bench.store.store, "jobs 9").await, "[]", "{}", bench.store.name);
    }
}
