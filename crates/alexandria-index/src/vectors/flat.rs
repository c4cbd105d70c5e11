//! All vectors of the table in memory, encoded.

use std::sync::Arc;
use std::thread;

use alexandria_domain::PassageId;

use super::Neighbour;
use super::block::{Block, Key};
use super::filter::PassageFilter;
use super::nearest::Best;
use crate::embed::Embedding;

/// Vectors below which one thread is as quick as two.
const WORTH_A_THREAD: usize = 25_000;

/// Blocks of vectors. Cheap to change without copying the vectors, so queries that run keep the old ones.
#[derive(Clone, Debug, Default)]
pub(super) struct Flat {
    blocks: Vec<Arc<Block>>,
}

impl Flat {
    /// Adds a block.
    pub(super) fn push(&mut self, block: Block) {
        self.blocks.push(Arc::new(block));
    }

    /// Removes the rows whose passages `keep` does not want.
    pub(super) fn retain(&mut self, keep: impl Fn(i64) -> bool) {
        for block in &mut self.blocks {
            if !block.passages().iter().all(|&passage| keep(passage)) {
                *block = Arc::new(block.retained(&keep));
            }
        }
        self.blocks.retain(|block| !block.passages().is_empty());
    }

    /// Bytes it takes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.blocks.iter().map(|block| block.bytes()).sum()
    }

    /// The vectors of the wanted passages, which are in order, decoded.
    pub(super) fn vectors(&self, wanted: &[i64]) -> Vec<(PassageId, Embedding)> {
        let mut found = Vec::with_capacity(wanted.len());
        for block in &self.blocks {
            block.decode(wanted, |passage, vector| found.push((PassageId::from_i64(passage), vector)));
        }
        found
    }

    /// The nearest passages that pass the filter, on as many cores as are worth it.
    pub(super) fn nearest(&self, query: &Key, limit: usize, filter: &PassageFilter) -> Vec<Neighbour> {
        let rows: usize = self.blocks.iter().map(|block| block.passages().len()).sum();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads = cores.min(rows / WORTH_A_THREAD).max(1);
        let search = |part: usize| {
            let mut best = Best::new(limit);
            for block in self.blocks.iter().skip(part).step_by(threads) {
                block.search(query, filter, &mut best);
            }
            best
        };
        let search = &search;
        let mut best = thread::scope(|helpers| {
            let others: Vec<_> = (1..threads).map(|part| helpers.spawn(move || search(part))).collect();
            let mut best = search(0);
            for other in others {
                best.merge(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            best
        });
        best.take()
    }
}
