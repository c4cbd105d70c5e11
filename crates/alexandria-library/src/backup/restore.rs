//! A library out of a backup: made in a folder beside, and put in place when it is whole.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use alexandria_domain::ErrorCode;
use alexandria_store::backup::{Backup, Contents, Watch};
use alexandria_store::{BlobStore, Store};
use alexandria_vault::{OsKeychain, Unlocked, Vault};
use tokio_util::sync::CancellationToken;

use super::{BackupProgress, RestoreError, watch};
use crate::open::{Unlock, lock_folder, make_private_folder};
use crate::worker::blocking;

/// The file that [`lock_folder`] makes and holds.
const LOCK: &str = "lock";

/// What was restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Publications whose files are there again.
    pub publications: usize,
    /// When the backup was made, in milliseconds since 1970.
    pub created_ms: u64,
}

/// Restores the backup `file` into `folder`, which does not exist or is empty but for the lock of a library that was
/// never made. `unlock` is what opened the library. The vectors for search by meaning are not in a backup; they are
/// made again when the library is used.
///
/// # Errors
/// When there is anything in the folder or it cannot be replaced, `unlock` does not open the backup, the backup is not
/// whole and genuine, a file cannot be written, or it is cancelled. The folder is then as it was, nothing is left
/// beside it, and the call can be repeated.
pub async fn restore_backup(
    file: &Path,
    folder: &Path,
    unlock: Unlock,
    cancel: &CancellationToken,
    progress: impl Fn(BackupProgress) + Send + 'static,
) -> Result<Restored, RestoreError> {
    let (file, folder, watch) = (file.to_owned(), folder.to_owned(), watch(cancel, progress));
    blocking(move || {
        let folder = place(&folder)?;
        vacant(&folder)?;
        replaceable(&folder)?;
        let backup = Backup::open(&file)?;
        let beside = beside(&folder, "restoring")?;
        make_private_folder(&beside)?;
        let lock = lock_folder(&beside)?;
        let keychain = OsKeychain::new();
        // An interrupted restore may have left a key in the keychain, which nothing else names.
        Vault::discard_import(&beside, &keychain);
        clear(&beside)?;
        let filled = Vault::import(&beside, backup.vault(), &unlock.into(), &keychain)
            .map_err(RestoreError::from)
            .and_then(|unlocked| fill(&beside, &backup, unlocked, &watch));
        let contents = filled.inspect_err(|_| abandon(&beside, &keychain))?;
        // Windows renames no folder in which a file is open.
        drop(lock);
        put_in_place(&beside, &folder).inspect_err(|_| give_up(&beside, &keychain))?;
        let publications = contents.entries.len().saturating_sub(1);
        tracing::info!(publications, "backup restored");
        Ok(Restored { publications, created_ms: contents.created_ms })
    })
    .await
}

/// Puts what is in the backup into the folder `beside`, which has its vault already.
fn fill(beside: &Path, backup: &Backup, unlocked: Unlocked, watch: &Watch) -> Result<Contents, RestoreError> {
    let Unlocked { keys, device, .. } = unlocked;
    let key = keys.backup_key();
    let blobs = BlobStore::open(beside, keys.blobs)?;
    let contents = backup.extract(&key, beside, &blobs, watch)?;
    let store = Store::open(beside, &keys.database, device)?;
    // The vectors stayed behind.
    store.forget_index()?;
    Ok(contents)
}

/// The folder that is meant: of a link, the one it leads to, which is what can be replaced.
fn place(folder: &Path) -> Result<PathBuf, RestoreError> {
    if folder.file_name().is_none() {
        return Err(RestoreError::NoFolder);
    }
    // Without a slash at its end, behind which the system would not show a link.
    let folder: PathBuf = folder.components().collect();
    match fs::canonicalize(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(folder),
        found => Ok(found?),
    }
}

/// Whether the folder can become a library: it is not there, or there is nothing in it but a lock.
fn vacant(folder: &Path) -> Result<(), RestoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Err(RestoreError::Occupied),
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        if entry?.file_name() != LOCK {
            return Err(RestoreError::Occupied);
        }
    }
    Ok(())
}

/// Makes sure, before anything is copied, that a folder that is there can be replaced in the end: the root of a disk
/// can be neither removed nor renamed, and nor can a link that leads nowhere become a folder.
fn replaceable(folder: &Path) -> Result<(), RestoreError> {
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
        Ok(metadata) if !metadata.is_dir() => return Err(RestoreError::Stays(io::ErrorKind::NotADirectory.into())),
        Ok(_) => {}
    }
    if folder.join(LOCK).try_exists()? {
        // Whoever holds it is making a library.
        drop(lock_folder(folder)?);
    }
    let away = beside(folder, "moving")?;
    fs::rename(folder, &away).map_err(RestoreError::Stays)?;
    fs::rename(&away, folder).map_err(RestoreError::Stays)
}

/// A folder of our own beside the library's, on the same disk, so that it can be renamed.
fn beside(folder: &Path, why: &str) -> Result<PathBuf, RestoreError> {
    let mut name = OsString::from(".");
    name.push(folder.file_name().ok_or(RestoreError::NoFolder)?);
    name.push(".alexandria-");
    name.push(why);
    Ok(folder.with_file_name(name))
}

/// Removes what an interrupted restore left; the lock stays, as it is held.
fn clear(beside: &Path) -> io::Result<()> {
    for entry in fs::read_dir(beside)? {
        let entry = entry?;
        match (entry.file_name().to_str(), entry.file_type()?.is_dir()) {
            (Some(LOCK), _) => {}
            (_, true) => fs::remove_dir_all(entry.path())?,
            (_, false) => fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}

/// Removes what was made in `beside`, and the keychain's entry that only its vault names. The caller holds the lock
/// there.
fn abandon(beside: &Path, keychain: &OsKeychain) {
    Vault::discard_import(beside, keychain);
    if let Err(error) = fs::remove_dir_all(beside) {
        // Nothing in it can be read without the key, and the next restore clears it away.
        tracing::warn!(code = %ErrorCode::of_io(&error), "what an unfinished restore made was not removed");
    }
}

/// [`abandon`]s a library that could not be put in place. If another restore is at work in the folder by now, it has
/// done that, and the key there is its own.
fn give_up(beside: &Path, keychain: &OsKeychain) {
    if let Ok(lock) = lock_folder(beside) {
        abandon(beside, keychain);
        drop(lock);
    }
}

fn put_in_place(beside: &Path, folder: &Path) -> Result<(), RestoreError> {
    vacant(folder)?;
    if folder.try_exists()? {
        remove_vacant(folder)?;
    }
    fs::rename(beside, folder)?;
    // The rename is durable once the folder that holds it is. Windows offers no such call.
    #[cfg(unix)]
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::File::open(parent)?.sync_all()?;
    }
    Ok(())
}

/// Removes a folder with nothing in it but a lock, which is held until the folder is gone: nobody makes a library in it
/// meanwhile.
fn remove_vacant(folder: &Path) -> Result<(), RestoreError> {
    let lock = folder.join(LOCK);
    let held = if lock.try_exists()? { Some(lock_folder(folder)?) } else { None };
    if held.is_some() {
        fs::remove_file(lock)?;
    }
    fs::remove_dir(folder)?;
    drop(held);
    Ok(())
}
