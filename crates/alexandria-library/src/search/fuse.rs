//! Fusing the two rankings: by words (BM25) and by meaning (cosine).
//!
//! A weighted sum of each ranking's scores, scaled to its own best and worst candidate (Bruch, Gai and Ingber, "An
//! Analysis of Fusion Functions for Hybrid Retrieval", 2023). On Cranfield it is better than reciprocal rank fusion, which
//! throws the distances away; `cargo xtask bench eval` prints the figures, `docs/adr/0006-hybrid-fusion.md` the choice.

use std::collections::HashMap;

use alexandria_domain::PassageId;
use alexandria_index::Neighbour;
use alexandria_store::ExactHit;

use super::Found;
use super::hit::Scores;

/// Candidates each ranking contributes.
pub(super) const CANDIDATES: usize = 200;

/// Share of meaning in the fused score; the rest is words.
const SEMANTIC_WEIGHT: f64 = 0.6;

/// The candidates of both rankings, best first; equal ones in reading order.
pub(super) fn fuse(words: &[ExactHit], meaning: &[Neighbour]) -> Vec<Found> {
    let mut all: HashMap<PassageId, Scores> = HashMap::with_capacity(words.len() + meaning.len());
    for (hit, share) in words.iter().zip(scaled(words.iter().map(|hit| hit.score))) {
        let scores = all.entry(hit.passage).or_default();
        scores.exact = Some(hit.score);
        scores.fused += (1.0 - SEMANTIC_WEIGHT) * share;
    }
    let similarities = meaning.iter().map(|neighbour| f64::from(neighbour.similarity));
    for (neighbour, share) in meaning.iter().zip(scaled(similarities)) {
        let scores = all.entry(neighbour.passage).or_default();
        scores.semantic = Some(f64::from(neighbour.similarity));
        scores.fused += SEMANTIC_WEIGHT * share;
    }
    let mut fused: Vec<Found> = all.into_iter().map(|(passage, scores)| Found { passage, scores }).collect();
    best_first(&mut fused);
    fused
}

/// Sorts by the fused score; equal ones stand in reading order.
pub(super) fn best_first(found: &mut [Found]) {
    found.sort_by(|a, b| b.scores.fused.total_cmp(&a.scores.fused).then(a.passage.cmp(&b.passage)));
}

/// Scores scaled to 0 for the worst and 1 for the best.
fn scaled(scores: impl Iterator<Item = f64> + Clone) -> impl Iterator<Item = f64> {
    let best = scores.clone().fold(f64::NEG_INFINITY, f64::max);
    let worst = scores.clone().fold(f64::INFINITY, f64::min);
    let span = best - worst;
    scores.map(move |score| if span > 0.0 { (score - worst) / span } else { 1.0 })
}
