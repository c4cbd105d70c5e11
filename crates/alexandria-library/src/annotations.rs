//! Annotations: highlights, bookmarks and notes are made, changed, listed and exported.
//!
//! Every change is ops (`change`), so it merges with those of other devices. Absent: drawing them on a page, which the
//! window does by their quotes; importing those of other programs.

mod anchor;
mod edit;
mod error;
mod export;
mod list;
#[cfg(test)]
mod tests;

pub use self::edit::{AnnotationEdit, NewAnnotation};
pub(crate) use self::edit::{add, edit};
pub use self::error::AnnotationError;
pub use self::export::{ExportFormat, export};
pub use self::list::AnnotatedBook;
pub(crate) use self::list::{annotated_books, of_publication};
