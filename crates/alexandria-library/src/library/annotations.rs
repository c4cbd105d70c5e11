//! Highlights, bookmarks and notes.

use alexandria_domain::{Annotation, AnnotationId, PublicationId};

use super::Library;
use crate::annotations::{
    self, AnnotatedBook, AnnotationEdit, AnnotationError, ImportedNotes, NewAnnotation, NotesImport,
};

impl Library {
    /// Makes an annotation at a quote.
    ///
    /// # Errors
    /// When the publication does not have that text, or the database fails.
    pub async fn add_annotation(&self, new: NewAnnotation) -> Result<Annotation, AnnotationError> {
        annotations::add(&self.parts.engines, new).await
    }

    /// Changes an annotation, deletes it, or undoes that.
    ///
    /// # Errors
    /// When there is none, the note is too long, or the database fails.
    pub async fn edit_annotation(
        &self,
        id: AnnotationId,
        publication: PublicationId,
        edit: AnnotationEdit,
    ) -> Result<Annotation, AnnotationError> {
        annotations::edit(&self.parts.engines, id, publication, edit).await
    }

    /// Imports highlights and notes that another program has written.
    ///
    /// # Errors
    /// When the file cannot be read or is in no known format, or the database fails.
    pub async fn import_notes(&self, wanted: NotesImport) -> Result<ImportedNotes, AnnotationError> {
        annotations::import(&self.parts.engines, wanted).await
    }

    /// The annotations of a publication in the order of the text, without deleted ones.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn annotations(&self, publication: PublicationId) -> Result<Vec<Annotation>, AnnotationError> {
        annotations::of_publication(&self.parts.engines, publication).await
    }

    /// All publications on the shelf that have annotations, by title.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn annotated_books(&self) -> Result<Vec<AnnotatedBook>, AnnotationError> {
        annotations::annotated_books(&self.parts.engines).await
    }
}
