//! Pooling: one vector for a text that is longer than the model's input.

use super::model::{DIMENSIONS, Embedding};

/// A chunk of a text.
pub(super) struct ChunkVector {
    pub(super) vector: Embedding,
    /// Length of the chunk in tokens.
    pub(super) tokens: usize,
}

/// The mean of the chunks' vectors, weighted by tokens and scaled to length 1.
///
/// The model itself is the mean over a text's tokens (Reimers and Gurevych, "Sentence-BERT", 2019), so the weighted mean over
/// chunks is the same pooling over a longer text. OpenAI's cookbook combines chunks in this way, too ("Embedding texts that
/// are longer than the model's maximum context length").
///
/// `None` if there are no chunks, or if their vectors cancel out.
pub(super) fn weighted_mean(chunks: &[ChunkVector]) -> Option<Embedding> {
    let mut sum = [0.0; DIMENSIONS];
    for chunk in chunks {
        let weight = chunk.tokens as f32;
        for (sum, component) in sum.iter_mut().zip(&chunk.vector) {
            *sum += weight * component;
        }
    }
    let length = sum.iter().map(|component| component * component).sum::<f32>().sqrt();
    (length > 0.0).then(|| sum.map(|component| component / length))
}
