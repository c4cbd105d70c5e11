//! Text embeddings and nearest-neighbour search.
//!
//! - [`runtime`]: locates and verifies the embedding model's files.
//! - [`tokens`]: counts a text's tokens as the model's tokenizer would.
//! - [`embed`]: text to vectors (fastembed on ONNX Runtime).
//! - [`object`]: the encrypted object store under LanceDB.
//! - [`vectors`]: the vector index (LanceDB on the encrypted object store).
//!
//! Not here: the text of passages, which is the store's, and the scheduling of embedding, which is the library's.

pub mod embed;
pub mod object;
pub mod runtime;
pub mod tokens;
pub mod vectors;

pub use embed::{DIMENSIONS, EmbedError, Embedder, Embedding, LoadError};
pub use runtime::{RuntimeError, RuntimeFiles};
pub use tokens::{TokenCounter, TokenizerError};
pub use vectors::{Fingerprint, IndexError, Neighbour, PublicationFilter, VectorIndex, VectorRow};
