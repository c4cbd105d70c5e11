//! DOCX: WordprocessingML in an Office Open XML package (ECMA-376 parts 1 and 2), transitional or strict, with macros or
//! without.
//!
//! Not read, on purpose: whatever is outside the package (linked pictures, templates, DDE and other field codes), macros and
//! embedded objects, deleted and hidden text, comments, headers and footers.

mod body;
mod inline;
mod math;
mod note;
mod numbering;
mod package;
mod paragraph;
mod properties;
mod run;
mod scope;
mod styles;
mod table;
mod toggles;

use std::io::{Read, Seek};

use crate::archive::Archive;
use crate::document::{Converted, Document};
use crate::error::{Defect, ExtractError};
use crate::limits::Guard;
use crate::picture::ArchivePictures;
use body::{Body, Context};
use numbering::Numbering;
use package::Package;
use styles::Styles;

/// The word in the media type of a package's document.
const CONTENT_TYPE: &str = "wordprocessingml";
/// The same in files with macros.
const MACRO_CONTENT_TYPE: &str = "application/vnd.ms-word.";

/// Whether the list of media types of a package (`[Content_Types].xml`) is that of a text document.
pub(crate) fn is_text_document(content_types: &str) -> bool {
    content_types.contains(CONTENT_TYPE) || content_types.contains(MACRO_CONTENT_TYPE)
}

/// Opens a document.
pub(crate) fn open<'s, R: Read + Seek + Send + 's>(source: R, guard: &Guard) -> Result<Document<'s>, ExtractError> {
    let archive = Archive::open(source, guard)?;
    archive.reject_repeated_names()?;
    let mut package = Package::open(archive, guard)?;
    let styles = match package.part("styles", guard)? {
        Some(dom) => Styles::read(&dom, guard)?,
        None => Styles::default(),
    };
    let numbering = match package.part("numbering", guard)? {
        Some(dom) => Numbering::read(&dom, guard)?,
        None => Numbering::default(),
    };
    let mut metadata = properties::read(&mut package, guard)?;
    if metadata.language.is_empty() {
        metadata.language = styles.language().to_owned();
    }
    let footnotes = package.notes("footnotes", guard)?;
    let endnotes = package.notes("endnotes", guard)?;
    let dom = package.document(guard)?.ok_or(ExtractError::malformed(Defect::NoDocument))?;
    let mut body = Body::new(
        Context { styles: &styles, relationships: package.relationships(), language: &metadata.language, guard },
        numbering,
    );
    body.convert(&dom, footnotes.as_ref(), endnotes.as_ref())?;
    let converted = body.finish();
    if metadata.title.is_empty() {
        metadata.title = converted.title;
    }
    Document::of_converted(
        Converted {
            markup: converted.markup,
            metadata,
            cover: converted.cover,
            is_cover_declared: false,
            pictures: Box::new(ArchivePictures { archive: package.into_archive(), names: converted.pictures }),
        },
        guard,
    )
}
