//! Text to vectors: all-MiniLM-L6-v2, run by fastembed on ONNX Runtime.
//!
//! Each text is a batch of its own on a single-threaded session, and several sessions run in parallel. So no padding is
//! computed, and a vector depends on its text alone: with dynamic int8 weights the members of a batch would change each
//! other's values. It is also the fastest layout measured on two cores (`docs/formats/index-store.md`).
//!
//! Blocking: call it on a thread that may block. Splitting books into passages is not done here; a long query is split and
//! its parts are pooled.

mod embedder;
mod environment;
mod error;
mod model;
mod pool;
mod sessions;
#[cfg(test)]
mod tests;

pub use embedder::Embedder;
pub use error::{EmbedError, LoadError};
pub use model::{DIMENSIONS, Embedding, MAX_TOKENS};
