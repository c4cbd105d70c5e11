//! The description of a book.

use alexandria_domain::{Identifier, Metadata, Series};

use crate::dom::{Dom, NodeId};
use crate::limits::Guard;
use crate::{language, metadata_field};

/// The metadata; the title may be empty.
pub(super) fn read(dom: &Dom, guard: &Guard) -> Metadata {
    let mut metadata = Metadata::default();
    let Some(description) = dom.find(Dom::DOCUMENT, "description") else { return metadata };
    if let Some(info) = dom.child(description, "title-info") {
        read_title_info(dom, info, &mut metadata, guard);
    }
    if let Some(info) = dom.child(description, "publish-info") {
        for id in dom.children(info) {
            let text = || metadata_field::value(&dom.text_content(id));
            match dom.local(id) {
                "publisher" => metadata.publisher = text(),
                "year" => metadata.published = text(),
                "isbn" => add_identifier(&mut metadata, "isbn", text()),
                "sequence" if metadata.series.is_none() => metadata.series = series(dom, id),
                _ => {}
            }
        }
    }
    let id = dom.child(description, "document-info").and_then(|info| dom.child(info, "id"));
    add_identifier(&mut metadata, "id", id.and_then(|id| metadata_field::value(&dom.text_content(id))));
    metadata
}

fn read_title_info(dom: &Dom, info: NodeId, metadata: &mut Metadata, guard: &Guard) {
    for id in dom.children(info) {
        let text = || metadata_field::value(&dom.text_content(id));
        match dom.local(id) {
            "book-title" => metadata.title = text().unwrap_or_default(),
            "author" => metadata_field::extend(&mut metadata.authors, author(dom, id).into_iter()),
            "lang" => metadata.language = text().and_then(|tag| language::normalise(&tag)).unwrap_or_default(),
            "genre" => metadata_field::extend(&mut metadata.subjects, text().into_iter()),
            "keywords" => {
                let text = dom.text_content(id);
                metadata_field::extend(&mut metadata.subjects, text.split(',').filter_map(metadata_field::value));
            }
            "annotation" => metadata.description = metadata_field::description(&dom.text_content(id), guard),
            "date" if metadata.published.is_none() => metadata.published = text(),
            "sequence" if metadata.series.is_none() => metadata.series = series(dom, id),
            _ => {}
        }
    }
}

/// The name as it is displayed; a nickname stands for a name that is not given.
fn author(dom: &Dom, id: NodeId) -> Option<String> {
    let part = |name: &str| dom.child(id, name).map(|part| dom.text_content(part)).filter(|part| !part.is_empty());
    let names: Vec<String> = ["first-name", "middle-name", "last-name"].into_iter().filter_map(part).collect();
    let name = if names.is_empty() { part("nickname")? } else { names.join(" ") };
    metadata_field::value(&name)
}

fn series(dom: &Dom, id: NodeId) -> Option<Series> {
    let name = metadata_field::value(dom.attribute(id, "name")?)?;
    Some(Series { name, position: dom.attribute(id, "number").and_then(metadata_field::value) })
}

fn add_identifier(metadata: &mut Metadata, scheme: &str, value: Option<String>) {
    let value = value.map(|value| Identifier { scheme: scheme.to_owned(), value });
    metadata.identifiers.extend(value.filter(|_| metadata.identifiers.len() < metadata_field::MAX_VALUES));
}

/// The reference to the cover.
pub(super) fn cover(dom: &Dom) -> Option<&str> {
    let page = dom.find(Dom::DOCUMENT, "coverpage")?;
    dom.local_attribute(dom.find(page, "image")?, "href")
}
