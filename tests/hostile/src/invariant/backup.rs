//! Backups: no modified backup is verified, and no other file opens as one.
//!
//! The input is read as a backup, and as a list of mutations of a valid one.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use alexandria_crypto::keys::BackupKey;
use alexandria_store::backup::{Backup, BackupError, Contents, Monitor, Source, write};

use super::fixture::LibraryFixture;
use super::mutate::mutate;

const VAULT: &[u8] = b"{\"what\": \"opens it\"}";
const TEXTS: &[&str] = &["The white whale’s wake.", "She sank within the hour."];
/// Creation time of the backup, in milliseconds since 1970.
const CREATED_MS: u64 = 77;

/// A valid backup, written once for all inputs.
struct ValidBackup {
    library: LibraryFixture,
    key: BackupKey,
    bytes: Vec<u8>,
}

static BACKUP: LazyLock<Option<ValidBackup>> = LazyLock::new(create);

fn create() -> Option<ValidBackup> {
    let library = LibraryFixture::new(TEXTS)?;
    let key = library.ring.backup_key();
    let source = Source { store: &library.store, blobs: &library.blobs, key: &key, vault: VAULT, now_ms: CREATED_MS };
    let path = library.folder.path().join("created");
    write(&source, &path, false, &Monitor::none()).ok()?;
    let bytes = fs::read(path).ok()?;
    Some(ValidBackup { library, key, bytes })
}

pub(super) fn check(bytes: &[u8]) {
    assert!(BACKUP.is_some(), "the backup cannot be created");
    let Some(valid) = &*BACKUP else { return };
    let path = valid.library.folder.path().join("read");
    let foreign = verify(&path, bytes, &valid.key);
    assert!(foreign.is_err(), "arbitrary bytes are verified: {foreign:?}");
    let mutated = mutate(&valid.bytes, bytes);
    let verified = verify(&path, &mutated, &valid.key);
    assert_eq!(
        verified.is_ok(),
        mutated == valid.bytes,
        "a mutated backup is verified, or the same one is not: {verified:?}"
    );
    if let Ok(contents) = verified {
        assert_eq!(contents.created_ms, CREATED_MS);
    }
}

/// Opens and verifies a backup.
fn verify(path: &Path, bytes: &[u8], key: &BackupKey) -> Result<Contents, BackupError> {
    assert!(fs::write(path, bytes).is_ok(), "the temporary folder is not writable");
    let verified = Backup::open(path).and_then(|backup| backup.verify(key, &Monitor::none()));
    assert!(!matches!(verified, Err(BackupError::Io(_))), "not an I/O error: {verified:?}");
    verified
}
