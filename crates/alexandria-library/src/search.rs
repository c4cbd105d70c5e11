//! Search: exact (by words), semantic (by meaning) and hybrid (both, fused). Every hit has a locator and opens there.
//!
//! [`run`] dispatches a request; [`semantic`] and [`hybrid`] rank passages, [`hit`] loads what is displayed of them. Not
//! here: the query language, which is the domain's, and the two indexes, which are the engines'.

mod context;
mod feedback;
mod fuse;
mod hit;
mod hybrid;
mod ranking;
mod request;
mod run;
mod semantic;
mod snippet;
#[cfg(test)]
mod tests;

pub use hit::Hit;
pub use ranking::Scores;
pub use request::{Results, SearchError, SearchMode, SearchRequest};

pub(crate) use context::SearchContext;
pub(crate) use run::search;
