//! Exact search: passages by their words, ranked by BM25, with every match counted.

mod any;
mod exact;
mod expression;
mod rows;
#[cfg(test)]
mod tests;

use alexandria_domain::PassageId;

/// Publications a search is limited to, besides the query's own filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Their rows; `None` for the whole shelf. What is not on the shelf is never found.
    pub publications: Option<Vec<i64>>,
}

/// A passage that matches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExactHit {
    /// The passage.
    pub passage: PassageId,
    /// Its BM25 score; greater is better. Comparable within one search.
    pub score: f64,
}

/// A page of matching passages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExactHits {
    /// All passages that match.
    pub total: u64,
    /// The page that was asked for, best first.
    pub hits: Vec<ExactHit>,
}
