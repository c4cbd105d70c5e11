//! Listing annotations: of one publication for its pages, and of all for an overview.

use std::collections::HashMap;
use std::sync::Arc;

use alexandria_domain::op::Membership;
use alexandria_domain::{Annotation, PublicationId};

use super::error::AnnotationError;
use crate::blocking::blocking;
use crate::engines::Engines;

/// A publication with annotations.
#[derive(Clone, Debug)]
pub struct AnnotatedBook {
    /// The publication.
    pub publication: PublicationId,
    /// Its title.
    pub title: String,
    /// Its authors.
    pub authors: Vec<String>,
    /// In the order of the text; at least one, none deleted.
    pub annotations: Vec<Annotation>,
}

/// The annotations of a publication in the order of the text, without deleted ones.
pub(crate) async fn of_publication(
    engines: &Arc<Engines>,
    publication: PublicationId,
) -> Result<Vec<Annotation>, AnnotationError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let mut annotations = engines.store.annotations(Some(&publication))?;
        annotations.retain(|annotation| !annotation.is_deleted);
        sort(&mut annotations);
        Ok(annotations)
    })
    .await
}

/// All publications on the shelf that have annotations, by title.
pub(crate) async fn annotated_books(engines: &Arc<Engines>) -> Result<Vec<AnnotatedBook>, AnnotationError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let mut by_publication: HashMap<PublicationId, Vec<Annotation>> = HashMap::new();
        for annotation in engines.store.annotations(None)?.into_iter().filter(|annotation| !annotation.is_deleted) {
            by_publication.entry(annotation.publication).or_default().push(annotation);
        }
        let shelf: Vec<_> =
            if by_publication.is_empty() { Vec::new() } else { engines.store.publications(Membership::Shelf)? };
        let mut books: Vec<AnnotatedBook> = shelf
            .into_iter()
            .filter_map(|record| {
                let mut annotations = by_publication.remove(&record.id)?;
                sort(&mut annotations);
                let (title, authors) = (record.metadata.title, record.metadata.authors);
                Some(AnnotatedBook { publication: record.id, title, authors, annotations })
            })
            .collect();
        books.sort_by_cached_key(|book| (book.title.to_lowercase(), book.publication));
        Ok(books)
    })
    .await
}

fn sort(annotations: &mut [Annotation]) {
    annotations.sort_by(|one, other| {
        let place = one.anchor.total_progression.total_cmp(&other.anchor.total_progression);
        place.then_with(|| (one.created_ms, one.id).cmp(&(other.created_ms, other.id)))
    });
}
