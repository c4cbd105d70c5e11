//! Backups: one sealed file with everything a library needs to come back. `docs/formats/backup.md` describes it.
//!
//! [`write`] makes one, and goes on with one that was interrupted; [`Backup`] reads one. A backup appears under its name
//! only when all of it has been read back and authenticated. The vault's text is carried as it is, so that what opens the
//! library opens the backup; what it says is the vault's business, and who may open it. Absent: the vector index, which
//! is made again from the text.

mod error;
mod format;
mod part;
mod read;
mod watch;
mod window;
mod write;

#[cfg(test)]
mod tests;

pub use error::BackupError;
pub use format::{Contents, Entry};
pub use read::Backup;
pub use watch::{Progress, Stage, Watch};
pub use write::{Source, Written, write};
