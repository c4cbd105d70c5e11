//! How much of the library is searchable.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How much of the library is searchable.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    /// Number of publications on the shelf.
    pub(crate) publications: u64,
    /// Number of their passages.
    pub(crate) passages: u64,
    /// Passages that exact search can find.
    pub(crate) exact_ready: u64,
    /// Passages that semantic search can find.
    pub(crate) semantic_ready: u64,
    pub(crate) embedding: EmbeddingProgress,
    /// Whether the embedding model is missing.
    pub(crate) model_missing: bool,
}

/// Progress of embedding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmbeddingProgress {
    /// Passages that have vectors.
    pub(crate) done: u64,
    /// Passages on the shelf.
    pub(crate) total: u64,
    /// Estimated seconds left; null until there is an estimate.
    pub(crate) eta_seconds: Option<u64>,
    pub(crate) state: EmbeddingState,
}

/// State of the embedding job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EmbeddingState {
    /// It runs.
    Running,
    /// It runs with pauses, because the computer is on battery.
    Slowed,
    /// The reader has paused it.
    Paused,
    /// It starts shortly.
    Due,
    /// It failed and will be retried.
    Waiting,
    /// All passages have vectors.
    Done,
}

/// A request to pause or resume embedding.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct SetEmbeddingPaused {
    pub(crate) paused: bool,
}

impl From<alexandria_library::Status> for Status {
    fn from(status: alexandria_library::Status) -> Self {
        let alexandria_library::Status { publications, passages, embedded, embedding, model, .. } = status;
        let state = embedding.into();
        Self {
            publications,
            passages,
            exact_ready: passages,
            semantic_ready: embedded,
            embedding: EmbeddingProgress { done: embedded, total: passages, eta_seconds: None, state },
            model_missing: !model,
        }
    }
}

impl From<alexandria_library::EmbeddingProgress> for EmbeddingProgress {
    fn from(progress: alexandria_library::EmbeddingProgress) -> Self {
        let alexandria_library::EmbeddingProgress { done, total, eta_seconds, state } = progress;
        Self { done, total, eta_seconds, state: state.into() }
    }
}

impl From<alexandria_library::EmbeddingState> for EmbeddingState {
    fn from(state: alexandria_library::EmbeddingState) -> Self {
        match state {
            alexandria_library::EmbeddingState::Running => Self::Running,
            alexandria_library::EmbeddingState::Slowed => Self::Slowed,
            alexandria_library::EmbeddingState::Paused => Self::Paused,
            alexandria_library::EmbeddingState::Due => Self::Due,
            alexandria_library::EmbeddingState::Waiting => Self::Waiting,
            alexandria_library::EmbeddingState::Done => Self::Done,
        }
    }
}
