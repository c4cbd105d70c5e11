//! Opening a publication, and its pages, resources and cover.

use std::sync::Arc;

use alexandria_domain::{Locator, PublicationId, SectionExtent, TocEntry};
use alexandria_extract::{Page, Resource};

use super::error::ReadError;
use super::open_books::OpenBooks;
use super::position::position;
use crate::blocking::blocking;
use crate::engines::Engines;

/// Longest side of a cover's thumbnail, in pixels.
const MAX_THUMBNAIL_PIXELS: u32 = 400;

/// A publication, opened for reading.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Its id.
    pub id: PublicationId,
    /// Its title.
    pub title: String,
    /// Its authors.
    pub authors: Vec<String>,
    /// BCP 47 tag of its language; empty when unknown.
    pub language: String,
    /// Pages turn from right to left.
    pub right_to_left: bool,
    /// Its sections in reading order.
    pub sections: Vec<ReadingSection>,
    /// Its table of contents.
    pub toc: Vec<TocEntry>,
    /// The reader's position in it.
    pub position: Option<Locator>,
}

/// A section of a publication.
#[derive(Clone, Debug)]
pub struct ReadingSection {
    /// Its address and extent.
    pub extent: SectionExtent,
    /// Its heading.
    pub title: Option<String>,
    /// Whether it is part of the reading order; notes and other auxiliary content are not.
    pub linear: bool,
}

/// Opens a publication for reading.
pub(crate) async fn open(engines: &Arc<Engines>, id: PublicationId) -> Result<Reading, ReadError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let record = engines.store.publication(&id)?.ok_or(ReadError::NoPublication)?;
        let sections = engines.store.sections(record.row)?.into_iter().map(|section| ReadingSection {
            extent: section.place,
            title: section.title,
            linear: section.linear,
        });
        Ok(Reading {
            id,
            title: record.metadata.title,
            authors: record.metadata.authors,
            language: record.metadata.language,
            right_to_left: record.metadata.right_to_left,
            sections: sections.collect(),
            toc: engines.store.toc(record.row)?.ok_or(ReadError::NoPublication)?,
            position: position(&engines, id)?,
        })
    })
    .await
}

/// The sanitised page of a section, with its resources under `base_url`.
pub(crate) async fn page(
    engines: &Arc<Engines>,
    open_books: &Arc<OpenBooks>,
    id: PublicationId,
    href: &str,
    base_url: &str,
) -> Result<Page, ReadError> {
    let (engines, open_books) = (Arc::clone(engines), Arc::clone(open_books));
    let (href, base_url) = (href.to_owned(), base_url.to_owned());
    blocking(move || open_books.with(&engines, id, |book| Ok(book.section_page(&href, &base_url)?))).await
}

/// An image, style sheet, font or other resource of a publication.
pub(crate) async fn resource(
    engines: &Arc<Engines>,
    open_books: &Arc<OpenBooks>,
    id: PublicationId,
    href: &str,
) -> Result<Arc<Resource>, ReadError> {
    let (engines, open_books) = (Arc::clone(engines), Arc::clone(open_books));
    let href = href.to_owned();
    blocking(move || open_books.resource(&engines, id, &href)).await
}

/// The cover image as it is in the file.
pub(crate) async fn cover(
    engines: &Arc<Engines>,
    open_books: &Arc<OpenBooks>,
    id: PublicationId,
) -> Result<Resource, ReadError> {
    let (engines, open_books) = (Arc::clone(engines), Arc::clone(open_books));
    blocking(move || {
        let cover = open_books.once(&engines, id, |book| Ok(book.cover()?))?.ok_or(ReadError::NoResource)?;
        Ok(Resource { media_type: cover.media_type, bytes: cover.bytes })
    })
    .await
}

/// A small JPEG of the cover, made once and stored.
pub(crate) async fn thumbnail(
    engines: &Arc<Engines>,
    open_books: &Arc<OpenBooks>,
    id: PublicationId,
) -> Result<Vec<u8>, ReadError> {
    let (engines, open_books) = (Arc::clone(engines), Arc::clone(open_books));
    blocking(move || {
        let row = engines.store.publication(&id)?.ok_or(ReadError::NoPublication)?.row;
        if let Some(bytes) = engines.store.thumbnail(row)? {
            return Ok(bytes);
        }
        let cover = open_books.once(&engines, id, |book| Ok(book.cover()?))?.ok_or(ReadError::NoResource)?;
        let bytes = alexandria_extract::thumbnail(&cover, MAX_THUMBNAIL_PIXELS)?;
        engines.store.set_thumbnail(row, &bytes)?;
        Ok(bytes)
    })
    .await
}
