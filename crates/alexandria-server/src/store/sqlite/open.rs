//! Opening: lock, key, migrate, check.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use zeroize::Zeroizing;

use super::connection::{Role, open};
use super::copy::copy_into;
use super::lock_file::LockFile;
use super::open_error::OpenError;
use super::readers::Readers;
use super::space::{MIN_FREE_BYTES, Space};
use super::writer::Writer;
use super::{DATABASE_FILE, Sqlite, migrate};
use crate::store::sql::SqlStore;

/// Connections that read.
const READERS: usize = 4;

impl SqlStore<Sqlite> {
    /// Opens the database in `folder`, creating it if there is none. `key` encrypts the file.
    ///
    /// # Errors
    /// If another process has it, the key is another one, the schema is newer, or it is damaged.
    pub fn open(folder: &Path, key: &[u8; 32]) -> Result<Self, OpenError> {
        Self::open_with(folder, key, MIN_FREE_BYTES)
    }

    /// As [`open`](Self::open); refuses to grow when fewer than `min_free_bytes` are free on the disk.
    ///
    /// # Errors
    /// As there.
    pub fn open_with(folder: &Path, key: &[u8; 32], min_free_bytes: u64) -> Result<Self, OpenError> {
        let path = folder.join(DATABASE_FILE);
        let lock = LockFile::acquire(&path)?;
        let mut writer = open(&path, key, Role::Write)?;
        check_integrity(&writer)?;
        migrate::run_all(&mut writer, &path)?;
        let readers = (0..READERS).map(|_| open(&path, key, Role::Read)).collect::<Result<Vec<_>, _>>()?;
        let failed = |source| OpenError::Io { path: path.clone(), source };
        let backend = Sqlite {
            writer: Writer::start(writer).map_err(failed)?,
            readers: Arc::new(Readers::new(readers)),
            space: Space::of(&path, min_free_bytes),
            path: path.clone(),
            key: Arc::new(Zeroizing::new(*key)),
            _lock: lock,
        };
        Ok(Self::new(backend))
    }

    /// Writes a copy of the database as it is now to `path`, with the same key. Others can go on writing.
    ///
    /// # Errors
    /// If it cannot be read or written.
    pub async fn copy_to(&self, path: PathBuf) -> Result<(), OpenError> {
        let (database, key) = (self.backend().path.clone(), Arc::clone(&self.backend().key));
        let copy = move || copy_into(&open(&database, &key, Role::Write)?, &path);
        tokio::task::spawn_blocking(copy).await.unwrap_or_else(|error| Err(OpenError::Damaged(error.to_string())))
    }

    /// Checks the structure of the whole file, page by page.
    ///
    /// # Errors
    /// `Damaged` with what was found first.
    pub async fn check_integrity(&self) -> Result<(), OpenError> {
        let (database, key) = (self.backend().path.clone(), Arc::clone(&self.backend().key));
        let check = move || check_integrity(&open(&database, &key, Role::Read)?);
        tokio::task::spawn_blocking(check).await.unwrap_or_else(|error| Err(OpenError::Damaged(error.to_string())))
    }
}

fn check_integrity(connection: &Connection) -> Result<(), OpenError> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(OpenError::Damaged(found)) }
}
