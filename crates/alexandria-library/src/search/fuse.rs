//! Fusion of the exact (BM25) and the semantic (cosine) ranking.
//!
//! A weighted sum of each ranking's scores, scaled to its own best and worst candidate (Bruch, Gai and Ingber, "An
//! Analysis of Fusion Functions for Hybrid Retrieval", 2023). On Cranfield it is better than reciprocal rank fusion, which
//! discards the distances; `cargo xtask bench eval` prints the figures, `docs/adr/0006-hybrid-fusion.md` has the decision.

use std::collections::HashMap;

use alexandria_domain::PassageId;
use alexandria_index::Neighbour;
use alexandria_store::ExactHit;

use super::ranking::{RankedPassage, Scores, best_first};

/// Maximum candidates of each ranking.
pub(super) const MAX_CANDIDATES: usize = 200;

/// Weight of the semantic score in the fused one; the rest is that of the exact score.
const SEMANTIC_WEIGHT: f64 = 0.6;

/// The candidates of both rankings, best first; equal ones in reading order.
pub(super) fn fuse(exact: &[ExactHit], semantic: &[Neighbour]) -> Vec<RankedPassage> {
    let mut all: HashMap<PassageId, Scores> = HashMap::with_capacity(exact.len() + semantic.len());
    for (hit, scaled) in exact.iter().zip(scaled(exact.iter().map(|hit| hit.score))) {
        let scores = all.entry(hit.passage).or_default();
        scores.exact = Some(hit.score);
        scores.fused += (1.0 - SEMANTIC_WEIGHT) * scaled;
    }
    let similarities = semantic.iter().map(|neighbour| f64::from(neighbour.similarity));
    for (neighbour, scaled) in semantic.iter().zip(scaled(similarities)) {
        let scores = all.entry(neighbour.passage).or_default();
        scores.semantic = Some(f64::from(neighbour.similarity));
        scores.fused += SEMANTIC_WEIGHT * scaled;
    }
    let mut fused: Vec<_> = all.into_iter().map(|(passage, scores)| RankedPassage { passage, scores }).collect();
    best_first(&mut fused);
    fused
}

/// Scores scaled to 0 for the worst and 1 for the best.
fn scaled(scores: impl Iterator<Item = f64> + Clone) -> impl Iterator<Item = f64> {
    let best = scores.clone().fold(f64::NEG_INFINITY, f64::max);
    let worst = scores.clone().fold(f64::INFINITY, f64::min);
    let span = best - worst;
    scores.map(move |score| if span > 0.0 { (score - worst) / span } else { 1.0 })
}
