//! Annotations as a set of W3C Web Annotations in the profile of Readium.

use alexandria_domain::Annotation;
use serde_json::{Value, json};

use crate::annotations::list::AnnotatedBook;

/// One set for all books: each annotation names its publication.
pub(super) fn annotation_set(books: &[AnnotatedBook]) -> String {
    let items: Vec<Value> =
        books.iter().flat_map(|book| book.annotations.iter().map(|annotation| item(book, annotation))).collect();
    let set = json!({
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "AnnotationSet",
        "generator": { "type": "Software", "name": "Alexandria", "version": env!("CARGO_PKG_VERSION") },
        "items": items,
    });
    format!("{set:#}\n")
}

fn item(book: &AnnotatedBook, annotation: &Annotation) -> Value {
    let quote = &annotation.anchor.text;
    let time = |ms: u64| {
        let time = jiff::Timestamp::from_millisecond(i64::try_from(ms).unwrap_or(i64::MAX));
        time.map(|time| time.to_string()).unwrap_or_default()
    };
    json!({
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": format!("urn:uuid:{}", uuid(annotation)),
        "type": "Annotation",
        "created": time(annotation.created_ms),
        "modified": time(annotation.changed_ms),
        "motivation": motivation(annotation),
        "body": {
            "type": "TextualBody",
            "value": annotation.note,
            "format": "text/markdown",
            "color": annotation.colour.name(),
            "highlight": annotation.style.name(),
            "tags": annotation.tags,
        },
        "target": {
            "source": annotation.anchor.href,
            "selector": [
                { "type": "TextQuoteSelector", "exact": quote.highlight, "prefix": quote.before, "suffix": quote.after },
                { "type": "ProgressionSelector", "value": annotation.anchor.progression },
            ],
            "meta": { "headings": annotation.anchor.title.iter().collect::<Vec<_>>(), "page": annotation.anchor.position },
        },
        "about": { "dc:identifier": [book.publication.to_string()], "dc:title": book.title, "dc:creator": book.authors },
    })
}

fn motivation(annotation: &Annotation) -> &'static str {
    match annotation.kind {
        alexandria_domain::AnnotationKind::Bookmark => "bookmarking",
        _ if annotation.note.is_empty() => "highlighting",
        _ => "commenting",
    }
}

/// The id with the hyphens of a UUID.
fn uuid(annotation: &Annotation) -> String {
    uuid::Uuid::from_bytes(*annotation.id.as_bytes()).to_string()
}
