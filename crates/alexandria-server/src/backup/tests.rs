//! Backups of a server that is in use, and what is left after a restore.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};

use super::{BackupError, restore, write};
use crate::objects::{FileObjects, ObjectKey, Objects};
use crate::store::Store;
use crate::store::sqlite::{OpenError, SqliteStore};
use crate::store::tests::KEY;
use crate::store::tests::command::run;

async fn put(objects: &dyn Objects, key: ObjectKey, bytes: &'static [u8]) {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    objects.put(&key, Bytes::from_static(bytes), &digest).await.unwrap();
}

/// A server with an account, records and a blob.
async fn server(folder: &Path) -> (SqliteStore, FileObjects) {
    let store = SqliteStore::open(folder, &KEY).unwrap();
    let objects = FileObjects::open(&folder.join("objects")).unwrap();
    put(&objects, ObjectKey::new([1; 16], 0), b"part").await;
    let object = "01".repeat(16);
    for operation in [
        "create 1 canary".to_owned(),
        "push 1 1:0:1 1:0:2".to_owned(),
        format!("ensure 1 1 4 4 {object}"),
        format!("part 1 1 {object} 0"),
        "commit 1 1".to_owned(),
    ] {
        let answer = run(&store, &operation).await;
        assert!(!answer.starts_with('!'), "{operation}: {answer}");
    }
    (store, objects)
}

/// Row 9: after a restore the logs have other ids, and everything else is as it was.
#[tokio::test]
async fn restored_server_answers_as_before_under_another_log() {
    let folder = tempfile::tempdir().unwrap();
    let (store, objects) = server(folder.path()).await;
    let file = folder.path().join("backup");
    let report = write(&store, &KEY, &objects, &file).await.unwrap();
    assert_eq!((report.objects, report.missing), (1, 0));
    assert_eq!(run(&store, "push 1 1:0:3").await, "(1, 3, [(1, 0, 3)], 1)");

    let other = tempfile::tempdir().unwrap();
    let target = FileObjects::open(&other.path().join("objects")).unwrap();
    let report = restore(&file, other.path(), &KEY, &target, [5; 32]).await.unwrap();
    assert_eq!((report.accounts, report.objects), (1, 1));
    let restored = SqliteStore::open(other.path(), &KEY).unwrap();
    for operation in ["account 1", "heads 1", "blobs 1 - 9", "usage 1", "frames 1"] {
        let expect = match operation {
            // They had one record more by then.
            "heads 1" | "usage 1" | "frames 1" => continue,
            _ => run(&store, operation).await,
        };
        assert_eq!(run(&restored, operation).await, expect, "{operation}");
    }
    assert!(run(&restored, "pull 1 3 9 999").await.starts_with("! LogChanged"));
    assert_eq!(run(&restored, "push 1 1:0:2 1:0:3").await.split_once(", ").unwrap().1, "3, [(1, 0, 3)], 1)");
    let part = target.get(&ObjectKey::new([1; 16], 0), 0..4).await.unwrap();
    assert_eq!(part.try_collect::<Vec<_>>().await.unwrap().concat(), b"part");
}

/// While others write, a backup has a state that was there at one moment.
#[tokio::test(flavor = "multi_thread")]
async fn backup_under_load_is_consistent() {
    let folder = tempfile::tempdir().unwrap();
    let (store, objects) = server(folder.path()).await;
    let store = Arc::new(store);
    let is_over = Arc::new(AtomicBool::new(false));
    let writer = {
        let (store, is_over) = (Arc::clone(&store), Arc::clone(&is_over));
        tokio::spawn(async move {
            let mut seq = 3;
            while !is_over.load(Ordering::SeqCst) {
                // Two at once, so that an odd number would be half of a transaction.
                let answer = run(&*store, &format!("push 1 1:0:{seq} 1:0:{}", seq + 1)).await;
                assert!(!answer.starts_with('!'), "{answer}");
                seq += 2;
            }
        })
    };
    for number in 0..3 {
        let file = folder.path().join(format!("backup{number}"));
        write(&store, &KEY, &objects, &file).await.unwrap();
        let other = tempfile::tempdir().unwrap();
        let target = FileObjects::open(&other.path().join("objects")).unwrap();
        restore(&file, other.path(), &KEY, &target, [5; 32]).await.unwrap();
        let restored = SqliteStore::open(other.path(), &KEY).unwrap();
        let account = crate::store::tests::command::account_number(1);
        let usage = crate::store::UsageReport::usage(&restored, account).await.unwrap();
        assert_eq!(usage.records % 2, 0);
        assert_eq!(run(&restored, "usage 1").await, run(&restored as &dyn Store, "usage 1").await);
    }
    is_over.store(true, Ordering::SeqCst);
    writer.await.unwrap();
}

#[tokio::test]
async fn damaged_backups_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (store, objects) = server(folder.path()).await;
    let file = folder.path().join("backup");
    write(&store, &KEY, &objects, &file).await.unwrap();
    let good = std::fs::read(&file).unwrap();
    assert!(!good.windows(6).any(|window| window == b"canary"), "nothing in it is readable");
    let check = async |bytes: Vec<u8>, key: &[u8; 32], expect: &dyn Fn(&BackupError) -> bool| {
        let other = tempfile::tempdir().unwrap();
        std::fs::write(&file, bytes).unwrap();
        let target = FileObjects::open(&other.path().join("objects")).unwrap();
        let error = restore(&file, other.path(), key, &target, [5; 32]).await.unwrap_err();
        assert!(expect(&error), "{error:?}");
        assert!(!other.path().join("server.db").exists());
    };
    let is_damaged = |error: &BackupError| matches!(error, BackupError::Damaged);
    check(good[..good.len() - 1].to_vec(), &KEY, &is_damaged).await;
    check(good[..20].to_vec(), &KEY, &is_damaged).await;
    check(Vec::new(), &KEY, &|error| matches!(error, BackupError::Format)).await;
    check(b"something else".to_vec(), &KEY, &|error| matches!(error, BackupError::Format)).await;
    for index in [9, 40, good.len() / 2, good.len() - 60, good.len() - 1] {
        let mut bytes = good.clone();
        bytes[index] ^= 1;
        check(bytes, &KEY, &is_damaged).await;
    }
    let is_other_key = |error: &BackupError| matches!(error, BackupError::Database(OpenError::WrongKey));
    check(good, &[8; 32], &is_other_key).await;
}

#[tokio::test]
async fn server_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (store, objects) = server(folder.path()).await;
    let file = folder.path().join("backup");
    write(&store, &KEY, &objects, &file).await.unwrap();
    drop(store);
    let refused = restore(&file, folder.path(), &KEY, &objects, [5; 32]).await;
    assert!(matches!(refused, Err(BackupError::Exists(_))));
}

/// An object that is gone does not keep the rest from being saved.
#[tokio::test]
async fn missing_objects_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (store, objects) = server(folder.path()).await;
    objects.delete(&ObjectKey::new([1; 16], 0)).await.unwrap();
    let report = write(&store, &KEY, &objects, &folder.path().join("backup")).await.unwrap();
    assert_eq!((report.objects, report.missing), (0, 1));
}
