//! Searching: in memory if the vectors fit, else on disk.

use std::sync::Arc;

use alexandria_domain::PassageId;
use futures::TryStreamExt;
use lancedb::query::{ExecutableQuery, QueryBase, QueryExecutionOptions, Select};

use super::block::{BYTES_PER_VECTOR, Block, QuantizedQuery};
use super::error::{IndexError, task_failed};
use super::filter::{PassageFilter, PublicationFilter};
use super::flat::FlatIndex;
use super::index::VectorIndex;
use super::table::{Columns, PASSAGE, VECTOR, VectorRow, passages_of};
use super::top_k::{Neighbour, TopK};
use crate::embed::Embedding;

/// Rows LanceDB returns at once: some 6 MB.
const ROWS_PER_BATCH: u32 = 8192;

impl VectorIndex {
    /// The `limit` passages nearest to `query` among those of the publications that pass `filter`, nearest first; equally
    /// near ones in the library's order.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn nearest(
        &self,
        query: &Embedding,
        limit: usize,
        filter: PublicationFilter<'_>,
    ) -> Result<Vec<Neighbour>, IndexError> {
        let (query, filter) = (QuantizedQuery::of(query), PassageFilter::of(filter));
        match self.flat().await? {
            Some(flat) => {
                // Some milliseconds of computation, which would block the async runtime's thread.
                let search = move || flat.nearest(&query, limit, &filter);
                Ok(tokio::task::spawn_blocking(search).await.map_err(task_failed)?)
            }
            None => self.nearest_on_disk(&query, limit, &filter).await,
        }
    }

    /// The rows of those of `passages` that have a vector, in no order; exact to the eight bits of a block. Empty if the
    /// vectors do not fit in memory: reading the complete table would cost more than a few vectors are worth to a caller.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn vectors(&self, passages: &[PassageId]) -> Result<Vec<VectorRow>, IndexError> {
        let Some(flat) = self.flat().await? else { return Ok(Vec::new()) };
        let mut passages: Vec<i64> = passages.iter().map(|passage| passage.to_i64()).collect();
        passages.sort_unstable();
        passages.dedup();
        let decode = move || flat.vectors(&passages);
        tokio::task::spawn_blocking(decode).await.map_err(task_failed)
    }

    /// Reads the vectors into memory, so that the next query does not have to.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn warm_up(&self) -> Result<(), IndexError> {
        self.flat().await.map(drop)
    }

    /// Every passage that has a vector, in the library's order; twice if it was added twice.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn passages(&self) -> Result<Vec<PassageId>, IndexError> {
        let _files = self.files.read().await;
        let mut batches = self.table.query().select(Select::columns(&[PASSAGE])).execute().await?;
        let mut passages = Vec::new();
        while let Some(batch) = batches.try_next().await? {
            let ids = passages_of(&batch).ok_or(IndexError::Damaged(None))?;
            passages.extend(ids.iter().map(|id| PassageId::from_i64(*id)));
        }
        passages.sort_unstable();
        Ok(passages)
    }

    /// The vectors in memory, read if necessary; `None` if they exceed the memory limit.
    async fn flat(&self) -> Result<Option<Arc<FlatIndex>>, IndexError> {
        if let Some(vectors) = self.cache.get() {
            return Ok(Some(vectors));
        }
        // Excludes writers, whose rows would otherwise be missing in what is read.
        let _writer = self.writer.lock().await;
        if let Some(vectors) = self.cache.get() {
            return Ok(Some(vectors));
        }
        let rows = self.table.count_rows(None).await?;
        if !self.cache.allows(rows.saturating_mul(BYTES_PER_VECTOR)) {
            return Ok(None);
        }
        let mut read = FlatIndex::default();
        self.for_each_block(|block| read.push(block)).await?;
        let vectors = Arc::new(read);
        self.cache.set(Arc::clone(&vectors));
        Ok(Some(vectors))
    }

    async fn nearest_on_disk(
        &self,
        query: &QuantizedQuery,
        limit: usize,
        filter: &PassageFilter,
    ) -> Result<Vec<Neighbour>, IndexError> {
        let mut best = TopK::new(limit);
        self.for_each_block(|block| block.search(query, filter, &mut best)).await?;
        Ok(best.into_sorted())
    }

    /// Reads the complete table, a few thousand rows at a time.
    async fn for_each_block(&self, mut visit: impl FnMut(Block)) -> Result<(), IndexError> {
        let _files = self.files.read().await;
        let query = self.table.query().select(Select::columns(&[PASSAGE, VECTOR]));
        let mut options = QueryExecutionOptions::default();
        options.max_batch_length = ROWS_PER_BATCH;
        let mut batches = query.execute_with_options(options).await?;
        while let Some(batch) = batches.try_next().await? {
            let encode = move || Columns::of(&batch).map(|columns| Block::of(&columns));
            let block = tokio::task::spawn_blocking(encode).await.map_err(task_failed)?;
            visit(block.ok_or(IndexError::Damaged(None))?);
        }
        Ok(())
    }
}
