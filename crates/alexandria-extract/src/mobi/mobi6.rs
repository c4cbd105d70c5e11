//! MOBI 6: one HTML document. Its links are offsets in bytes of the text, and its pictures have numbers.

use std::sync::Arc;

use super::contents;
use super::database::Database;
use super::header::Header;
use super::index::{self, IndexEntry};
use super::pictures::RecordPictures;
use super::references::{anchor, offsets, offsets_and_pictures, with_anchors};
use super::text;
use crate::document::{Converted, Document};
use crate::error::ExtractError;
use crate::limits::Guard;
use crate::publication::Presentation as _;

/// The tag of an entry of the table of contents that has its offset in the text.
const OFFSET: u8 = 1;

/// Opens the book whose header is record 0.
pub(super) fn open(database: Database, header: Header, guard: &Guard) -> Result<Document<'static>, ExtractError> {
    let raw = text::read(&database, 0, &header, guard.limits.markup_bytes, guard)?;
    let index = match header.contents {
        Some(first) => index::read(&database, first, guard)?,
        None => index::Index::default(),
    };
    let mut targets = offsets(&raw);
    targets.extend(index.entries.iter().filter_map(|entry| entry.size(OFFSET, 0)));
    let markup = offsets_and_pictures(&with_anchors(&raw, &targets));
    drop(raw);
    let converted = Converted {
        markup: header.encoding.decode_without_bom_handling(&markup).0.into_owned(),
        metadata: header.exth.metadata,
        pictures: Box::new(RecordPictures { database: Arc::new(database), first: header.resources }),
        cover: header.exth.cover,
        is_cover_declared: header.exth.cover.is_some(),
    };
    drop(markup);
    let document = Document::of_converted(converted, guard)?;
    let target = |entry: &IndexEntry| {
        let fragment = anchor(entry.size(OFFSET, 0)?);
        let href = document.resolve(0, &format!("#{fragment}"))?;
        Some(format!("{}#{fragment}", href.path))
    };
    let toc = contents::tree(&index, header.encoding, &target);
    Ok(if toc.is_empty() { document } else { document.with_contents(toc) })
}
