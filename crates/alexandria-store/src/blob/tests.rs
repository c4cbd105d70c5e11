//! Files are there whole or not at all, and only under their ids.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use alexandria_crypto::keys::BlobKeys;
use alexandria_domain::{CodedError, ErrorCode};
use tempfile::TempDir;

use super::{BlobStore, BlobStoreError};
use crate::fixture::id;

fn store() -> (TempDir, BlobStore) {
    let folder = TempDir::new().unwrap();
    let store = BlobStore::open(folder.path(), BlobKeys::generate().unwrap()).unwrap();
    (folder, store)
}

fn read(store: &BlobStore, number: u8) -> Result<Vec<u8>, BlobStoreError> {
    let mut bytes = Vec::new();
    store.read(&id(number))?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn files(folder: &TempDir) -> Vec<PathBuf> {
    let folders = fs::read_dir(folder.path().join("blobs")).unwrap();
    folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap()).map(|file| file.unwrap().path()).collect()
}

#[test]
fn blobs_round_trip() {
    let (folder, store) = store();
    let canary = b"canary-4f1c ".repeat(20_000);
    assert_eq!(store.put(&id(0xab), canary.as_slice()).unwrap(), 240_000);
    assert_eq!(store.put(&id(0xab), canary.as_slice()).unwrap(), 240_000);
    assert_eq!(store.put(&id(2), io::empty()).unwrap(), 0);
    assert_eq!(read(&store, 0xab).unwrap(), canary);
    assert_eq!(read(&store, 2).unwrap(), b"");
    assert_eq!(store.list().unwrap(), [id(2), id(0xab)]);
    let path = folder.path().join("blobs/ab").join("ab".repeat(16));
    assert!(!fs::read(&path).unwrap().windows(11).any(|window| window == b"canary-4f1c"));
    assert!(store.remove(&id(2)).unwrap() && !store.remove(&id(2)).unwrap());
    assert!(matches!(read(&store, 2), Err(BlobStoreError::NotFound)));
    assert_eq!(store.list().unwrap(), [id(0xab)]);
}

#[test]
fn put_leaves_nothing_when_the_source_fails() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }
    let (folder, store) = store();
    let error = store.put(&id(1), b"some bytes".chain(Broken)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::DiskFull);
    assert_eq!(files(&folder), Vec::<PathBuf>::new());
    store.put(&id(1), &b"old"[..]).unwrap();
    store.put(&id(1), b"new".chain(Broken)).unwrap_err();
    assert_eq!(read(&store, 1).unwrap(), b"old");
}

#[test]
fn sweep_removes_interrupted_writes() {
    let (folder, store) = store();
    store.put(&id(1), &b"kept"[..]).unwrap();
    fs::write(folder.path().join("blobs/01/0123456789abcdef.part"), b"half").unwrap();
    assert_eq!(store.list().unwrap(), [id(1)]);
    assert_eq!((store.sweep_temporary().unwrap(), store.sweep_temporary().unwrap()), (1, 0));
    assert_eq!(read(&store, 1).unwrap(), b"kept");
}

#[test]
fn modified_or_foreign_blob_is_damaged() {
    let (folder, store) = store();
    store.put(&id(1), &b"one"[..]).unwrap();
    store.put(&id(2), &b"two"[..]).unwrap();
    let path = |number: u8| folder.path().join("blobs").join(format!("{number:02x}")).join(id(number).to_string());
    fs::copy(path(1), path(2)).unwrap();
    assert_eq!(read(&store, 2).unwrap_err().code(), ErrorCode::Damaged);
    fs::write(path(1), b"short").unwrap();
    assert_eq!(read(&store, 1).unwrap_err().code(), ErrorCode::Damaged);
    let other = BlobStore::open(folder.path(), BlobKeys::generate().unwrap()).unwrap();
    store.put(&id(3), &b"three"[..]).unwrap();
    assert_eq!(read(&other, 3).unwrap_err().code(), ErrorCode::Damaged);
}

/// The names of all files, in order.
fn names(folder: &TempDir) -> Vec<String> {
    let mut names: Vec<String> =
        files(folder).iter().map(|file| file.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn provisional_blob_is_read_and_removed_under_either_name() {
    let (folder, store) = store();
    let (name, provisional) = (id(1).to_string(), format!("{}.new", id(1)));
    store.put_provisional(&id(1), &b"first"[..]).unwrap();
    store.put_provisional(&id(1), &b"second"[..]).unwrap();
    assert_eq!(names(&folder), [provisional.as_str()], "what an interrupted try left is replaced");
    assert_eq!((store.list().unwrap(), store.list_provisional().unwrap()), (vec![], vec![id(1)]));
    assert_eq!((read(&store, 1).unwrap(), store.sweep_temporary().unwrap()), (b"second".to_vec(), 0));
    assert!(store.settle(&id(1)).unwrap() && !store.settle(&id(1)).unwrap());
    assert_eq!(names(&folder), [name.as_str()]);
    assert_eq!((store.list().unwrap(), store.list_provisional().unwrap()), (vec![id(1)], vec![]));
    assert_eq!(read(&store, 1).unwrap(), b"second");

    store.put_provisional(&id(1), &b"third"[..]).unwrap();
    assert_eq!(names(&folder), [name.as_str(), &provisional], "it does not touch what has the final name");
    assert_eq!(read(&store, 1).unwrap(), b"third", "and is what was written last");
    assert!(store.discard(&id(1)).unwrap() && !store.discard(&id(1)).unwrap());
    assert_eq!(read(&store, 1).unwrap(), b"second");

    store.put_provisional(&id(1), &b"third"[..]).unwrap();
    assert!(store.settle(&id(1)).unwrap());
    assert_eq!(read(&store, 1).unwrap(), b"third");
    store.put_provisional(&id(1), &b"fourth"[..]).unwrap();
    assert!(store.remove(&id(1)).unwrap() && !store.remove(&id(1)).unwrap());
    assert_eq!(names(&folder), [""; 0], "nothing of a deleted book stays under another name");
}
