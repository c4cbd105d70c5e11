//! Passages to vectors to nearest passages.
//!
//! - [`runtime`]: the embedding model's files, found and checked.
//! - [`tokens`]: a text's length in the model's own tokens.
//! - [`embed`]: texts to vectors (fastembed on ONNX Runtime).
//! - [`object`]: the encrypted object store under LanceDB.
//! - [`vectors`]: vectors to nearest passages (LanceDB on an encrypted object store).
//!
//! Absent: the passages' text and when to embed which, which are the store's and the library's.

pub mod embed;
pub mod object;
pub mod runtime;
pub mod tokens;
pub mod vectors;

pub use embed::{DIMENSIONS, EmbedError, Embedder, Embedding, LoadError};
pub use runtime::{RuntimeError, RuntimeFiles};
pub use tokens::{TokenCounter, TokenizerError};
pub use vectors::{Fingerprint, IndexError, Neighbour, PublicationFilter, VectorIndex, VectorRow};
