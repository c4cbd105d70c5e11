//! Moving from SQLite to Postgres and back.

use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::{MoveError, MoveReport, move_objects, move_rows};
use crate::objects::{FileObjects, ObjectKey, Objects};
use crate::store::Store;
use crate::store::postgres::PostgresStore;
use crate::store::sqlite::SqliteStore;
use crate::store::tests::KEY;
use crate::store::tests::command::run;
use crate::testing::postgres::TestDatabase;

/// Something in every table.
const OPERATIONS: &[&str] = &[
    "invite 7 2 5000",
    "secret opaque 3",
    "create 1 anna invitation=7 identity=i/s quota=1000",
    "put-device 1 2 2 9",
    "open 1 1 1 1 9000",
    "put-factor 1 1 totp phone 5",
    "codes 1 1 2",
    "push 1 1:0:1 1:0:2 2:0:1",
    "ensure 1 1 8 4 o1",
    "part 1 1 o1 0",
    "part 1 1 o1 1",
    "commit 1 1",
    "ensure 1 2 8 4 o2",
    "part 1 2 o2 1",
    "ensure 1 3 4 4 o3",
    "delete 1 3",
    "snapshot 1 1 1 1:0:2",
    "commit-snapshot 1 1",
    "enrol 1 1 9000",
    "event 1 kind 1",
    "revoke 1 2 3 0:1:1",
    "create 2 bert",
    "close 2 8000",
    "enqueue other - 700 1",
];

/// Questions whose answers must be the same.
const QUESTIONS: &[&str] = &[
    "invitations",
    "secret opaque 9",
    "account 1",
    "account 2",
    "login anna",
    "identity i/s",
    "keys 1",
    "devices 1",
    "device 1 2",
    "device-log 1",
    "token 1",
    "factors 1",
    "code 1 2",
    "codes-left 1",
    "frames 1",
    "pull 1 1 9 999",
    "heads 1",
    "log-end 1",
    "blobs 1 - 9",
    "dropped 0 9",
    "objects - 9",
    "snapshots 1",
    "usage 1",
    "enrolment 1 1",
    "events 1 - 9",
    "at 9000 due 9",
    // And it goes on.
    "push 1 1:0:2 1:0:3",
    "event 1 kind 1",
    "commit 1 2",
    "part 1 2 o2 0",
    "commit 1 2",
    "at 700 take",
];

async fn ask(store: &dyn Store) -> Vec<String> {
    let mut answers = Vec::new();
    for question in QUESTIONS {
        answers.push(format!("{question}: {}", run(store, question).await));
    }
    answers
}

#[tokio::test]
async fn moved_server_answers_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let small = SqliteStore::open(folder.path(), &KEY).unwrap();
    for operation in OPERATIONS {
        let answer = run(&small, operation).await;
        assert!(!answer.starts_with('!'), "{operation}: {answer}");
    }
    let Some(database) = TestDatabase::create().await else { return };
    let hosted = PostgresStore::connect(&database.url(), 2).await.unwrap();
    let report = move_rows(&small, &hosted).await.unwrap();
    assert_eq!(report.accounts, 2);
    assert!(matches!(move_rows(&small, &hosted).await, Err(MoveError::NotEmpty)));

    let back_folder = tempfile::tempdir().unwrap();
    let back = SqliteStore::open(back_folder.path(), &KEY).unwrap();
    assert_eq!(move_rows(&hosted, &back).await.unwrap(), MoveReport { objects: 0, ..report });

    let expect = ask(&small).await;
    assert_eq!(ask(&hosted).await, expect);
    assert_eq!(ask(&back).await, expect);
}

#[tokio::test]
async fn objects_are_copied_once() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let from = Arc::new(FileObjects::open(one.path()).unwrap());
    let to = FileObjects::open(two.path()).unwrap();
    for part in 0..3 {
        let digest: [u8; 32] = Sha256::digest(b"part").into();
        from.put(&ObjectKey::new([1; 16], part), Bytes::from_static(b"part"), &digest).await.unwrap();
    }
    assert_eq!(move_objects(&*from, &to).await.unwrap(), 3);
    assert_eq!(move_objects(&*from, &to).await.unwrap(), 0);
    assert_eq!(to.size(&ObjectKey::new([1; 16], 2)).await.unwrap(), Some(4));
}
