//! All vectors of the table in memory, quantized.

use std::sync::Arc;
use std::thread;

use alexandria_domain::PassageId;

use super::block::{Block, QuantizedQuery};
use super::filter::PassageFilter;
use super::table::VectorRow;
use super::top_k::{Neighbour, TopK};

/// Vectors for each thread below which another thread does not pay.
const MIN_VECTORS_PER_THREAD: usize = 25_000;

/// A flat index: blocks of vectors, all of which a search compares. Changing it does not copy the vectors, so running
/// queries keep the old blocks.
#[derive(Clone, Debug, Default)]
pub(super) struct FlatIndex {
    blocks: Vec<Arc<Block>>,
}

impl FlatIndex {
    pub(super) fn push(&mut self, block: Block) {
        self.blocks.push(Arc::new(block));
    }

    /// Keeps only the rows whose passages satisfy `keep`.
    pub(super) fn retain(&mut self, keep: impl Fn(i64) -> bool) {
        for block in &mut self.blocks {
            if !block.passages().iter().all(|&passage| keep(passage)) {
                *block = Arc::new(block.retained(&keep));
            }
        }
        self.blocks.retain(|block| !block.passages().is_empty());
    }

    /// Memory it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.blocks.iter().map(|block| block.bytes()).sum()
    }

    /// The decoded vectors of `passages`, which are sorted.
    pub(super) fn vectors(&self, passages: &[i64]) -> Vec<VectorRow> {
        let mut rows = Vec::with_capacity(passages.len());
        for block in &self.blocks {
            block.decode(passages, |passage, vector| {
                rows.push(VectorRow { passage: PassageId::from_i64(passage), vector });
            });
        }
        rows
    }

    /// The nearest passages that pass the filter, on as many cores as pay.
    pub(super) fn nearest(&self, query: &QuantizedQuery, limit: usize, filter: &PassageFilter) -> Vec<Neighbour> {
        let rows: usize = self.blocks.iter().map(|block| block.passages().len()).sum();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads = cores.min(rows / MIN_VECTORS_PER_THREAD).max(1);
        let search = |part: usize| {
            let mut best = TopK::new(limit);
            for block in self.blocks.iter().skip(part).step_by(threads) {
                block.search(query, filter, &mut best);
            }
            best
        };
        let search = &search;
        let best = thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|part| scope.spawn(move || search(part))).collect();
            let mut best = search(0);
            for other in others {
                best.merge(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            best
        });
        best.into_sorted()
    }
}
