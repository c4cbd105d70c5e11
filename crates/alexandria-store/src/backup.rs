//! Backups: one sealed file with everything a library needs to come back. `docs/formats/backup.md` describes it.
//!
//! [`write`] writes one, and resumes one that was interrupted; [`Backup`] reads one. A backup gets its name only when all
//! of it has been read back and authenticated. The vault file is copied as it is, so that whatever unlocks the library
//! unlocks the backup; its contents are the vault crate's concern. Absent: the vector index, which is rebuilt from the text.

mod error;
mod file_slice;
mod format;
mod monitor;
mod partial;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub use error::BackupError;
pub use format::{Contents, Entry};
pub use monitor::{Monitor, Progress, Stage};
pub use read::Backup;
pub use write::{BackupSummary, Source, write};
