//! Addresses of annotations.

use alexandria_domain::Annotation;

/// The address that opens an annotation in Alexandria. It has ids only, because addresses end up in histories.
pub(super) fn link(annotation: &Annotation) -> String {
    format!("alexandria://open/{}?a={}", annotation.publication, annotation.id)
}
