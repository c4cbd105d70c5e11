//! Properties of the embedding model.

/// Length of a vector.
pub const DIMENSIONS: usize = 384;
/// Most tokens in the model's input, including the special tokens `[CLS]` and `[SEP]`; the rest is truncated.
pub const MAX_TOKENS: usize = 256;

/// A text's embedding: a unit vector, so that the dot product of two is their cosine similarity.
pub type Embedding = [f32; DIMENSIONS];
