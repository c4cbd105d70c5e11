//! Backups: the whole library in one encrypted file, and a library restored from such a file.
//!
//! The contents of the file, and why a restored library is a new device, are described in `docs/formats/backup.md`.

mod error;
mod restore;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use alexandria_store::backup::{Progress as BackupProgress, Stage as BackupStage};

pub use self::error::{BackupError, RestoreError};
pub use self::restore::{Restored, restore_backup};
pub(crate) use self::write::Backups;
pub use self::write::{BackupOptions, BackupReport};
