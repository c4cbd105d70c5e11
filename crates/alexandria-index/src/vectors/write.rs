//! Adding and removing vectors. When a call returns, the change is durable; an interrupted call changes nothing.

use std::ops::RangeInclusive;

use alexandria_domain::PassageId;

use super::block::Block;
use super::error::IndexError;
use super::index::VectorIndex;
use super::table::{Columns, PASSAGE, VectorRow, batch_of};

/// Ranges removed in one commit. Bounds the length of the expression that LanceDB has to parse.
const MAX_RANGES_PER_COMMIT: usize = 100;

impl VectorIndex {
    /// Adds rows in one commit: all of them or none. A few hundred at a time keep both the number of files and the work
    /// lost in a crash small. A passage must not be in the table yet: after a crash between this call and the caller's own
    /// record of it, call [`remove_ranges`](Self::remove_ranges) first.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn add(&self, rows: &[VectorRow]) -> Result<(), IndexError> {
        if rows.is_empty() {
            return Ok(());
        }
        let batch = batch_of(rows)?;
        let columns = Columns::of(&batch).ok_or(IndexError::InvalidInput("rows of another schema"))?;
        let block = Block::of(&columns);
        let _writer = self.writer.lock().await;
        let change = self.cache.begin_change();
        self.table.add(batch).execute().await?;
        change.commit(|vectors| vectors.push(block));
        Ok(())
    }

    /// Removes the passages of these ranges. They are no longer found, but remain in the files until
    /// [`compact`](Self::compact) and [`prune`](Self::prune).
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn remove_ranges(&self, ranges: &[RangeInclusive<PassageId>]) -> Result<(), IndexError> {
        for ranges in ranges.chunks(MAX_RANGES_PER_COMMIT) {
            self.remove(ranges).await?;
        }
        Ok(())
    }

    /// Removes all passages of these publications, given by their database rows, as
    /// [`remove_ranges`](Self::remove_ranges) does.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn remove_publications(&self, publications: &[i64]) -> Result<(), IndexError> {
        let ranges: Vec<_> = publications.iter().map(|&row| PassageId::range_of(row)).collect();
        self.remove_ranges(&ranges).await
    }

    async fn remove(&self, ranges: &[RangeInclusive<PassageId>]) -> Result<(), IndexError> {
        let condition: Vec<_> = ranges
            .iter()
            .map(|range| {
                let (first, last) = (range.start().to_i64(), range.end().to_i64());
                format!("({PASSAGE} >= {first} AND {PASSAGE} <= {last})")
            })
            .collect();
        let _writer = self.writer.lock().await;
        let change = self.cache.begin_change();
        self.table.delete(condition.join(" OR ").as_str()).await?;
        let is_removed = |passage| ranges.iter().any(|range| range.contains(&PassageId::from_i64(passage)));
        change.commit(|vectors| vectors.retain(|passage| !is_removed(passage)));
        Ok(())
    }
}
