//! One suite for files, a bucket in memory and a real S3 server.

use std::collections::BTreeSet;
use std::sync::Arc;

use alexandria_tests_skip::{Requirement, skip};
use bytes::Bytes;
use futures::TryStreamExt as _;
use object_store_s3::memory::InMemory;
use sha2::{Digest as _, Sha256};

use super::*;
use crate::testing::S3Process;

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

async fn read(objects: &dyn Objects, key: &ObjectKey, range: Range<u64>) -> Result<Vec<u8>, ObjectsError> {
    let chunks: Vec<Bytes> = objects.get(key, range).await?.try_collect().await?;
    Ok(chunks.concat())
}

async fn keys(objects: &dyn Objects) -> BTreeSet<ObjectKey> {
    objects.list().map_ok(|entry| entry.key).try_collect().await.unwrap()
}

async fn conforms(objects: &dyn Objects) {
    // Larger than a chunk, and not a multiple of one.
    let part: Vec<u8> = (0..200_003_u32).map(|number| (number % 251) as u8).collect();
    let key = ObjectKey::new([7; 16], 3);
    let other = ObjectKey::new([7; 16], 30);

    assert_eq!(objects.size(&key).await.unwrap(), None);
    assert!(matches!(read(objects, &key, 0..1).await, Err(ObjectsError::NotFound(missing)) if missing == key));
    objects.delete(&key).await.unwrap();
    assert_eq!(keys(objects).await, BTreeSet::new());

    let wrong = objects.put(&key, Bytes::from(part.clone()), &digest(b"other")).await;
    assert!(matches!(wrong, Err(ObjectsError::DigestMismatch)), "{wrong:?}");
    assert_eq!(objects.size(&key).await.unwrap(), None, "nothing is stored of what does not match");

    for _again in 0..2 {
        objects.put(&key, Bytes::from(part.clone()), &digest(&part)).await.unwrap();
    }
    objects.put(&other, Bytes::from_static(b"other"), &digest(b"other")).await.unwrap();
    assert_eq!(objects.size(&key).await.unwrap(), Some(200_003));

    let check = async |range: Range<u64>| {
        let expect = part[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()].to_vec();
        assert_eq!(read(objects, &key, range.clone()).await.unwrap(), expect, "{range:?}");
    };
    for range in [0..200_003, 0..1, 200_002..200_003, 65_535..65_537, 70_000..180_000, 0..0, 200_003..200_003] {
        check(range).await;
    }
    #[expect(clippy::reversed_empty_ranges, reason = "must be refused, too")]
    for range in [0..200_004, 200_003..200_004, 5..4, u64::MAX - 1..u64::MAX] {
        let outcome = read(objects, &key, range.clone()).await;
        assert!(matches!(outcome, Err(ObjectsError::OutOfRange { bytes: 200_003, .. })), "{range:?}: {outcome:?}");
    }

    let entries: Vec<ObjectEntry> = objects.list().try_collect().await.unwrap();
    let entry = entries.iter().find(|entry| entry.key == key).unwrap();
    assert_eq!(entry.bytes, 200_003);
    assert!(entry.modified_ms > 1_600_000_000_000, "{entry:?}");
    assert_eq!(keys(objects).await, BTreeSet::from([key, other]));

    objects.probe().await.unwrap();
    assert_eq!(keys(objects).await, BTreeSet::from([key, other]), "probing leaves nothing");

    objects.delete(&key).await.unwrap();
    objects.delete(&key).await.unwrap();
    assert_eq!(keys(objects).await, BTreeSet::from([other]));
    assert_eq!(read(objects, &other, 0..5).await.unwrap(), b"other");
    objects.delete(&other).await.unwrap();
    assert_eq!(keys(objects).await, BTreeSet::new());
}

#[tokio::test]
async fn files_conform() {
    let folder = tempfile::tempdir().unwrap();
    conforms(&FileObjects::open(folder.path()).unwrap()).await;
    let left: Vec<_> = std::fs::read_dir(folder.path().join("tmp")).unwrap().collect();
    assert!(left.is_empty(), "temporary files are gone: {left:?}");
}

#[tokio::test]
async fn memory_conforms() {
    conforms(&BucketObjects::over(Arc::new(InMemory::new()), "")).await;
    conforms(&BucketObjects::over(Arc::new(InMemory::new()), "some/prefix")).await;
}

#[tokio::test]
async fn s3_conforms() {
    let Some(server) = S3Process::start() else {
        return skip(Requirement::S3, "moto_server is not installed");
    };
    server.create_bucket("test").await;
    let settings = BucketSettings {
        bucket: "test",
        region: "us-east-1",
        endpoint: Some(server.endpoint()),
        credentials: Some(("key", "secret")),
        prefix: "alexandria",
    };
    let objects = BucketObjects::new(settings).unwrap();
    conforms(&objects).await;
    let elsewhere = BucketObjects::new(BucketSettings { bucket: "missing", ..settings }).unwrap();
    assert!(matches!(elsewhere.probe().await, Err(ObjectsError::Bucket(_))));
}

/// What an interrupted upload left is no object, and goes with the next start.
#[tokio::test]
async fn interrupted_upload_leaves_no_object() {
    let folder = tempfile::tempdir().unwrap();
    FileObjects::open(folder.path()).unwrap();
    std::fs::write(folder.path().join("tmp/half"), b"half").unwrap();
    let objects = FileObjects::open(folder.path()).unwrap();
    assert_eq!(keys(&objects).await, BTreeSet::new());
    assert!(!folder.path().join("tmp/half").exists());
}

#[test]
fn only_written_names_are_read() {
    let check = |text: &str, expect: Option<ObjectKey>| assert_eq!(text.parse().ok(), expect, "{text}");
    let key = ObjectKey::new([0xab; 16], 4_294_967_295);
    check(&key.to_string(), Some(key));
    check("b/00000000000000000000000000000000/0", Some(ObjectKey::new([0; 16], 0)));
    for text in [
        "",
        "b//0",
        "b/00000000000000000000000000000000/",
        "b/00000000000000000000000000000000/00",
        "b/00000000000000000000000000000000/+1",
        "b/00000000000000000000000000000000/4294967296",
        "b/00000000000000000000000000000000/0/0",
        "b/0000000000000000000000000000000/0",
        "b/+0000000000000000000000000000000/0",
        "b/ABABABABABABABABABABABABABABABAB/0",
        "a/00000000000000000000000000000000/0",
        "b/../../../../../../../etc/passwd",
    ] {
        check(text, None);
    }
}
