//! What holds for the file itself.

use super::KEY;
use super::command::run;
use crate::store::sqlite::{DATABASE_FILE, OpenError, SqliteStore};

#[tokio::test]
async fn contents_survive_and_nothing_is_readable() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path(), &KEY).unwrap();
    assert_eq!(run(&store, "create 1 canary-login").await, "()");
    assert_eq!(run(&store, "event 1 canary-event -").await, "1");
    let search = || {
        std::fs::read_dir(folder.path()).unwrap().any(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            bytes.windows(6).any(|window| window == b"canary" || window == b"SQLite")
        })
    };
    assert!(!search(), "while it is open");
    drop(store);
    assert!(!search(), "afterwards");
    let store = SqliteStore::open(folder.path(), &KEY).unwrap();
    assert_eq!(run(&store, "login canary-login").await, "(1)");
    store.check_integrity().await.unwrap();
}

#[test]
fn second_server_and_other_keys_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path(), &KEY).unwrap();
    assert!(matches!(SqliteStore::open(folder.path(), &KEY), Err(OpenError::InUse(_))));
    drop(store);
    assert!(matches!(SqliteStore::open(folder.path(), &[8; 32]), Err(OpenError::WrongKey)));
    SqliteStore::open(folder.path(), &KEY).unwrap();
}

#[test]
fn damaged_and_unencrypted_files_are_refused() {
    let check = |damage: &dyn Fn(&mut Vec<u8>)| {
        let folder = tempfile::tempdir().unwrap();
        drop(SqliteStore::open(folder.path(), &KEY).unwrap());
        let path = folder.path().join(DATABASE_FILE);
        let mut bytes = std::fs::read(&path).unwrap();
        damage(&mut bytes);
        std::fs::write(&path, bytes).unwrap();
        SqliteStore::open(folder.path(), &KEY).err()
    };
    assert!(check(&|_| {}).is_none());
    // A page in the middle, which no query at the start would read.
    assert!(check(&|bytes| bytes[4096 * 5 + 100] ^= 1).is_some());
    assert!(check(&|bytes| bytes[100] ^= 1).is_some());
    assert!(check(&|bytes| bytes[..16].copy_from_slice(b"SQLite format 3\0")).is_some());
}

/// When the disk is nearly full nothing grows, and everything else works.
#[tokio::test]
async fn store_refuses_to_grow_when_the_disk_is_nearly_full() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path(), &KEY).unwrap();
    for operation in ["create 1 a", "push 1 1:0:1", "ensure 1 1 4 4 o1"] {
        assert!(!run(&store, operation).await.starts_with('!'));
    }
    drop(store);
    let store = SqliteStore::open_with(folder.path(), &KEY, u64::MAX).unwrap();
    for operation in ["create 2 b", "push 1 1:0:2", "ensure 1 2 4 4 o2", "snapshot 1 1 1"] {
        assert_eq!(run(&store, operation).await, "! ReadOnly", "{operation}");
    }
    for operation in ["open 1 1 1 1 9000", "token 1", "frames 1", "delete 1 1", "at 99999 expire-sessions 9"] {
        assert!(!run(&store, operation).await.starts_with('!'), "{operation}");
    }
}
