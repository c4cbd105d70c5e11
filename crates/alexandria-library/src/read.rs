//! Reading: pages and resources of a publication, decrypted as they are asked for; places and positions.

mod books;
mod place;

use std::sync::Arc;

use alexandria_crypto::random::RandomError;
use alexandria_domain::{CodedError, Entity, ErrorCode, Field, Locator, PublicationId, SectionExtent, TocEntry, Value};
use alexandria_extract::{ExtractError, ThumbnailError};
pub use alexandria_extract::{Page, Resource};
use alexandria_store::{BlobStoreError, StoreError};

pub(crate) use self::books::OpenBooks;
pub use self::place::Resolved;
use crate::event::Event;
use crate::open::{Core, Library};
use crate::worker::{Panicked, blocking};

/// Widest side of a cover's thumbnail, in pixels.
const THUMBNAIL_PIXELS: u32 = 400;

/// A publication as the reader needs it.
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
    /// Its sections in reading order, each with its heading and whether it belongs to the running text.
    pub sections: Vec<(SectionExtent, Option<String>, bool)>,
    /// Its table of contents.
    pub toc: Vec<TocEntry>,
    /// Where it was left on this device.
    pub position: Option<Locator>,
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No such publication.
    #[error("there is no such publication")]
    NoPublication,
    /// No such thing in the publication.
    #[error("there is nothing at this address in the publication")]
    NoResource,
    /// The words of a locator are not in the publication.
    #[error("the quoted words are not in this publication")]
    NoPlace,
    /// The publication's file cannot be read.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The encrypted file is missing or cannot be opened.
    #[error(transparent)]
    BlobStore(#[from] BlobStoreError),
    /// The cover is not an image that can be shown.
    #[error(transparent)]
    Thumbnail(#[from] ThumbnailError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gave no random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for ReadError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoPublication | Self::NoResource | Self::NoPlace => ErrorCode::NotFound,
            Self::Extract(error) => error.code(),
            Self::BlobStore(error) => error.code(),
            Self::Thumbnail(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Random(_) => ErrorCode::Io,
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}

impl Library {
    /// Opens a publication for reading.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub async fn open_publication(&self, id: PublicationId) -> Result<Reading, ReadError> {
        let core = Arc::clone(&self.core);
        blocking(move || {
            let record = core.store.publication(&id)?.ok_or(ReadError::NoPublication)?;
            let sections = core.store.sections(record.row)?;
            Ok(Reading {
                id,
                title: record.metadata.title,
                authors: record.metadata.authors,
                language: record.metadata.language,
                right_to_left: record.metadata.right_to_left,
                sections: sections.into_iter().map(|section| (section.place, section.title, section.linear)).collect(),
                toc: core.store.toc(record.row)?,
                position: position(&core, id)?,
            })
        })
        .await
    }

    /// The page of a section, sanitised: no script, no way to the network, resources under `base_url`.
    ///
    /// # Errors
    /// When there is no such section, or the file cannot be read.
    pub async fn page(&self, id: PublicationId, href: &str, base_url: &str) -> Result<Page, ReadError> {
        let core = Arc::clone(&self.core);
        let (href, base_url) = (href.to_owned(), base_url.to_owned());
        blocking(move || core.open_books.with(&core, id, |book| Ok(book.section_page(&href, &base_url)?))).await
    }

    /// An image, style sheet, font or other resource of a publication. A large one, of which a player asks for part
    /// after part, is the same in memory until another is asked for.
    ///
    /// # Errors
    /// When there is no such resource, or the file cannot be read.
    pub async fn resource(&self, id: PublicationId, href: &str) -> Result<Arc<Resource>, ReadError> {
        let core = Arc::clone(&self.core);
        let href = href.to_owned();
        blocking(move || core.open_books.resource(&core, id, &href)).await
    }

    /// The cover as it stands in the file.
    ///
    /// # Errors
    /// When there is none, or the file cannot be read.
    pub async fn cover(&self, id: PublicationId) -> Result<Resource, ReadError> {
        let core = Arc::clone(&self.core);
        blocking(move || {
            let cover = core.open_books.once(&core, id, |book| Ok(book.cover()?))?.ok_or(ReadError::NoResource)?;
            Ok(Resource { media_type: cover.media_type, bytes: cover.bytes })
        })
        .await
    }

    /// A small JPEG of the cover, made once and kept.
    ///
    /// # Errors
    /// When there is no cover, or it is not an image that can be shown.
    pub async fn thumbnail(&self, id: PublicationId) -> Result<Vec<u8>, ReadError> {
        let core = Arc::clone(&self.core);
        blocking(move || {
            let row = core.store.publication(&id)?.ok_or(ReadError::NoPublication)?.row;
            if let Some(bytes) = core.store.thumbnail(row)? {
                return Ok(bytes);
            }
            let cover = core.open_books.once(&core, id, |book| Ok(book.cover()?))?.ok_or(ReadError::NoResource)?;
            let bytes = alexandria_extract::thumbnail(&cover, THUMBNAIL_PIXELS)?;
            core.store.set_thumbnail(row, &bytes)?;
            Ok(bytes)
        })
        .await
    }

    /// Remembers where the reader is in a publication on this device.
    ///
    /// # Errors
    /// When there is no such publication, or the database fails.
    pub async fn save_position(&self, id: PublicationId, place: Locator) -> Result<(), ReadError> {
        let core = Arc::clone(&self.core);
        blocking(move || {
            core.store.publication(&id)?.ok_or(ReadError::NoPublication)?;
            let field = Field::Position(core.changes.device());
            let op = core.changes.op(Entity::Publication(id), field, Value::Place(Box::new(place)))?;
            core.store.apply(&[op])?;
            core.tell(Event::Changed);
            Ok(())
        })
        .await
    }

    /// Finds the words of a locator in the stored text.
    ///
    /// # Errors
    /// When the section or the words are not there.
    pub async fn resolve(&self, id: PublicationId, locator: Locator) -> Result<Resolved, ReadError> {
        let core = Arc::clone(&self.core);
        blocking(move || place::resolve(&core.store, &id, &locator)).await
    }
}

/// Where the reader is: the place on this device, or else the newest on any.
fn position(core: &Core, id: PublicationId) -> Result<Option<Locator>, StoreError> {
    let field = Field::Position(core.changes.device());
    let mut register = core.store.register(&Entity::Publication(id), &field)?;
    if register.is_none() {
        // Never read here: where another device got to, such as the one that a backup was made on.
        let others = core.store.positions(&id)?.into_iter().map(|(_, register)| register);
        register = others.max_by_key(|register| register.stamp);
    }
    Ok(register.and_then(|register| match register.value {
        Value::Place(place) => Some(*place),
        _ => None,
    }))
}
