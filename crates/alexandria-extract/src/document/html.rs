//! Metadata in the head of an HTML document.

use std::collections::HashSet;

use alexandria_domain::{Identifier, Metadata};

use crate::dom::Dom;
use crate::error::ExtractError;
use crate::language;
use crate::limits::Guard;
use crate::metadata_field;

/// Elements of a head between two checks of the time.
const TIME_CHECK_INTERVAL: usize = 1024;

/// The metadata. Without a title element, the title is the first `h1`.
pub(super) fn metadata(dom: &Dom, guard: &Guard) -> Result<Metadata, ExtractError> {
    let mut collector = Collector::default();
    let Some(root) = dom.find(Dom::DOCUMENT, "html") else { return Ok(collector.metadata) };
    let lang = dom.attribute(root, "lang").or_else(|| dom.attribute(root, "xml:lang"));
    collector.metadata.language = lang.and_then(language::normalise).unwrap_or_default();
    collector.metadata.right_to_left = dom.attribute(root, "dir").is_some_and(|dir| dir.eq_ignore_ascii_case("rtl"));
    let Some(head) = dom.find(root, "head") else { return Ok(collector.metadata) };
    for (count, id) in dom.children(head).enumerate() {
        if count.is_multiple_of(TIME_CHECK_INTERVAL) {
            guard.check_time()?;
        }
        match dom.local(id) {
            "title" => collector.metadata.title = metadata_field::element_text(dom, id),
            "meta" => {
                let name = dom.attribute(id, "name").or_else(|| dom.attribute(id, "property")).unwrap_or_default();
                let content = dom.attribute(id, "content").unwrap_or_default();
                collector.read(&name.to_ascii_lowercase(), content, guard);
            }
            _ => {}
        }
    }
    if collector.metadata.title.is_empty() {
        collector.metadata.title =
            dom.find(root, "h1").map(|heading| metadata_field::element_text(dom, heading)).unwrap_or_default();
    }
    Ok(collector.metadata)
}

/// Collects the metadata.
#[derive(Default)]
struct Collector {
    metadata: Metadata,
    /// The authors so far; none is added twice.
    authors: HashSet<String>,
}

impl Collector {
    /// Reads a `<meta>`; `name` is in lower case.
    fn read(&mut self, name: &str, content: &str, guard: &Guard) {
        let metadata = &mut self.metadata;
        match name {
            "description" | "dc.description" | "og:description" if metadata.description.is_none() => {
                metadata.description = metadata_field::description(content, guard);
            }
            "keywords" | "dc.subject" => {
                metadata_field::extend(
                    &mut metadata.subjects,
                    content.split([',', ';']).filter_map(metadata_field::value),
                );
            }
            _ => {
                if let Some(value) = metadata_field::value(content) {
                    self.read_value(name, value);
                }
            }
        }
    }

    fn read_value(&mut self, name: &str, value: String) {
        let metadata = &mut self.metadata;
        match name {
            "author" | "dc.creator" | "dcterms.creator" | "citation_author" => self.read_author(value),
            "language" | "dc.language" if metadata.language.is_empty() => {
                metadata.language = language::normalise(&value).unwrap_or_default();
            }
            "dc.publisher" => metadata.publisher = Some(value),
            "date" | "dc.date" | "dcterms.date" | "citation_publication_date" => metadata.published = Some(value),
            "dc.identifier" if metadata.identifiers.len() < metadata_field::MAX_VALUES => {
                metadata.identifiers.push(Identifier { scheme: "id".to_owned(), value });
            }
            _ => {}
        }
    }

    fn read_author(&mut self, author: String) {
        let authors = &mut self.metadata.authors;
        if authors.len() < metadata_field::MAX_VALUES && self.authors.insert(author.clone()) {
            authors.push(author);
        }
    }
}
