//! What the best hits say about each other: the second half of hybrid search.
//!
//! Two steps, each a classic of retrieval. *Pseudo-relevance feedback* (Rocchio, 1971): the query's vector moves towards
//! the mean of the best hits, and is asked again; so words that hits share with other passages count, though the reader
//! did not type them. *Score regularisation* (Diaz, 2005): what is alike should score alike, so each of the best
//! candidates takes a fifth of its score from its nearest ones. Measured, with what else was tried, in
//! `docs/adr/0006-hybrid-fusion.md`. Pure: fetching and searching are the caller's.

use std::collections::HashMap;

use alexandria_domain::PassageId;
use alexandria_index::Embedding;

use super::Found;
use super::fuse::best_first;

/// Best hits the query moves towards. Too few of them have vectors: no feedback, which could only mislead then.
pub(super) const FEEDBACK: usize = 6;
/// Best candidates whose scores are smoothed.
const SMOOTHED: usize = 100;
/// Nearest ones of a candidate that it takes a share of its score from.
const NEIGHBOURS: usize = 3;
/// That share. More helps topics and harms quotations.
const SHARE: f64 = 0.2;

/// Numbers multiplied at once; divides the length of a vector.
const LANES: usize = 16;

/// Vectors of candidates.
pub(super) type Vectors = HashMap<PassageId, Embedding>;

/// The query moved towards the mean of the best hits, the farther the more they agree; `None` if fewer than [`FEEDBACK`] hits have vectors.
pub(super) fn moved(query: &Embedding, best: &[Found], vectors: &Vectors) -> Option<Embedding> {
    let known: Vec<&Embedding> = best.iter().take(FEEDBACK).filter_map(|found| vectors.get(&found.passage)).collect();
    if known.len() < FEEDBACK {
        return None;
    }
    let mut moved = *query;
    for vector in known {
        add(&mut moved, &vector.map(|number| number / FEEDBACK as f32));
    }
    unit(moved)
}

/// Lets alike candidates score alike. `found` is in order before and after; those beyond the best stay behind them.
pub(super) fn smooth(found: &mut [Found], vectors: &Vectors) {
    let (best, rest) = found.split_at_mut(found.len().min(SMOOTHED));
    let known: Vec<(usize, &Embedding, f64)> = best
        .iter()
        .enumerate()
        .filter_map(|(at, found)| Some((at, vectors.get(&found.passage)?, found.scores.fused)))
        .collect();
    for &(at, vector, score) in &known {
        let others = known.iter().filter(|(other, ..)| *other != at);
        let mut near: Vec<(f64, f64)> =
            others.map(|(_, other, score)| (cosine(vector, other).max(0.0), *score)).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        near.truncate(NEIGHBOURS);
        let weight: f64 = near.iter().map(|(cosine, _)| cosine).sum();
        if weight > 0.0 {
            let theirs = near.iter().map(|(cosine, score)| cosine * score).sum::<f64>() / weight;
            if let Some(found) = best.get_mut(at) {
                found.scores.fused = (1.0 - SHARE) * score + SHARE * theirs;
            }
        }
    }
    best_first(best);
    let least = best.last().map_or(f64::INFINITY, |last| last.scores.fused);
    for found in rest {
        found.scores.fused = found.scores.fused.min(least);
    }
}

/// Puts a passage first: what feedback makes of the others must not outdo what the reader asked, if words and meaning
/// agree on that.
pub(super) fn keep_first(found: &mut [Found], passage: PassageId) {
    let Some(at) = found.iter().position(|found| found.passage == passage) else { return };
    let best = found.first().map_or(0.0, |best| best.scores.fused);
    if let Some(moved) = found.get_mut(..=at) {
        moved.rotate_right(1);
    }
    if let Some(first) = found.first_mut() {
        first.scores.fused = best;
    }
}

/// Cosine of two vectors of length 1.
pub(super) fn cosine(a: &Embedding, b: &Embedding) -> f64 {
    // Sums beside each other, which the processor adds at once.
    let mut sums = [0.0; LANES];
    for (a, b) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    f64::from(sums.iter().sum::<f32>())
}

fn add(sum: &mut Embedding, vector: &Embedding) {
    for (sum, number) in sum.iter_mut().zip(vector) {
        *sum += number;
    }
}

/// The vector in length 1; `None` for one so short that its direction is an accident of rounding.
fn unit(vector: Embedding) -> Option<Embedding> {
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    (length > 1e-3).then(|| vector.map(|number| number / length))
}
