//! Editing: metadata, tags, rating and reading status of one or many publications.
//!
//! Every change is ops (`change`), so it merges with those of other devices, and can be taken back: the file is never
//! changed, and what it says is kept. Absent: collections (`collections`), and writing metadata into exported files.

mod check;
mod edit;
mod error;
mod limits;
#[cfg(test)]
mod tests;

pub use self::edit::{Change, PublicationEdit};
pub(crate) use self::edit::{edit, file_metadata};
pub use self::error::EditError;
