//! What the head of an HTML page says about it.

use alexandria_domain::{Identifier, Metadata};

use crate::dom::Dom;
use crate::language;
use crate::words::collapsed;

/// Title, authors, language and the like. The first heading stands in for a title.
pub(super) fn metadata(dom: &Dom) -> Metadata {
    let mut metadata = Metadata::default();
    let Some(root) = dom.find(Dom::DOCUMENT, "html") else { return metadata };
    let lang = dom.attribute(root, "lang").or_else(|| dom.attribute(root, "xml:lang"));
    metadata.language = lang.and_then(language::normalised).unwrap_or_default();
    metadata.right_to_left = dom.attribute(root, "dir").is_some_and(|dir| dir.eq_ignore_ascii_case("rtl"));
    let Some(head) = dom.find(root, "head") else { return metadata };
    for id in dom.children(head) {
        match dom.local(id) {
            "title" => metadata.title = dom.words(id),
            "meta" => {
                let name = dom.attribute(id, "name").or_else(|| dom.attribute(id, "property")).unwrap_or_default();
                if let Some(value) = dom.attribute(id, "content").and_then(collapsed) {
                    named(&mut metadata, &name.to_ascii_lowercase(), value);
                }
            }
            _ => {}
        }
    }
    if metadata.title.is_empty() {
        metadata.title = dom.find(root, "h1").map(|heading| dom.words(heading)).unwrap_or_default();
    }
    metadata
}

fn named(metadata: &mut Metadata, name: &str, value: String) {
    match name {
        "author" | "dc.creator" | "dcterms.creator" | "citation_author" if !metadata.authors.contains(&value) => {
            metadata.authors.push(value);
        }
        "description" | "dc.description" | "og:description" if metadata.description.is_none() => {
            metadata.description = crate::view::plain_text(&value);
        }
        "language" | "dc.language" if metadata.language.is_empty() => {
            metadata.language = language::normalised(&value).unwrap_or_default();
        }
        "dc.publisher" => metadata.publisher = Some(value),
        "date" | "dc.date" | "dcterms.date" | "citation_publication_date" => metadata.published = Some(value),
        "keywords" | "dc.subject" => metadata.subjects.extend(value.split([',', ';']).filter_map(collapsed)),
        "dc.identifier" => metadata.identifiers.push(Identifier { scheme: "id".to_owned(), value }),
        _ => {}
    }
}
