//! Backups of the embedded stack: one file with the database as it was at one moment, and every object it names.
//!
//! The database in it is encrypted with the server's key, and the objects are sealed by clients, so the file is as unreadable
//! as the server's disk. The key itself is not in it. Absent: backups of Postgres and S3, which have their own.

mod durable;
mod format;
mod restore;
mod write;

#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;

pub use restore::{RestoreReport, restore};
pub use write::{BackupReport, write};

use crate::objects::ObjectsError;
use crate::store::StoreError;
use crate::store::sqlite::OpenError;

/// Why a backup was not written or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file could not be read or written.
    #[error("file {path}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no backup, or of a newer version.
    #[error("not a backup that this program can read")]
    Format,
    /// The file was truncated or changed.
    #[error("the backup is damaged")]
    Damaged,
    /// There is a database where it would be restored to.
    #[error("there is a database already: {0}")]
    Exists(PathBuf),
    /// The database did not open.
    #[error("the database of the backup")]
    Database(#[from] OpenError),
    /// The rows could not be read or changed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The objects could not be read or written.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
}
