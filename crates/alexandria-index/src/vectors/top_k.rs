//! The best candidates of a search.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use alexandria_domain::PassageId;

/// A passage found, and how near it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// The passage.
    pub passage: PassageId,
    /// Cosine similarity of its vector and the query's, from -1 to 1; exact to about 0.002.
    pub similarity: f32,
}

/// The `limit` candidates of the highest similarity.
pub(super) struct TopK {
    limit: usize,
    /// The worst on top.
    heap: BinaryHeap<Reverse<Candidate>>,
}

#[derive(Clone, Copy, PartialEq)]
struct Candidate {
    similarity: f32,
    passage: i64,
}

impl TopK {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, heap: BinaryHeap::new() }
    }

    /// Inserts a candidate if it is among the best.
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

    /// Inserts another search's candidates.
    pub(super) fn merge(&mut self, other: Self) {
        for Reverse(candidate) in other.heap {
            self.offer(candidate.passage, candidate.similarity);
        }
    }

    /// The candidates, best first; equally similar ones by passage id.
    pub(super) fn into_sorted(self) -> Vec<Neighbour> {
        let neighbour = |Reverse(candidate): Reverse<Candidate>| Neighbour {
            passage: PassageId::from_i64(candidate.passage),
            similarity: candidate.similarity,
        };
        self.heap.into_sorted_vec().into_iter().map(neighbour).collect()
    }
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    /// The better candidate is the greater.
    fn cmp(&self, other: &Self) -> Ordering {
        self.similarity.total_cmp(&other.similarity).then(other.passage.cmp(&self.passage))
    }
}
