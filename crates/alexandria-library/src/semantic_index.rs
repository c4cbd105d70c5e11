//! The vector index of an open library: opened when first used, checked against the database, rebuilt when damaged.
//!
//! It is derived data. An operation that finds it damaged replaces it by an empty one and goes on; the embedding job then
//! makes the vectors again. `docs/adr/0010-index-rollback.md` has the reasons.

mod drift;
mod error;
mod index;
mod lineage;
mod operations;
#[cfg(test)]
mod tests;

pub use self::error::IndexOpError;
#[cfg(test)]
pub(crate) use self::index::IndexLease;
pub(crate) use self::index::{IndexFuture, SemanticIndex};
