//! The metadata of a document as that of a publication.

use alexandria_domain::Metadata;
use alexandria_pdf::Document;

/// The metadata; the title may be empty.
pub(super) fn of(document: &Document) -> Metadata {
    let found = document.metadata();
    Metadata {
        title: found.title,
        authors: found.authors,
        language: found.language,
        subjects: found.subjects,
        description: found.description,
        ..Metadata::default()
    }
}
