//! Listing publications.

use std::sync::Arc;

use alexandria_domain::op::Membership;
use alexandria_domain::{Format, Metadata, PublicationId, ReadingStatus};
use alexandria_store::PublicationRecord;

use super::error::ShelfError;
use super::searchable::Searchable;
use crate::blocking::blocking;
use crate::engines::Engines;

/// A publication of the library, as shells list it: one field for each column they show.
#[derive(Clone, Debug)]
pub struct Book {
    /// Its id.
    pub id: PublicationId,
    /// What its file says about it, with what the reader has changed.
    pub metadata: Metadata,
    /// The title that the reader sorts it by, if it is another.
    pub sort_title: Option<String>,
    /// Whether the reader has changed the metadata.
    pub is_edited: bool,
    /// The reader's stars, 1 to 5; 0 for none.
    pub rating: u8,
    /// The reading status, if the reader has set one.
    pub status: Option<ReadingStatus>,
    /// The format of its file.
    pub format: Format,
    /// Sections in reading order.
    pub sections: u32,
    /// Passages.
    pub passages: u32,
    /// Size of its file in bytes.
    pub bytes: u64,
    /// When it was added, in milliseconds since 1970.
    pub added_ms: u64,
    /// When it was last read on this device, in milliseconds since 1970.
    pub opened_ms: Option<u64>,
    /// How far it was read on this device, 0 to 1.
    pub progression: Option<f64>,
    /// Whether it has a cover.
    pub has_cover: bool,
    /// How it can be searched.
    pub searchable: Searchable,
}

/// All publications on the shelf, or in the bin.
pub(crate) async fn books(engines: &Arc<Engines>, membership: Membership) -> Result<Vec<Book>, ShelfError> {
    let engines = Arc::clone(engines);
    blocking(move || Ok(engines.store.publications(membership)?.into_iter().map(Book::from).collect())).await
}

/// The one publication whose id starts with `prefix`, on the shelf or in the bin.
pub(crate) async fn book(engines: &Arc<Engines>, prefix: &str) -> Result<Book, ShelfError> {
    let engines = Arc::clone(engines);
    let prefix = prefix.to_ascii_lowercase();
    blocking(move || {
        let mut matches = engines.store.find_publications(&prefix)?;
        match (matches.pop(), matches.is_empty()) {
            (None, _) => Err(ShelfError::NotFound(prefix)),
            (Some(record), true) => Ok(record.into()),
            (Some(_), false) => Err(ShelfError::Ambiguous(prefix)),
        }
    })
    .await
}

impl From<PublicationRecord> for Book {
    fn from(record: PublicationRecord) -> Self {
        Self {
            id: record.id,
            searchable: Searchable::of(record.embedded, record.passages),
            format: record.format,
            sections: record.sections,
            passages: record.passages,
            bytes: record.byte_size,
            added_ms: record.added_ms,
            opened_ms: record.opened_ms,
            progression: record.progression,
            has_cover: record.has_cover,
            sort_title: record.sort_title,
            is_edited: record.is_edited,
            rating: record.rating,
            status: record.status,
            metadata: record.metadata,
        }
    }
}
