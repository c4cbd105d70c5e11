//! Metadata of a document (ODF 1.3 part 3 §4.3).

use alexandria_domain::Metadata;

use crate::dom::Dom;
use crate::limits::Guard;
use crate::{language, metadata_field};

/// The metadata in the first element for it; the title may be empty.
pub(super) fn read(dom: &Dom, guard: &Guard) -> Metadata {
    let mut metadata = Metadata::default();
    let Some(meta) = dom.find(Dom::DOCUMENT, "meta") else { return metadata };
    // Who changed the document last is not its author, unless nobody else is named.
    let mut editor = None;
    for id in dom.children(meta) {
        let text = || metadata_field::value(&dom.text_content(id));
        match dom.local(id) {
            "title" => metadata.title = text().unwrap_or_default(),
            "initial-creator" => add(&mut metadata.authors, text()),
            "creator" => editor = text(),
            "language" => metadata.language = text().and_then(|tag| language::normalise(&tag)).unwrap_or_default(),
            "subject" | "keyword" => add(&mut metadata.subjects, text()),
            "description" => metadata.description = metadata_field::description(&dom.text_content(id), guard),
            "publisher" => metadata.publisher = text(),
            _ => {}
        }
    }
    if metadata.authors.is_empty() {
        add(&mut metadata.authors, editor);
    }
    metadata
}

fn add(field: &mut Vec<String>, value: Option<String>) {
    if let Some(value) = value.filter(|value| !field.contains(value)) {
        metadata_field::extend(field, std::iter::once(value));
    }
}
