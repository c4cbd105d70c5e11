//! A library out of a backup: made in a folder beside, and put in place when it is whole.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use alexandria_store::backup::{Backup, Contents, Watch};
use alexandria_store::{BlobStore, Store};
use alexandria_vault::{OsKeychain, Unlocked, Vault};
use tokio_util::sync::CancellationToken;

use super::{BackupProgress, RestoreError, watch};
use crate::open::{Unlock, lock_folder, make_private_folder};
use crate::worker::blocking;

/// What was restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Publications whose files are there again.
    pub publications: usize,
    /// When the backup was made, in milliseconds since 1970.
    pub created_ms: u64,
}

/// Restores the backup `file` into `folder`, which does not exist or is empty. `unlock` is what opened the library. The
/// vectors for search by meaning are not in a backup; they are made again when the library is used.
///
/// # Errors
/// When there is anything in the folder, `unlock` does not open the backup, the backup is not whole and genuine, a file
/// cannot be written, or it is cancelled. The folder is then as it was, and the call can be repeated.
pub async fn restore_backup(
    file: &Path,
    folder: &Path,
    unlock: Unlock,
    cancel: &CancellationToken,
    progress: impl Fn(BackupProgress) + Send + 'static,
) -> Result<Restored, RestoreError> {
    let (file, folder, watch) = (file.to_owned(), folder.to_owned(), watch(cancel, progress));
    blocking(move || {
        vacant(&folder)?;
        let backup = Backup::open(&file)?;
        let beside = beside(&folder)?;
        make_private_folder(&beside)?;
        let lock = lock_folder(&beside)?;
        let keychain = OsKeychain::new();
        // An interrupted restore may have left a key in the keychain, which nothing else names.
        Vault::abandon(&beside, &keychain);
        clear(&beside)?;
        let unlocked = Vault::adopt(&beside, backup.vault(), &unlock.into(), &keychain)?;
        let filled = fill(&beside, &backup, unlocked, &watch);
        let contents = filled.inspect_err(|_| Vault::abandon(&beside, &keychain))?;
        // From here on another restore may be at work in the folder, and its key is not ours to remove.
        drop(lock);
        put_in_place(&beside, &folder)?;
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

/// Whether the folder can become a library: it is not there, or empty.
fn vacant(folder: &Path) -> Result<(), RestoreError> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(RestoreError::Occupied),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(RestoreError::Occupied),
        Err(error) => Err(error.into()),
    }
}

/// The folder in which the library is made. On the same disk, so that it can be renamed.
fn beside(folder: &Path) -> Result<PathBuf, RestoreError> {
    let mut name = OsString::from(".");
    name.push(folder.file_name().ok_or(RestoreError::NoFolder)?);
    name.push(".alexandria-restoring");
    Ok(folder.with_file_name(name))
}

/// Removes what an interrupted restore left; the lock stays, as it is held.
fn clear(beside: &Path) -> io::Result<()> {
    for entry in fs::read_dir(beside)? {
        let entry = entry?;
        match (entry.file_name().to_str(), entry.file_type()?.is_dir()) {
            (Some("lock"), _) => {}
            (_, true) => fs::remove_dir_all(entry.path())?,
            (_, false) => fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}

fn put_in_place(beside: &Path, folder: &Path) -> Result<(), RestoreError> {
    vacant(folder)?;
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    fs::rename(beside, folder)?;
    // The rename is durable once the folder that holds it is. Windows offers no such call.
    #[cfg(unix)]
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::File::open(parent)?.sync_all()?;
    }
    Ok(())
}
