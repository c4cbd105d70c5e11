//! Copies of the whole database, encrypted under the same key.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use alexandria_domain::ErrorCode;
use rusqlite::{Connection, ffi};

use crate::database_file::PLAINTEXT_HEADER;
use crate::durable;
use crate::error::StoreError;
use crate::store::Store;

/// SQLite's virtual machine operations between two checks for cancellation.
const PROGRESS_INTERVAL_OPS: i32 = 10_000;

/// Extension of the copy that a backup is made of.
const SNAPSHOT: &str = "db.snapshot";
/// Extension of the copy before a migration while it is being written.
pub(crate) const COPYING: &str = "db.copying";
/// Suffixes of the names of such a copy and of the files that the engine may create with it.
const COMPANION_SUFFIXES: [&str; 4] = ["", "-journal", "-wal", "-shm"];

/// A copy of the database at one moment. Its file is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Snapshot(PathBuf);

impl Snapshot {
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        if fs::remove_file(&self.0).is_err() {
            // It is encrypted, and is removed when the library is next opened.
            tracing::debug!("a copy of the database was not removed");
        }
    }
}

impl Store {
    /// Copies the database as it is now to a file next to it. Meanwhile others can read, but not write.
    pub(crate) fn snapshot(&self, is_cancelled: &Arc<dyn Fn() -> bool + Send + Sync>) -> Result<Snapshot, StoreError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let database = writer.path().map(PathBuf::from).ok_or(rusqlite::Error::InvalidQuery)?;
        let snapshot = Snapshot(database.with_extension(SNAPSHOT));
        let is_cancelled = Arc::clone(is_cancelled);
        writer.progress_handler(PROGRESS_INTERVAL_OPS, Some(move || is_cancelled()))?;
        let copied = copy_into(&writer, snapshot.path());
        writer.progress_handler(0, None::<fn() -> bool>)?;
        Ok(copied.map(|()| snapshot)?)
    }
}

/// Writes a copy of the database to `path`, encrypted with the same key, replacing the leftover of an interrupted copy.
pub(crate) fn copy_into(connection: &Connection, path: &Path) -> Result<(), rusqlite::Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(ffi::SQLITE_IOERR, &error)),
        _ => {}
    }
    let name = path.to_str().ok_or_else(|| rusqlite::Error::InvalidPath(path.to_owned()))?;
    durable::new_private_file(path).map_err(|error| failed(ffi::SQLITE_CANTOPEN, &error))?;
    connection.execute("VACUUM INTO ?1", [name])?;
    let refuse = |error: io::Error| failed(ffi::SQLITE_IOERR, &error);
    let mut file = File::open(path).map_err(refuse)?;
    let mut beginning = [0; PLAINTEXT_HEADER.len()];
    file.read_exact(&mut beginning).map_err(refuse)?;
    if beginning == *PLAINTEXT_HEADER {
        // Cannot happen with a keyed connection; if it does, no plaintext may remain.
        fs::remove_file(path).map_err(refuse)?;
        return Err(failed(ffi::SQLITE_MISUSE, &io::ErrorKind::InvalidData.into()));
    }
    file.sync_all().map_err(refuse)
}

/// Removes the leftovers of interrupted copies of the database at `path`: each is as large as the library, and holds what
/// was deleted since. No copy may be in progress. One that cannot be removed costs space; the next opening tries again.
pub(crate) fn sweep(path: &Path) {
    for extension in [SNAPSHOT, COPYING] {
        for suffix in COMPANION_SUFFIXES {
            match fs::remove_file(path.with_extension(format!("{extension}{suffix}"))) {
                Ok(()) => tracing::info!("leftover of an interrupted copy removed"),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => tracing::warn!(code = %ErrorCode::of_io(&error), "leftover of a copy not removed"),
            }
        }
    }
}

/// An error of the file system as one of the engine.
fn failed(code: i32, error: &io::Error) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some(error.to_string()))
}
