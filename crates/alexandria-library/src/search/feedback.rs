//! Feedback: the second stage of hybrid search.
//!
//! Two standard techniques of retrieval. *Pseudo-relevance feedback* (Rocchio, 1971): the query's vector moves towards the
//! mean of the best hits and is searched again, so that words count which the hits share with other passages, although
//! they are not in the query. *Score regularisation* (Diaz, 2005): similar passages should have similar scores, so each of
//! the best candidates takes a fifth of its score from its nearest ones. The measurements, with the alternatives, are in
//! `docs/adr/0006-hybrid-fusion.md`. Pure: loading vectors and searching are the caller's.

use std::collections::HashMap;

use alexandria_domain::PassageId;
use alexandria_index::Embedding;

use super::ranking::{RankedPassage, best_first};

/// Best hits that the query moves towards. If fewer have vectors there is no feedback, because it would mislead.
pub(super) const FEEDBACK_HITS: usize = 6;
/// Maximum candidates whose scores are smoothed.
const MAX_SMOOTHED: usize = 100;
/// Nearest candidates that contribute to a candidate's score.
const NEIGHBOURS: usize = 3;
/// Weight of their contribution. A greater one improves topical queries and worsens quotations.
const NEIGHBOUR_WEIGHT: f64 = 0.2;

/// Components multiplied at once; divides the length of a vector.
const LANES: usize = 16;

/// Vectors of candidates.
pub(super) type Vectors = HashMap<PassageId, Embedding>;

/// A candidate with a vector.
struct Candidate<'a> {
    /// Its rank, from 0.
    rank: usize,
    vector: &'a Embedding,
    score: f64,
}

/// The score of a similar candidate.
struct SimilarScore {
    similarity: f64,
    score: f64,
}

/// The query moved towards the mean of the best hits, by their agreement; `None` if fewer than [`FEEDBACK_HITS`] have
/// vectors.
pub(super) fn move_query(query: &Embedding, best: &[RankedPassage], vectors: &Vectors) -> Option<Embedding> {
    let best = best.iter().take(FEEDBACK_HITS);
    let known: Vec<&Embedding> = best.filter_map(|ranked| vectors.get(&ranked.passage)).collect();
    if known.len() < FEEDBACK_HITS {
        return None;
    }
    let mut moved = *query;
    for vector in known {
        add(&mut moved, &vector.map(|component| component / FEEDBACK_HITS as f32));
    }
    unit(moved)
}

/// Smooths the scores of similar candidates. `ranked` is sorted before and after; those beyond [`MAX_SMOOTHED`] stay behind
/// the others.
pub(super) fn smooth(ranked: &mut [RankedPassage], vectors: &Vectors) {
    let (best, rest) = ranked.split_at_mut(ranked.len().min(MAX_SMOOTHED));
    let known: Vec<Candidate<'_>> = best
        .iter()
        .enumerate()
        .filter_map(|(rank, ranked)| {
            Some(Candidate { rank, vector: vectors.get(&ranked.passage)?, score: ranked.scores.fused })
        })
        .collect();
    for candidate in &known {
        if let (Some(score), Some(ranked)) = (smoothed_score(candidate, &known), best.get_mut(candidate.rank)) {
            ranked.scores.fused = score;
        }
    }
    best_first(best);
    let lowest = best.last().map_or(f64::INFINITY, |last| last.scores.fused);
    for ranked in rest {
        ranked.scores.fused = ranked.scores.fused.min(lowest);
    }
}

/// The score of a candidate with the contribution of its nearest ones; `None` if none is similar.
fn smoothed_score(candidate: &Candidate<'_>, all: &[Candidate<'_>]) -> Option<f64> {
    let others = all.iter().filter(|other| other.rank != candidate.rank);
    let mut nearest: Vec<SimilarScore> = others
        .map(|other| SimilarScore { similarity: cosine(candidate.vector, other.vector).max(0.0), score: other.score })
        .collect();
    nearest.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
    nearest.truncate(NEIGHBOURS);
    let weight: f64 = nearest.iter().map(|near| near.similarity).sum();
    if weight <= 0.0 {
        return None;
    }
    let mean = nearest.iter().map(|near| near.similarity * near.score).sum::<f64>() / weight;
    Some((1.0 - NEIGHBOUR_WEIGHT) * candidate.score + NEIGHBOUR_WEIGHT * mean)
}

/// Moves a passage to the front: if both rankings agree on the best hit for the query, feedback from other passages must
/// not displace it.
pub(super) fn pin_first(ranked: &mut [RankedPassage], passage: PassageId) {
    let Some(rank) = ranked.iter().position(|ranked| ranked.passage == passage) else { return };
    let best = ranked.first().map_or(0.0, |best| best.scores.fused);
    if let Some(shifted) = ranked.get_mut(..=rank) {
        shifted.rotate_right(1);
    }
    if let Some(first) = ranked.first_mut() {
        first.scores.fused = best;
    }
}

/// Cosine similarity of two unit vectors.
pub(super) fn cosine(a: &Embedding, b: &Embedding) -> f64 {
    // Independent sums, which the compiler vectorizes.
    let mut sums = [0.0; LANES];
    for (a, b) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    f64::from(sums.iter().sum::<f32>())
}

fn add(sum: &mut Embedding, vector: &Embedding) {
    for (sum, component) in sum.iter_mut().zip(vector) {
        *sum += component;
    }
}

/// The vector scaled to length 1; `None` for one so short that its direction is rounding error.
fn unit(vector: Embedding) -> Option<Embedding> {
    let length = vector.iter().map(|component| component * component).sum::<f32>().sqrt();
    (length > 1e-3).then(|| vector.map(|component| component / length))
}
