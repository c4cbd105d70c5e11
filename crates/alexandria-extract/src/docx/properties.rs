//! Metadata of a package: its core properties (ECMA-376 part 2 §11).

use std::io::{Read, Seek};

use alexandria_domain::{Identifier, Metadata};

use super::package::Package;
use crate::dom::Dom;
use crate::error::ExtractError;
use crate::limits::Guard;
use crate::{language, metadata_field};

/// The metadata; the title may be empty.
pub(super) fn read<R: Read + Seek>(package: &mut Package<R>, guard: &Guard) -> Result<Metadata, ExtractError> {
    let mut metadata = Metadata::default();
    let Some(dom) = package.root_part("core-properties", guard)? else { return Ok(metadata) };
    for id in dom.elements(Dom::DOCUMENT) {
        let text = || metadata_field::value(&dom.text_content(id));
        match dom.local(id) {
            "title" => metadata.title = text().unwrap_or_default(),
            "creator" => split(text(), &[';'], &mut metadata.authors),
            "language" => metadata.language = text().and_then(|tag| language::normalise(&tag)).unwrap_or_default(),
            "subject" => split(text(), &[';'], &mut metadata.subjects),
            "keywords" => split(text(), &[';', ','], &mut metadata.subjects),
            "description" => metadata.description = metadata_field::description(&dom.text_content(id), guard),
            "identifier" => {
                let value = text().map(|value| Identifier { scheme: "id".to_owned(), value });
                metadata.identifiers.extend(value);
            }
            _ => {}
        }
        if metadata.identifiers.len() >= metadata_field::MAX_VALUES {
            break;
        }
    }
    Ok(metadata)
}

/// Adds the values of a field that lists several, each once.
fn split(text: Option<String>, separators: &[char], field: &mut Vec<String>) {
    let text = text.unwrap_or_default();
    for value in text.split(separators).filter_map(metadata_field::value) {
        if !field.contains(&value) {
            metadata_field::extend(field, std::iter::once(value));
        }
    }
}
