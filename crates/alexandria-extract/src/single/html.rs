//! What the head of an HTML page says about it.

use std::collections::HashSet;

use alexandria_domain::{Identifier, Metadata};

use crate::about;
use crate::dom::Dom;
use crate::error::ExtractError;
use crate::language;
use crate::limits::Guard;

/// Elements of a head after which the time is checked.
const STEP: usize = 1024;

/// Title, authors, language and the like. The first heading stands in for a title.
pub(super) fn metadata(dom: &Dom, guard: &Guard) -> Result<Metadata, ExtractError> {
    let mut said = Said::default();
    let Some(root) = dom.find(Dom::DOCUMENT, "html") else { return Ok(said.metadata) };
    let lang = dom.attribute(root, "lang").or_else(|| dom.attribute(root, "xml:lang"));
    said.metadata.language = lang.and_then(language::normalised).unwrap_or_default();
    said.metadata.right_to_left = dom.attribute(root, "dir").is_some_and(|dir| dir.eq_ignore_ascii_case("rtl"));
    let Some(head) = dom.find(root, "head") else { return Ok(said.metadata) };
    for (count, id) in dom.children(head).enumerate() {
        if count.is_multiple_of(STEP) {
            guard.check_time()?;
        }
        match dom.local(id) {
            "title" => said.metadata.title = about::words(dom, id),
            "meta" => {
                let name = dom.attribute(id, "name").or_else(|| dom.attribute(id, "property")).unwrap_or_default();
                let content = dom.attribute(id, "content").unwrap_or_default();
                said.read(&name.to_ascii_lowercase(), content, guard);
            }
            _ => {}
        }
    }
    if said.metadata.title.is_empty() {
        said.metadata.title = dom.find(root, "h1").map(|heading| about::words(dom, heading)).unwrap_or_default();
    }
    Ok(said.metadata)
}

/// What the head has said so far.
#[derive(Default)]
struct Said {
    metadata: Metadata,
    /// The authors, to name each once.
    authors: HashSet<String>,
}

impl Said {
    /// Reads a `<meta>`, its name in lower case.
    fn read(&mut self, name: &str, content: &str, guard: &Guard) {
        let metadata = &mut self.metadata;
        match name {
            "description" | "dc.description" | "og:description" if metadata.description.is_none() => {
                metadata.description = about::description(content, guard);
            }
            "keywords" | "dc.subject" => {
                about::extend(&mut metadata.subjects, content.split([',', ';']).filter_map(about::value));
            }
            _ => {
                if let Some(value) = about::value(content) {
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
                metadata.language = language::normalised(&value).unwrap_or_default();
            }
            "dc.publisher" => metadata.publisher = Some(value),
            "date" | "dc.date" | "dcterms.date" | "citation_publication_date" => metadata.published = Some(value),
            "dc.identifier" if metadata.identifiers.len() < about::MAX_VALUES => {
                metadata.identifiers.push(Identifier { scheme: "id".to_owned(), value });
            }
            _ => {}
        }
    }

    fn read_author(&mut self, author: String) {
        let authors = &mut self.metadata.authors;
        if authors.len() < about::MAX_VALUES && self.authors.insert(author.clone()) {
            authors.push(author);
        }
    }
}
