//! Restoring a backup: into a sibling folder, which replaces the target when everything has been verified.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alexandria_domain::ErrorCode;
use alexandria_store::backup::{Backup, Contents, Monitor, Progress};
use alexandria_store::{BlobStore, Store};
use alexandria_vault::{OsKeychain, Unlocked, Vault};
use tokio_util::sync::CancellationToken;

use super::error::RestoreError;
use crate::blocking::blocking;
use crate::open::{LOCK_FILE, Unlock, create_private, lock_folder};

/// The outcome of a restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Publications whose files were restored.
    pub publications: usize,
    /// When the backup was made, in milliseconds since 1970.
    pub created_ms: u64,
}

/// Restores the backup `file` into `folder`, which does not exist or is empty apart from the lock file of a library that
/// was never created. `unlock` opened the library when it was backed up. A backup has no vectors for semantic search; they
/// are made again when the library is used.
///
/// # Errors
/// When the folder is not empty or cannot be replaced, `unlock` does not open the backup, the backup is incomplete or does
/// not authenticate, a file cannot be written, or the restore is cancelled. The folder is then as it was, no other folder
/// is left, and the call can be repeated.
pub async fn restore_backup(
    file: &Path,
    folder: &Path,
    unlock: Unlock,
    cancel: &CancellationToken,
    progress: impl Fn(Progress) + Send + 'static,
) -> Result<Restored, RestoreError> {
    let (file, folder, monitor) = (file.to_owned(), folder.to_owned(), monitor(cancel, progress));
    blocking(move || {
        let folder = resolve(&folder)?;
        check_empty(&folder)?;
        check_replaceable(&folder)?;
        let backup = Backup::open(&file)?;
        let staging = sibling(&folder, "restoring")?;
        create_private(&staging)?;
        let lock = lock_folder(&staging)?;
        let keychain = OsKeychain::new();
        // An interrupted restore may have left a key in the keychain, which nothing else names.
        Vault::discard_import(&staging, &keychain);
        clear(&staging)?;
        let filled = Vault::import(&staging, backup.vault(), &unlock.into(), &keychain)
            .map_err(RestoreError::from)
            .and_then(|unlocked| fill(&staging, &backup, unlocked, &monitor));
        let contents = filled.inspect_err(|_| abandon(&staging, &keychain))?;
        // Windows renames no folder in which a file is open.
        drop(lock);
        move_into_place(&staging, &folder).inspect_err(|_| abandon_unlocked(&staging, &keychain))?;
        let publications = contents.entries.len().saturating_sub(1);
        tracing::info!(publications, "backup restored");
        Ok(Restored { publications, created_ms: contents.created_ms })
    })
    .await
}

/// Extracts the backup into the folder `staging`, which has its vault already.
fn fill(staging: &Path, backup: &Backup, unlocked: Unlocked, monitor: &Monitor) -> Result<Contents, RestoreError> {
    let Unlocked { keys, .. } = unlocked;
    let key = keys.backup_key();
    let blobs = BlobStore::open(staging, keys.blobs)?;
    let contents = backup.extract(&key, staging, &blobs, monitor)?;
    let store = Store::open(staging, &keys.database)?;
    // A backup has no vectors.
    store.reset_index()?;
    Ok(contents)
}

/// Resolves a link to the folder that can be replaced.
fn resolve(folder: &Path) -> Result<PathBuf, RestoreError> {
    if folder.file_name().is_none() {
        return Err(RestoreError::NoFolder);
    }
    // Without a trailing slash, which would make the system follow a link silently.
    let folder: PathBuf = folder.components().collect();
    match fs::canonicalize(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(folder),
        found => Ok(found?),
    }
}

/// Checks that the folder does not exist, or contains nothing but a lock file.
fn check_empty(folder: &Path) -> Result<(), RestoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Err(RestoreError::NotEmpty),
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        if entry?.file_name() != LOCK_FILE {
            return Err(RestoreError::NotEmpty);
        }
    }
    Ok(())
}

/// Checks, before anything is copied, that an existing folder can be replaced in the end: the root of a disk can be
/// neither removed nor renamed, and a dangling link cannot become a folder.
fn check_replaceable(folder: &Path) -> Result<(), RestoreError> {
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
        Ok(metadata) if !metadata.is_dir() => {
            return Err(RestoreError::NotReplaceable(io::ErrorKind::NotADirectory.into()));
        }
        Ok(_) => {}
    }
    if folder.join(LOCK_FILE).try_exists()? {
        // Fails if another process is creating a library there.
        drop(lock_folder(folder)?);
    }
    let moved = sibling(folder, "moving")?;
    fs::rename(folder, &moved).map_err(RestoreError::NotReplaceable)?;
    fs::rename(&moved, folder).map_err(RestoreError::NotReplaceable)
}

/// A sibling of the library's folder, so that it is on the same disk and can be renamed.
fn sibling(folder: &Path, why: &str) -> Result<PathBuf, RestoreError> {
    let mut name = OsString::from(".");
    name.push(folder.file_name().ok_or(RestoreError::NoFolder)?);
    name.push(".alexandria-");
    name.push(why);
    Ok(folder.with_file_name(name))
}

/// Removes what an interrupted restore left, except the lock file, which is held.
fn clear(staging: &Path) -> io::Result<()> {
    for entry in fs::read_dir(staging)? {
        let entry = entry?;
        match (entry.file_name().to_str(), entry.file_type()?.is_dir()) {
            (Some(LOCK_FILE), _) => {}
            (_, true) => fs::remove_dir_all(entry.path())?,
            (_, false) => fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}

/// Removes `staging`, and the keychain entry that only its vault names. The caller holds the lock there.
fn abandon(staging: &Path, keychain: &OsKeychain) {
    Vault::discard_import(staging, keychain);
    if let Err(error) = fs::remove_dir_all(staging) {
        // Nothing in it can be read without the key, and the next restore removes it.
        tracing::warn!(code = %ErrorCode::of_io(&error), "the folder of an unfinished restore was not removed");
    }
}

/// [`abandon`]s a library that could not be moved into place. If another restore uses the folder by now, it has done that,
/// and the key there is its own.
fn abandon_unlocked(staging: &Path, keychain: &OsKeychain) {
    if let Ok(lock) = lock_folder(staging) {
        abandon(staging, keychain);
        drop(lock);
    }
}

fn move_into_place(staging: &Path, folder: &Path) -> Result<(), RestoreError> {
    check_empty(folder)?;
    if folder.try_exists()? {
        remove_empty(folder)?;
    }
    fs::rename(staging, folder)?;
    // The rename is durable once the folder that holds it is. Windows offers no such call.
    #[cfg(unix)]
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::File::open(parent)?.sync_all()?;
    }
    Ok(())
}

/// Removes a folder with nothing in it but a lock file, which is held until the folder is gone, so that nobody creates a
/// library in it meanwhile.
fn remove_empty(folder: &Path) -> Result<(), RestoreError> {
    let lock = folder.join(LOCK_FILE);
    let held = if lock.try_exists()? { Some(lock_folder(folder)?) } else { None };
    if held.is_some() {
        fs::remove_file(lock)?;
    }
    fs::remove_dir(folder)?;
    drop(held);
    Ok(())
}

/// Connects a copy to a shell: cancellation and progress.
pub(super) fn monitor(cancel: &CancellationToken, progress: impl Fn(Progress) + Send + 'static) -> Monitor {
    let cancel = cancel.clone();
    Monitor { is_cancelled: Arc::new(move || cancel.is_cancelled()), on_progress: Box::new(progress) }
}
