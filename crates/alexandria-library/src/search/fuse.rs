//! Fusing the two rankings: by words (BM25) and by meaning (cosine).
//!
//! A weighted sum of each ranking's scores, scaled to its own best and worst candidate (Bruch, Gai and Ingber, "An
//! Analysis of Fusion Functions for Hybrid Retrieval", 2023). On Cranfield it is better than reciprocal rank fusion, which
//! throws the distances away; `cargo xtask bench eval` prints both kinds of figures, `docs/adr/0006-hybrid-fusion.md` the choice.

use std::collections::HashMap;

use alexandria_domain::PassageId;
use alexandria_store::ExactHit;

use super::Found;
use super::hit::Scores;

/// Candidates each ranking contributes.
pub(super) const CANDIDATES: usize = 200;

/// Share of meaning in the fused score; the rest is words.
const SEMANTIC_WEIGHT: f64 = 0.6;

/// The candidates of both rankings, best first; equal ones in reading order.
pub(super) fn fuse(exact: &[ExactHit], semantic: &[Found]) -> Vec<Found> {
    let words = scaled(exact.iter().map(|hit| (hit.passage, hit.score)));
    let meaning = scaled(semantic.iter().map(|found| (found.passage, found.scores.semantic.unwrap_or_default())));
    let mut all: HashMap<PassageId, Scores> = HashMap::with_capacity(exact.len() + semantic.len());
    for hit in exact {
        all.entry(hit.passage).or_default().exact = Some(hit.score);
    }
    for found in semantic {
        all.entry(found.passage).or_default().semantic = found.scores.semantic;
    }
    let share = |of: &HashMap<PassageId, f64>, passage: PassageId| of.get(&passage).copied().unwrap_or_default();
    let mut fused: Vec<Found> = all
        .into_iter()
        .map(|(passage, mut scores)| {
            scores.fused =
                SEMANTIC_WEIGHT * share(&meaning, passage) + (1.0 - SEMANTIC_WEIGHT) * share(&words, passage);
            Found { passage, scores }
        })
        .collect();
    fused.sort_by(|a, b| b.scores.fused.total_cmp(&a.scores.fused).then(a.passage.cmp(&b.passage)));
    fused
}

/// Scores scaled to 0 for the worst and 1 for the best candidate.
fn scaled(scores: impl Iterator<Item = (PassageId, f64)> + Clone) -> HashMap<PassageId, f64> {
    let best = scores.clone().map(|(_, score)| score).fold(f64::NEG_INFINITY, f64::max);
    let worst = scores.clone().map(|(_, score)| score).fold(f64::INFINITY, f64::min);
    let span = best - worst;
    scores.map(|(passage, score)| (passage, if span > 0.0 { (score - worst) / span } else { 1.0 })).collect()
}
