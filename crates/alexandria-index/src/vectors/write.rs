//! Adding and removing vectors. When a call returns, the disk has it; a call that is cut short changes nothing.

use alexandria_domain::PassageId;

use super::block::Block;
use super::table::{PASSAGE, batch_of, columns_of};
use super::{IndexError, VectorIndex, VectorRow};

/// Ranges removed in one commit. It bounds the length of the expression LanceDB has to parse.
const RANGES_PER_COMMIT: usize = 100;

impl VectorIndex {
    /// Adds rows in one commit: all of them or none. Some hundred at a time keep both the number of files and the
    /// repetition after a crash small. A passage must not be there yet; after a crash between this and whatever records
    /// it, [`remove_ranges`](Self::remove_ranges) first.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn add(&self, rows: &[VectorRow]) -> Result<(), IndexError> {
        if rows.is_empty() {
            return Ok(());
        }
        let batch = batch_of(rows)?;
        let block = columns_of(&batch).map(|(passages, numbers)| Block::of(passages, numbers));
        let block = block.ok_or(IndexError::InvalidInput("rows that do not fit its table"))?;
        let _writer = self.writer.lock().await;
        let pending = self.memory.pending();
        self.table.add(batch).execute().await?;
        pending.done(|vectors| vectors.push(block));
        Ok(())
    }

    /// Removes the passages of these ranges, both ends included. What was removed is found no more, but stays in the files
    /// until [`compact`](Self::compact) and [`prune`](Self::prune).
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn remove_ranges(&self, ranges: &[(PassageId, PassageId)]) -> Result<(), IndexError> {
        for ranges in ranges.chunks(RANGES_PER_COMMIT) {
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

    async fn remove(&self, ranges: &[(PassageId, PassageId)]) -> Result<(), IndexError> {
        let condition: Vec<_> = ranges
            .iter()
            .map(|(first, last)| format!("({PASSAGE} >= {} AND {PASSAGE} <= {})", first.to_i64(), last.to_i64()))
            .collect();
        let _writer = self.writer.lock().await;
        let pending = self.memory.pending();
        self.table.delete(condition.join(" OR ").as_str()).await?;
        let removed =
            |passage| ranges.iter().any(|(first, last)| first.to_i64() <= passage && passage <= last.to_i64());
        pending.done(|vectors| vectors.retain(|passage| !removed(passage)));
        Ok(())
    }
}
