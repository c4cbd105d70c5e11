//! Passages to vectors to nearest passages.
//!
//! - [`runtime`]: the embedding model's files, found and checked.
//! - [`pieces`]: a text's length in the model's own word pieces.
//! - [`embed`]: texts to vectors (fastembed on ONNX Runtime).
//! - [`object`]: the encrypted object store under LanceDB.
//! - [`vectors`]: vectors to nearest passages (LanceDB on an encrypted object store).
//!
//! Absent: the passages' text and when to embed which, which are the store's and the library's.

pub mod embed;
pub mod object;
pub mod pieces;
pub mod runtime;
pub mod vectors;

pub use embed::{DIMENSIONS, EmbedError, Embedder, Embedding, LoadError};
pub use pieces::{PieceCounter, TokenizerError};
pub use runtime::{RuntimeError, RuntimeFiles};
pub use vectors::{Fingerprint, IndexError, Neighbour, VectorIndex, VectorRow, Within};
