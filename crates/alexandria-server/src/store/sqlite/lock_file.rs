//! The lock that keeps a second server out of the folder.
//!
//! The system releases it with the process, however that ends, so a file that is left over locks nothing.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::open_error::OpenError;

/// A lock on a folder, until it is dropped.
#[derive(Debug)]
pub(super) struct LockFile {
    _file: File,
}

impl LockFile {
    /// Takes the lock of the database at `path`.
    pub(super) fn acquire(path: &Path) -> Result<Self, OpenError> {
        let path = path.with_extension("db.lock");
        let failed = |source| OpenError::Io { path: path.clone(), source };
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path)),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}
