//! Exact search: passages by their words, ranked by BM25.

mod any;
mod exact;
mod expression;
mod ranges;
mod scoring;
mod select;
mod set_search;
mod term_index;
#[cfg(test)]
mod tests;

pub use select::Selection;

use alexandria_domain::PassageId;

/// Publications a search is limited to, besides the query's own filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Their rows; `None` for every publication on the shelf. Passages of the bin are never found.
    pub publications: Option<Vec<i64>>,
}

/// A passage that matches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExactHit {
    /// The passage.
    pub passage: PassageId,
    /// Its BM25 score; greater is better. Comparable only within one search.
    pub score: f64,
}

/// A page of matching passages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExactHits {
    /// Number of all matching passages.
    pub total: u64,
    /// The requested page, best first.
    pub hits: Vec<ExactHit>,
}
