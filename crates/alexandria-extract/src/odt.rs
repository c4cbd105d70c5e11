//! ODT: OpenDocument text (ODF 1.3 part 3), as a package or as one flat XML file.
//!
//! Not read, on purpose: whatever is outside the file (linked pictures and sections, DDE), scripts and embedded objects,
//! deleted and hidden text, comments, headers and footers.

mod body;
mod inline;
mod list;
mod metadata;
mod styles;

use std::io::{Read, Seek};

use crate::archive::Archive;
use crate::document::{Converted, Document};
use crate::dom::{Dom, parse_xml};
use crate::encoding::decode_markup;
use crate::error::{Defect, ExtractError, LimitKind, ProtectionScheme};
use crate::limits::Guard;
use crate::picture::{ArchivePictures, PictureSource, StoredPictures};
use body::{Body, Locate};
use styles::Styles;

/// Opens a document.
pub(crate) fn open<'s, R: Read + Seek + Send + 's>(mut source: R, guard: &Guard) -> Result<Document<'s>, ExtractError> {
    let mut start = [0; 2];
    source.rewind()?;
    let is_package = source.read(&mut start)? == start.len() && &start == b"PK";
    source.rewind()?;
    if is_package {
        return open_package(source, guard);
    }
    let bytes = guard.read(source, LimitKind::MarkupBytes, guard.limits.markup_bytes)?;
    let dom = parse_xml(&decode_markup(&bytes), guard)?;
    drop(bytes);
    let mut styles = Styles::default();
    styles.read(&dom, guard)?;
    let pictures = |_: Vec<String>, stored| Box::new(StoredPictures(stored)) as Box<dyn PictureSource + 's>;
    convert(&dom, None, &styles, &|_| None, pictures, guard)
}

fn open_package<'s, R: Read + Seek + Send + 's>(source: R, guard: &Guard) -> Result<Document<'s>, ExtractError> {
    let mut archive = Archive::open(source, guard)?;
    archive.reject_repeated_names()?;
    if let Some(manifest) = part(&mut archive, "META-INF/manifest.xml", guard)?
        && manifest.find(Dom::DOCUMENT, "encryption-data").is_some()
    {
        return Err(ExtractError::Protected { scheme: ProtectionScheme::OpenDocumentPassword });
    }
    let mut styles = Styles::default();
    if let Some(dom) = part(&mut archive, "styles.xml", guard)? {
        styles.read(&dom, guard)?;
    }
    let meta = part(&mut archive, "meta.xml", guard)?;
    let dom = part(&mut archive, "content.xml", guard)?.ok_or(ExtractError::malformed(Defect::NoDocument))?;
    styles.read(&dom, guard)?;
    let names: Vec<String> = archive.names().map(str::to_owned).collect();
    let names: std::collections::HashSet<&str> = names.iter().map(String::as_str).collect();
    let locate = |path: &str| names.get(path).map(|name| (*name).to_owned());
    let pictures = |names, _| Box::new(ArchivePictures { archive, names }) as Box<dyn PictureSource + 's>;
    convert(&dom, meta.as_ref(), &styles, &locate, pictures, guard)
}

/// Converts a document. `meta` is the part with the metadata; without, it is in the document.
fn convert<'s>(
    dom: &Dom,
    meta: Option<&Dom>,
    styles: &Styles,
    locate: Locate<'_>,
    pictures: impl FnOnce(Vec<String>, Vec<crate::picture::Stored>) -> Box<dyn PictureSource + 's>,
    guard: &Guard,
) -> Result<Document<'s>, ExtractError> {
    let mut metadata = metadata::read(meta.unwrap_or(dom), guard);
    if metadata.language.is_empty() {
        metadata.language = styles.language().to_owned();
    }
    let mut body = Body::new(styles, &metadata.language, locate, guard);
    body.convert(dom)?;
    let converted = body.finish();
    if metadata.title.is_empty() {
        metadata.title = converted.title;
    }
    let pictures = pictures(converted.names, converted.stored);
    let (markup, cover) = (converted.markup, converted.cover);
    Document::of_converted(Converted { markup, metadata, pictures, cover, is_cover_declared: false }, guard)
}

/// Reads a part; `None` if it is missing or damaged.
fn part<R: Read + Seek>(archive: &mut Archive<R>, path: &str, guard: &Guard) -> Result<Option<Dom>, ExtractError> {
    match archive.read_markup(path, guard) {
        Ok(bytes) => parse_xml(&decode_markup(&bytes), guard).map(Some),
        Err(ExtractError::NotFound | ExtractError::Malformed { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
