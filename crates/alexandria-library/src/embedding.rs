//! Embedding: every passage on the shelf gets its vector. Durable, resumable and cancellable; one run at a time.
//!
//! The database records how many passages of each publication are safely in the index. A batch is added to the index
//! first and recorded second; if the process dies between the two, the next run removes the unrecorded vectors and makes
//! them again.
//!
//! The background job can be paused by the reader (`state`) and is throttled on battery (`throttle`). A run that a caller
//! waits for is neither.

mod batch;
mod error;
mod job;
mod reconcile;
mod runner;
mod state;
#[cfg(test)]
mod tests;
mod throttle;

pub use self::error::EmbedError;
pub(crate) use self::job::EmbeddingJob;
pub(crate) use self::reconcile::reconcile;
pub(crate) use self::throttle::Throttle;
