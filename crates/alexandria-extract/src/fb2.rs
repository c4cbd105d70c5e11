//! FB2: FictionBook 2, as one XML file or in a zip archive.
//!
//! Real files have wrong declarations of their encoding and errors in their markup, so both are read as leniently as in an
//! EPUB. Not read: pictures outside the file.

mod binary;
mod body;
mod metadata;

use std::io::{Read, Seek};

use crate::archive::Archive;
use crate::document::{Converted, Document};
use crate::dom::{Dom, parse_xml};
use crate::encoding::decode_markup;
use crate::error::{Defect, ExtractError, LimitKind};
use crate::limits::Guard;
use crate::picture::{Stored, StoredPictures};
use body::Body;

/// The extension of a book inside an archive.
const EXTENSION: &str = ".fb2";

/// Whether a file of an archive is a book.
pub(crate) fn is_book(name: &str) -> bool {
    name.len() > EXTENSION.len() && name.to_ascii_lowercase().ends_with(EXTENSION)
}

/// Opens a book.
pub(crate) fn open<'s, R: Read + Seek + Send + 's>(mut source: R, guard: &Guard) -> Result<Document<'s>, ExtractError> {
    let mut start = [0; 2];
    source.rewind()?;
    let is_archive = source.read(&mut start)? == start.len() && &start == b"PK";
    source.rewind()?;
    let bytes = if is_archive { unpack(source, guard)? } else { read_all(source, guard)? };
    // Pictures take most of a file, and are no markup.
    let (markup, binaries) = binary::separate(&bytes, guard)?;
    drop(bytes);
    let dom = parse_xml(&decode_markup(&markup), guard)?;
    drop(markup);
    if dom.find(Dom::DOCUMENT, "fictionbook").is_none() && dom.find(Dom::DOCUMENT, "body").is_none() {
        return Err(ExtractError::malformed(Defect::OtherContent));
    }
    let metadata = metadata::read(&dom, guard);
    let mut body = Body::new(&binaries, guard);
    body.convert(&dom)?;
    let cover = metadata::cover(&dom).and_then(|id| binaries.number_of(id));
    let converted = Converted {
        markup: body.finish(),
        metadata,
        cover,
        is_cover_declared: true,
        pictures: Box::new(StoredPictures(binaries.into_contents().into_iter().map(Stored::Base64).collect())),
    };
    Document::of_converted(converted, guard)
}

fn read_all<R: Read>(source: R, guard: &Guard) -> Result<Vec<u8>, ExtractError> {
    guard.read(source, LimitKind::EntryBytes, guard.limits.entry_bytes)
}

/// The book in an archive: the first, if there are several.
fn unpack<R: Read + Seek>(source: R, guard: &Guard) -> Result<Vec<u8>, ExtractError> {
    let mut archive = Archive::open(source, guard)?;
    archive.reject_repeated_names()?;
    let name = archive.names().find(|name| is_book(name)).map(str::to_owned);
    let name = name.ok_or(ExtractError::malformed(Defect::NoDocument))?;
    archive.read(&name, LimitKind::EntryBytes, guard.limits.entry_bytes, guard)
}
