//! Annotations: highlights, bookmarks and notes are made, changed, listed, exported, and imported from other programs.
//!
//! Every change is ops (`change`), so it merges with those of other devices. Absent: drawing them on a page, which the
//! window does by their quotes.

mod anchor;
mod edit;
mod error;
mod export;
mod import;
mod list;
#[cfg(test)]
mod tests;

pub use self::edit::{AnnotationEdit, NewAnnotation};
pub(crate) use self::edit::{add, edit};
pub use self::error::AnnotationError;
pub use self::export::{ExportFormat, export};
pub(crate) use self::import::import;
pub use self::import::{ImportedNotes, MissingNote, MissingReason, NotesImport};
pub use self::list::AnnotatedBook;
pub(crate) use self::list::{annotated_books, of_publication};
