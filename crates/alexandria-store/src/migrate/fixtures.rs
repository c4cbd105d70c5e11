//! Databases of every released schema, frozen: the newest code opens each. A newer one is refused, and stays as it is.
//!
//! `tests/vectors/store/v<version>.db` was written by the code of its time, under the key of
//! `tests/vectors/crypto/key-ring.json`. The next schema adds its own with `ALEXANDRIA_WRITE_VECTORS=1`; one that is
//! there is never written again.

use std::fs;
use std::path::{Path, PathBuf};

use alexandria_crypto::keys::{DatabaseKey, KeyRing, LibraryKey};
use tempfile::TempDir;

use super::MIGRATIONS;
use crate::fixture::{DEVICE, id, insert};
use crate::{FILE_NAME, OpenError, Store};

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

fn bytes_of(case: &serde_json::Value, name: &str) -> Vec<u8> {
    let digits = case[name].as_str().unwrap();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2).unwrap(), 16).unwrap()).collect()
}

/// The database key of the frozen key ring. It protects nothing.
fn key() -> DatabaseKey {
    let text = fs::read_to_string(vectors().join("crypto/key-ring.json")).unwrap();
    let case: serde_json::Value = serde_json::from_str(&text).unwrap();
    let library = LibraryKey::take(&mut bytes_of(&case, "library_key").try_into().unwrap());
    KeyRing::unwrap(&library, &bytes_of(&case, "context"), &bytes_of(&case, "wrapped")).ok().unwrap().database
}

fn frozen(version: usize) -> PathBuf {
    vectors().join(format!("store/v{version}.db"))
}

fn freeze(version: usize) {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path(), &key(), DEVICE).unwrap();
    insert(&store, 1, &["The whale is white.", "The sea is wide."]).unwrap();
    store.meta_set("key", b"value").unwrap();
    store.maintenance().unwrap();
    drop(store);
    fs::create_dir_all(vectors().join("store")).unwrap();
    fs::copy(folder.path().join(FILE_NAME), frozen(version)).unwrap();
}

#[test]
fn every_schema_there_was_opens_for_ever() {
    if std::env::var_os("ALEXANDRIA_WRITE_VECTORS").is_some() && !frozen(MIGRATIONS.len()).exists() {
        freeze(MIGRATIONS.len());
    }
    for version in 1..=MIGRATIONS.len() {
        let folder = TempDir::new().unwrap();
        fs::copy(frozen(version), folder.path().join(FILE_NAME)).unwrap();
        let store = Store::open(folder.path(), &key(), DEVICE).unwrap();
        assert_eq!(store.check().unwrap().problems, Vec::<String>::new(), "version {version}");
        let publication = store.publication(&id(1)).unwrap().unwrap();
        assert_eq!((publication.metadata.title.as_str(), publication.passages), ("Title 1", 2));
        assert_eq!(store.meta_get("key").unwrap().as_deref(), Some(&b"value"[..]));
    }
}

#[test]
fn a_newer_schema_is_refused_and_stays_as_it_is() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path(), &key(), DEVICE).unwrap();
    store.with_writer(|connection| connection.pragma_update(None, "user_version", 99)).unwrap();
    drop(store);
    let files = || {
        let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<(PathBuf, Vec<u8>)> = entries.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
        files.sort();
        files
    };
    let before = files();
    for _ in 0..2 {
        let error = Store::open(folder.path(), &key(), DEVICE).map(|_| ()).unwrap_err();
        assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error}");
        assert_eq!(files(), before);
    }
}
