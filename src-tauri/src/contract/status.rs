//! How much of the library is searchable, and how.

use serde::Serialize;
use ts_rs::TS;

/// The library's state of work.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    /// Publications on the shelf.
    pub(crate) publications: u64,
    /// Their passages.
    pub(crate) passages: u64,
    /// Passages that can be found by their words.
    pub(crate) exact_ready: u64,
    /// Passages that can be found by meaning.
    pub(crate) semantic_ready: u64,
    /// How far the making of vectors is; null when there is nothing to do.
    pub(crate) embedding: Option<EmbeddingProgress>,
    /// Whether the model for search by meaning is missing.
    pub(crate) model_missing: bool,
}

/// How far the making of vectors is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmbeddingProgress {
    /// Passages that have their vectors.
    pub(crate) done: u64,
    /// Passages on the shelf.
    pub(crate) total: u64,
    /// Seconds left, once that can be told.
    pub(crate) eta_seconds: Option<u64>,
    /// Whether the work is going on.
    pub(crate) running: bool,
}

impl From<alexandria_library::Status> for Status {
    fn from(status: alexandria_library::Status) -> Self {
        let alexandria_library::Status { publications, passages, embedded, embedding, model, .. } = status;
        let progress = EmbeddingProgress { done: embedded, total: passages, eta_seconds: None, running: embedding };
        Self {
            publications,
            passages,
            exact_ready: passages,
            semantic_ready: embedded,
            embedding: (embedding || embedded < passages).then_some(progress),
            model_missing: !model,
        }
    }
}

impl From<alexandria_library::EmbeddingProgress> for EmbeddingProgress {
    fn from(progress: alexandria_library::EmbeddingProgress) -> Self {
        let alexandria_library::EmbeddingProgress { done, total, eta_seconds, running } = progress;
        Self { done, total, eta_seconds, running }
    }
}
