//! The shelf and the bin: listing, removing, restoring, deleting for good.

use std::sync::Arc;

use alexandria_crypto::random::RandomError;
use alexandria_domain::op::Membership;
use alexandria_domain::{Entity, ErrorCode, Field, Format, Metadata, PublicationId, Value};
use alexandria_index::IndexError;
use alexandria_store::{BlobStoreError, PublicationRecord, StoreError};

use crate::event::Event;
use crate::open::{Core, Library};
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

impl ShelfError {
    /// The code shells branch on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
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

/// How long the bin keeps a publication.
const BIN_MILLIS: u64 = 30 * 24 * 60 * 60 * 1000;

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
        self.move_to(ids, Membership::Shelf).await
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

    /// Deletes publications for good: text, file and vectors. Nothing of them can be read from disk afterwards.
    ///
    /// # Errors
    /// When an engine fails; a second call finishes what the first began.
    pub async fn delete(&self, ids: Vec<PublicationId>) -> Result<(), ShelfError> {
        let _no_import = self.core.importing.lock().await;
        let _no_embedding = self.core.embedding.lock().await;
        let core = Arc::clone(&self.core);
        let wanted = ids.clone();
        let rows: Vec<i64> = blocking(move || {
            let records = wanted.iter().map(|id| core.store.publication(id)).collect::<Result<Vec<_>, _>>()?;
            Ok::<_, ShelfError>(records.into_iter().flatten().map(|record| record.row).collect())
        })
        .await?;
        let index = self.core.index().await?;
        index.remove_publications(&rows).await?;
        index.compact().await?;
        let core = Arc::clone(&self.core);
        blocking(move || {
            ids.iter().try_for_each(|id| delete_one(&core, id))?;
            // Until now the terms of the deleted text stood in the encrypted full-text index.
            Ok::<_, ShelfError>(core.store.maintenance()?)
        })
        .await?;
        self.core.tell(Event::Changed);
        Ok(())
    }

    /// Deletes for good what has been in the bin for 30 days at wall time `now_ms`. Returns how many.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub async fn empty_old_bin(&self, now_ms: u64) -> Result<usize, ShelfError> {
        let core = Arc::clone(&self.core);
        let old: Vec<PublicationId> = blocking(move || {
            let binned = core.store.publications(Membership::Bin)?;
            let old = |record: &PublicationRecord| record.moved_ms.saturating_add(BIN_MILLIS) <= now_ms;
            Ok::<_, ShelfError>(binned.into_iter().filter(old).map(|record| record.id).collect())
        })
        .await?;
        let count = old.len();
        if count > 0 {
            self.delete(old).await?;
        }
        Ok(count)
    }
}

/// Deletes text and file. The membership op stays, so that no other device brings the publication back.
fn delete_one(core: &Core, id: &PublicationId) -> Result<(), ShelfError> {
    let gone = Value::Membership(Membership::Gone);
    core.store.apply(&[core.changes.op(Entity::Publication(*id), Field::Membership, gone)?])?;
    core.open_books.forget(id);
    core.store.purge(id)?;
    core.blobs.remove(id)?;
    tracing::info!(publication = %id, "publication deleted");
    Ok(())
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
