//! Import: files and folders become publications that exact search finds at once; vectors follow (see `embedding`).
//!
//! One bad file never stops the others. A file is acknowledged when its one transaction is committed, after its encrypted
//! copy is safely on disk; whatever is interrupted before that leaves nothing behind. A file that is already in the
//! library is not imported again, but its encrypted copy is replaced if it is missing or damaged. The reader's own files
//! are only ever read.

mod claims;
mod context;
mod error;
mod file;
mod job;
mod leftovers;
mod locked;
mod pipeline;
mod report;
mod split;
#[cfg(test)]
mod tests;
mod walk;

pub(crate) use self::context::ImportContext;
pub use self::error::FileError as ImportFileError;
pub(crate) use self::file::import_open_file;
pub use self::job::ImportJob;
pub(crate) use self::job::Imports;
pub(crate) use self::leftovers::remove_leftovers;
pub use self::locked::LockedFile;
pub use self::report::{ImportReport, Imported, Refused, Skipped};
