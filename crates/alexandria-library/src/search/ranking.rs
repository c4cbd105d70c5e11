//! Ranked passages, before their text is loaded.

use alexandria_domain::{PassageId, Query};

/// The parts of a hit's score; greater is better.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// BM25 of the words, if it was found by words.
    pub exact: Option<f64>,
    /// Cosine similarity to the query, −1 to 1, if it was found by meaning.
    pub semantic: Option<f64>,
    /// The score that hits are sorted by.
    pub fused: f64,
}

impl Scores {
    pub(super) const fn exact(score: f64) -> Self {
        Self { exact: Some(score), semantic: None, fused: score }
    }

    pub(super) const fn semantic(score: f64) -> Self {
        Self { exact: None, semantic: Some(score), fused: score }
    }
}

/// A passage and its scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RankedPassage {
    pub(super) passage: PassageId,
    pub(super) scores: Scores,
}

/// Sorts by the fused score, equal ones in reading order.
pub(super) fn best_first(ranked: &mut [RankedPassage]) {
    ranked.sort_by(|a, b| b.scores.fused.total_cmp(&a.scores.fused).then(a.passage.cmp(&b.passage)));
}

/// A page of a ranking.
pub(super) struct Ranking {
    /// See [`Results::total`](super::Results::total).
    pub(super) total: u64,
    pub(super) relaxed: bool,
    pub(super) unused_words: Vec<String>,
    /// Best first.
    pub(super) page: Vec<RankedPassage>,
    /// The query whose words are marked in the hits.
    pub(super) words: Query,
}

impl Ranking {
    /// A page of a complete ranking.
    pub(super) fn page_of(ranked: Vec<RankedPassage>, words: Query, limit: usize, offset: usize) -> Self {
        Self {
            total: ranked.len() as u64,
            relaxed: false,
            unused_words: Vec::new(),
            page: ranked.into_iter().skip(offset).take(limit).collect(),
            words,
        }
    }
}
