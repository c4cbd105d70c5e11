//! Searching: from memory if the vectors fit, else from disk.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;

use alexandria_domain::PassageId;
use futures::TryStreamExt;
use lancedb::query::{ExecutableQuery, QueryBase, QueryExecutionOptions, Select};

use super::block::{BYTES_PER_VECTOR, Block, Key};
use super::filter::PassageFilter;
use super::flat::Flat;
use super::table::{PASSAGE, VECTOR, columns_of, passages_of};
use super::{IndexError, PublicationFilter, VectorIndex};
use crate::embed::Embedding;

/// Rows LanceDB hands over at once: some 6 MB.
const ROWS_PER_BATCH: u32 = 8192;

/// A passage found, and how near it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// The passage.
    pub passage: PassageId,
    /// Cosine of the angle between its vector and the query's, from -1 to 1; exact to about 0.002.
    pub similarity: f32,
}

impl VectorIndex {
    /// The `limit` passages nearest to `query` among those of `within`, the nearest first; of equally near ones the first in the
    /// library's order.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn nearest(
        &self,
        query: &Embedding,
        limit: usize,
        within: PublicationFilter<'_>,
    ) -> Result<Vec<Neighbour>, IndexError> {
        let (key, filter) = (Key::of(query), PassageFilter::of(within));
        match self.flat().await? {
            Some(flat) => {
                // Some milliseconds of pure computing, which would hold up every other task of the thread.
                let search = move || flat.nearest(&key, limit, &filter);
                Ok(tokio::task::spawn_blocking(search).await.map_err(stopped)?)
            }
            None => self.nearest_on_disk(&key, limit, &filter).await,
        }
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

    /// The vectors in memory, read if need be; `None` if they would take too much.
    pub(super) async fn flat(&self) -> Result<Option<Arc<Flat>>, IndexError> {
        if let Some(vectors) = self.memory.get() {
            return Ok(Some(vectors));
        }
        // Nobody may write while they are read, or what is written meanwhile would be missing.
        let _writer = self.writer.lock().await;
        if let Some(vectors) = self.memory.get() {
            return Ok(Some(vectors));
        }
        let rows = self.table.count_rows(None).await?;
        if !self.memory.allows(rows.saturating_mul(BYTES_PER_VECTOR)) {
            return Ok(None);
        }
        let mut read = Flat::default();
        self.for_each_block(|block| read.push(block)).await?;
        let vectors = Arc::new(read);
        self.memory.keep(Arc::clone(&vectors));
        Ok(Some(vectors))
    }

    async fn nearest_on_disk(
        &self,
        key: &Key,
        limit: usize,
        filter: &PassageFilter,
    ) -> Result<Vec<Neighbour>, IndexError> {
        let mut best = Best::new(limit);
        self.for_each_block(|block| block.search(key, filter, &mut best)).await?;
        Ok(best.take())
    }

    /// Reads the whole table, a few thousand rows at a time.
    async fn for_each_block(&self, mut take: impl FnMut(Block)) -> Result<(), IndexError> {
        let _files = self.files.read().await;
        let query = self.table.query().select(Select::columns(&[PASSAGE, VECTOR]));
        let mut options = QueryExecutionOptions::default();
        options.max_batch_length = ROWS_PER_BATCH;
        let mut batches = query.execute_with_options(options).await?;
        while let Some(batch) = batches.try_next().await? {
            let encode = move || columns_of(&batch).map(|(passages, numbers)| Block::of(passages, numbers));
            let block = tokio::task::spawn_blocking(encode).await.map_err(stopped)?;
            take(block.ok_or(IndexError::Damaged(None))?);
        }
        Ok(())
    }
}

/// The error of a computation that did not end: the runtime is shutting down.
pub(super) fn stopped(error: tokio::task::JoinError) -> IndexError {
    IndexError::Io(error.into())
}

/// The best candidates so far.
pub(super) struct Best {
    limit: usize,
    /// The worst on top.
    heap: BinaryHeap<Reverse<Candidate>>,
}

#[derive(Clone, Copy, PartialEq)]
struct Candidate {
    similarity: f32,
    passage: i64,
}

impl Best {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, heap: BinaryHeap::new() }
    }

    /// Takes a candidate if it is among the best.
    pub(super) fn offer(&mut self, passage: i64, similarity: f32) {
        let candidate = Candidate { similarity, passage };
        if self.heap.len() < self.limit {
            self.heap.push(Reverse(candidate));
        } else if let Some(mut worst) = self.heap.peek_mut()
            && worst.0 < candidate
        {
            *worst = Reverse(candidate);
        }
    }

    /// Takes another search's candidates.
    pub(super) fn merge(&mut self, other: Self) {
        for Reverse(candidate) in other.heap {
            self.offer(candidate.passage, candidate.similarity);
        }
    }

    /// The candidates, best first.
    pub(super) fn take(&mut self) -> Vec<Neighbour> {
        let sorted = std::mem::take(&mut self.heap).into_sorted_vec();
        let neighbour = |Reverse(found): Reverse<Candidate>| Neighbour {
            passage: PassageId::from_i64(found.passage),
            similarity: found.similarity,
        };
        sorted.into_iter().map(neighbour).collect()
    }
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    /// The better is the greater.
    fn cmp(&self, other: &Self) -> Ordering {
        self.similarity.total_cmp(&other.similarity).then(other.passage.cmp(&self.passage))
    }
}
