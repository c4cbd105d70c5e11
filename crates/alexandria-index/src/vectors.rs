//! The vector index: the passages nearest to a query, in an encrypted LanceDB table.
//!
//! The table holds a row (passage, vector) for every embedded passage and nothing else. It is derived data: whatever is
//! wrong with it, [`VectorIndex::destroy`] and embedding again rebuild it. Search is flat and exact up to the eight bits
//! of [`block`]; no approximate index is built, because LanceDB's index builder writes plaintext vectors to the temporary
//! directory. Why not LanceDB's own flat search, and what all this costs: `docs/formats/index-store.md`.
//!
//! Not here: texts, which are the database's, and embedding, which is [`crate::embed`].

mod block;
mod cache;
mod error;
mod filter;
mod fingerprint;
mod flat;
mod index;
mod maintenance;
mod search;
mod table;
#[cfg(test)]
mod tests;
mod top_k;
mod verify;
mod write;

pub use error::IndexError;
pub use filter::PublicationFilter;
pub use fingerprint::Fingerprint;
pub use index::{DEFAULT_MEMORY_LIMIT, VectorIndex};
pub use table::{VECTOR_FORMAT, VectorRow};
pub use top_k::Neighbour;
