//! A backup: nothing that was changed is verified, and nothing that nobody wrote opens.
//!
//! The input is taken as a backup as it is; and as a list of changes to one that was written here.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use alexandria_crypto::keys::BackupKey;
use alexandria_store::backup::{Backup, BackupError, Contents, Monitor, Source, write};

use super::changed::changed;
use super::shelf::Shelf;

const VAULT: &[u8] = b"{\"what\": \"opens it\"}";
const TEXTS: &[&str] = &["The white whale’s wake.", "She sank within the hour."];
/// When it was written, in milliseconds since 1970.
const WRITTEN_MS: u64 = 77;

/// A backup that was written once for all inputs.
struct Written {
    shelf: Shelf,
    key: BackupKey,
    bytes: Vec<u8>,
}

static WRITTEN: LazyLock<Option<Written>> = LazyLock::new(back_up);

fn back_up() -> Option<Written> {
    let shelf = Shelf::new(TEXTS)?;
    let key = shelf.ring.backup_key();
    let source = Source { store: &shelf.store, blobs: &shelf.blobs, key: &key, vault: VAULT, now_ms: WRITTEN_MS };
    let path = shelf.folder.path().join("written");
    write(&source, &path, false, &Monitor::none()).ok()?;
    let bytes = fs::read(path).ok()?;
    Some(Written { shelf, key, bytes })
}

pub(super) fn check(bytes: &[u8]) {
    assert!(WRITTEN.is_some(), "no backup can be written");
    let Some(written) = &*WRITTEN else { return };
    let path = written.shelf.folder.path().join("read");
    let foreign = verify(&path, bytes, &written.key);
    assert!(foreign.is_err(), "a backup that nobody wrote is whole: {foreign:?}");
    let changed = changed(&written.bytes, bytes);
    let found = verify(&path, &changed, &written.key);
    assert_eq!(found.is_ok(), changed == written.bytes, "a changed backup is whole, or the same one is not: {found:?}");
    if let Ok(contents) = found {
        assert_eq!(contents.created_ms, WRITTEN_MS);
    }
}

/// What the backup says when all of it is read.
fn verify(path: &Path, bytes: &[u8], key: &BackupKey) -> Result<Contents, BackupError> {
    assert!(fs::write(path, bytes).is_ok(), "the folder for temporary files cannot be written");
    let verified = Backup::open(path).and_then(|backup| backup.verify(key, &Monitor::none()));
    assert!(!matches!(verified, Err(BackupError::Io(_))), "no disk failed: {verified:?}");
    verified
}
