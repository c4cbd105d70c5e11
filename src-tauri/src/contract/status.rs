//! How much of the library is searchable, and how.

use serde::{Deserialize, Serialize};
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
    /// How far the making of vectors is.
    pub(crate) embedding: EmbeddingProgress,
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
    /// What becomes of the rest.
    pub(crate) state: EmbeddingState,
}

/// What the making of vectors is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EmbeddingState {
    /// It goes on.
    Running,
    /// It goes on, with rests, because the computer runs on its battery.
    Slowed,
    /// The reader has paused it.
    Paused,
    /// It begins by itself.
    Due,
    /// It failed, and is tried again after a while.
    Waiting,
    /// Nothing is left to do.
    Done,
}

/// A change of whether the making of vectors is paused.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct SetEmbeddingPaused {
    /// Whether it is.
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
