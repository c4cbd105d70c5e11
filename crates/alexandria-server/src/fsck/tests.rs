//! What fsck finds, over every store.

use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::{FsckReport, MIN_ORPHAN_AGE, check, remove_orphans};
use crate::objects::{FileObjects, ObjectKey, Objects};
use crate::store::UnixMillis;
use crate::store::tests::all;
use crate::store::tests::command::{account_number, run};

async fn put(objects: &dyn Objects, key: ObjectKey, bytes: &'static [u8]) {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    objects.put(&key, Bytes::from_static(bytes), &digest).await.unwrap();
}

/// A time at which everything written until now is old.
fn later() -> UnixMillis {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap() + MIN_ORPHAN_AGE + Duration::from_secs(60);
    UnixMillis(i64::try_from(now.as_millis()).unwrap())
}

#[tokio::test]
async fn differences_between_rows_and_objects_are_found() {
    for store in all().await {
        let folder = tempfile::tempdir().unwrap();
        let objects = FileObjects::open(folder.path()).unwrap();
        let (first, lost, orphan) =
            (ObjectKey::new([1; 16], 0), ObjectKey::new([1; 16], 1), ObjectKey::new([9; 16], 0));
        let object = "01".repeat(16);
        for operation in [
            "create 1 a".to_owned(),
            format!("ensure 1 1 7 4 {object}"),
            format!("part 1 1 {object} 0"),
            format!("part 1 1 {object} 1"),
            "commit 1 1".to_owned(),
        ] {
            let answer = run(&*store.store, &operation).await;
            assert!(!answer.starts_with('!'), "{operation}: {answer}");
        }
        put(&objects, first, b"1234").await;
        put(&objects, lost, b"567").await;
        let report = check(&*store.store, &objects, later()).await.unwrap();
        assert_eq!(report, FsckReport { accounts: 1, objects: 2, ..FsckReport::default() }, "{}", store.name);
        assert!(report.is_clean());

        // A part of another length counts as missing.
        put(&objects, lost, b"56").await;
        put(&objects, orphan, b"x").await;
        let report = check(&*store.store, &objects, UnixMillis(0)).await.unwrap();
        assert_eq!(report.missing, [(account_number(1), lost)], "{}", store.name);
        assert_eq!(report.orphans, [], "{}: it may belong to an upload", store.name);
        objects.delete(&lost).await.unwrap();
        let report = check(&*store.store, &objects, later()).await.unwrap();
        assert_eq!(
            (report.missing.as_slice(), report.orphans.as_slice()),
            ([(account_number(1), lost)].as_slice(), [orphan].as_slice())
        );
        assert_eq!(remove_orphans(&objects, &report).await.unwrap(), 1);
        assert_eq!(check(&*store.store, &objects, later()).await.unwrap().orphans, [], "{}", store.name);
    }
}
