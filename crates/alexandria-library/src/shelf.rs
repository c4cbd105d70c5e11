//! The shelf and the bin: listing, removing, restoring. Deleting for good is in `delete`, and so is what
//! becomes of the bin.

use std::sync::Arc;

use alexandria_crypto::random::RandomError;
use alexandria_domain::op::Membership;
use alexandria_domain::{CodedError, Entity, ErrorCode, Field, Format, Metadata, PublicationId, Value};
use alexandria_index::IndexError;
use alexandria_store::{BlobStoreError, PublicationRecord, StoreError};

use crate::event::Event;
use crate::open::Library;
use crate::status::Searchable;
use crate::worker::{Panicked, blocking};

/// A publication of the library, as shells list it.
#[derive(Clone, Debug)]
pub struct Book {
    /// Its id.
    pub id: PublicationId,
    /// What its file says about it.
    pub metadata: Metadata,
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

/// Why the shelf could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// No such publication.
    #[error("there is no publication with the id {0}; `alexandria list` shows them all")]
    NotFound(String),
    /// An abbreviated id that fits more than one publication.
    #[error("the id {0} fits more than one publication; give more of its digits")]
    Ambiguous(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The encrypted files failed.
    #[error(transparent)]
    Blob(#[from] BlobStoreError),
    /// The vector index failed.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The system gave no random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for ShelfError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::Ambiguous(_) => ErrorCode::InvalidInput,
            Self::Store(error) => error.code(),
            Self::Blob(error) => error.code(),
            Self::Index(error) => error.code(),
            Self::Random(_) => ErrorCode::Io,
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}

impl Library {
    /// All publications on the shelf, or in the bin.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn books(&self, membership: Membership) -> Result<Vec<Book>, ShelfError> {
        let core = Arc::clone(&self.core);
        blocking(move || Ok(core.store.publications(membership)?.into_iter().map(book).collect())).await
    }

    /// The publication with an id that starts with `prefix`, on the shelf or in the bin.
    ///
    /// # Errors
    /// When none or more than one fits.
    pub async fn book(&self, prefix: &str) -> Result<Book, ShelfError> {
        let core = Arc::clone(&self.core);
        let prefix = prefix.to_ascii_lowercase();
        blocking(move || {
            let mut found = core.store.find_publications(&prefix)?;
            match (found.pop(), found.is_empty()) {
                (None, _) => Err(ShelfError::NotFound(prefix)),
                (Some(record), true) => Ok(book(record)),
                (Some(_), false) => Err(ShelfError::Ambiguous(prefix)),
            }
        })
        .await
    }

    /// Puts publications into the bin. They come back whole with [`restore`](Self::restore) for 30 days.
    ///
    /// # Errors
    /// When one of them does not exist (then none is moved) or the database fails.
    pub async fn remove(&self, ids: Vec<PublicationId>) -> Result<(), ShelfError> {
        self.move_to(ids, Membership::Bin).await
    }

    /// Takes publications out of the bin.
    ///
    /// # Errors
    /// As [`remove`](Self::remove).
    pub async fn restore(&self, ids: Vec<PublicationId>) -> Result<(), ShelfError> {
        self.move_to(ids, Membership::Shelf).await?;
        // They may have gone into the bin before they had their vectors.
        self.core.vectors_wanted.notify_one();
        Ok(())
    }

    async fn move_to(&self, ids: Vec<PublicationId>, membership: Membership) -> Result<(), ShelfError> {
        let core = Arc::clone(&self.core);
        blocking(move || {
            let mut ops = Vec::with_capacity(ids.len());
            for id in ids {
                core.store.publication(&id)?.ok_or_else(|| ShelfError::NotFound(id.to_string()))?;
                let value = Value::Membership(membership);
                ops.push(core.changes.op(Entity::Publication(id), Field::Membership, value)?);
            }
            core.store.apply(&ops)?;
            core.tell(Event::Changed);
            Ok(())
        })
        .await
    }
}

fn book(record: PublicationRecord) -> Book {
    Book {
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
        metadata: record.metadata,
    }
}
