//! The state of embedding: how many passages of each publication have durable vectors in the vector index.

use alexandria_domain::PublicationId;
use rusqlite::Row;

use crate::error::StoreError;
use crate::number::unsigned;
use crate::store::Store;

/// A publication on the shelf that has passages without vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Its row.
    pub row: i64,
    /// Its id.
    pub id: PublicationId,
    /// Passages with vectors: those with a lower ordinal.
    pub embedded: u32,
    /// All its passages.
    pub passages: u32,
}

/// How far a publication is embedded, on the shelf, in the bin or about to be purged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddingMark {
    /// Its row.
    pub row: i64,
    /// Passages with vectors: those with a lower ordinal.
    pub embedded: u32,
    /// All its passages.
    pub passages: u32,
}

/// How many passages of a publication have vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddedCount {
    /// The publication's row.
    pub row: i64,
    /// Passages with vectors: those with a lower ordinal.
    pub embedded: u32,
}

/// The `meta` key of the state of the vector index after the last commit that was recorded here.
const INDEX_RECORD: &str = "vector-index";

/// The library in numbers. The shelf, unless a name says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Publications on the shelf.
    pub publications: u64,
    /// Their sections.
    pub sections: u64,
    /// Their passages.
    pub passages: u64,
    /// Their passages that have vectors.
    pub embedded: u64,
    /// Publications in the bin.
    pub binned: u64,
    /// Passages of shelf and bin that have vectors: what the vector index holds.
    pub embedded_with_bin: u64,
}

impl Totals {
    /// Passages on the shelf that have no vectors yet.
    #[must_use]
    pub const fn not_embedded(&self) -> u64 {
        self.passages.saturating_sub(self.embedded)
    }
}

impl Store {
    /// Publications on the shelf whose passages are not all embedded, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn embedding_backlog(&self) -> Result<Vec<Backlog>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT row, id, embedded, passages FROM publication WHERE state = 0 AND embedded < passages \
                     ORDER BY added_ms, row",
                )?
                .query_map([], |row| {
                    Ok(Backlog {
                        row: row.get(0)?,
                        id: PublicationId::from_bytes(row.get(1)?),
                        embedded: row.get(2)?,
                        passages: row.get(3)?,
                    })
                })?
                .collect()
        })
    }

    /// Records that the first `embedded` passages of a publication have vectors. Nothing happens if it is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub fn mark_embedded(&self, row: i64, embedded: u32) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction
                .prepare_cached("UPDATE publication SET embedded = min(?2, passages) WHERE row = ?1")?
                .execute((row, embedded))?;
            Ok(())
        })
    }

    /// How far every publication is embedded, on the shelf, in the bin or about to be purged, by row.
    ///
    /// # Errors
    /// When the database fails.
    pub fn embedding_marks(&self) -> Result<Vec<EmbeddingMark>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT row, embedded, passages FROM publication ORDER BY row")?
                .query_map([], |row| {
                    Ok(EmbeddingMark { row: row.get(0)?, embedded: row.get(1)?, passages: row.get(2)? })
                })?
                .collect()
        })
    }

    /// The state of the vector index when it was last recorded, in the index's own form.
    ///
    /// # Errors
    /// When the database fails.
    pub fn index_record(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.meta_get(INDEX_RECORD)
    }

    /// Records in one transaction the present state of the vector index and how many passages of these publications have
    /// vectors in it. A publication that is gone is skipped.
    ///
    /// # Errors
    /// When the database fails.
    pub fn record_index(&self, record: &[u8], embedded: &[EmbeddedCount]) -> Result<(), StoreError> {
        self.write(|transaction| {
            for EmbeddedCount { row, embedded } in embedded {
                transaction
                    .prepare_cached("UPDATE publication SET embedded = min(?2, passages) WHERE row = ?1")?
                    .execute((row, embedded))?;
            }
            transaction
                .prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?
                .execute((INDEX_RECORD, record))?;
            Ok(())
        })
    }

    /// Records that no passage has a vector and that there is no vector index: it has to be rebuilt.
    ///
    /// # Errors
    /// When the database fails.
    pub fn reset_index(&self) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("UPDATE publication SET embedded = 0 WHERE embedded <> 0", [])?;
            transaction.execute("DELETE FROM meta WHERE key = ?1", [INDEX_RECORD])?;
            Ok(())
        })
    }

    /// Counts what is in the library.
    ///
    /// # Errors
    /// When the database fails.
    pub fn totals(&self) -> Result<Totals, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT count(*) FILTER (WHERE state = 0), \
                     ifnull(sum(sections) FILTER (WHERE state = 0), 0), \
                     ifnull(sum(passages) FILTER (WHERE state = 0), 0), \
                     ifnull(sum(embedded) FILTER (WHERE state = 0), 0), \
                     count(*) FILTER (WHERE state = 1), \
                     ifnull(sum(embedded) FILTER (WHERE state <> 2), 0) FROM publication",
                )?
                .query_row([], totals_of_row)
        })
    }
}

fn totals_of_row(row: &Row<'_>) -> Result<Totals, rusqlite::Error> {
    Ok(Totals {
        publications: unsigned(row, 0)?,
        sections: unsigned(row, 1)?,
        passages: unsigned(row, 2)?,
        embedded: unsigned(row, 3)?,
        binned: unsigned(row, 4)?,
        embedded_with_bin: unsigned(row, 5)?,
    })
}
