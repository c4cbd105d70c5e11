//! Releases memory and runs maintenance when nobody uses the library.

use std::sync::Arc;
use std::time::{Duration, Instant};

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_store::StoreError;

use crate::blocking::{Panicked, blocking};
use crate::engines::Engines;
use crate::models::{Activity, Models};
use crate::reading::OpenBooks;
use crate::semantic_index::SemanticIndex;

/// How long the model and the vectors stay in memory after their last use.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// Why database maintenance stopped. What was done stays, and the next run continues.
#[derive(Debug, thiserror::Error)]
pub enum MaintenanceError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for MaintenanceError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Store(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}

/// Everything in memory that can be loaded again.
#[derive(Clone)]
pub(crate) struct Memory {
    pub(crate) models: Arc<Models>,
    pub(crate) index: Arc<SemanticIndex>,
    pub(crate) open_books: Arc<OpenBooks>,
}

impl Memory {
    /// Whether the embedding model, the vectors or a book's large resource are in memory.
    pub(crate) fn is_held(&self) -> bool {
        self.models.is_loaded() || self.index.holds_memory() || self.open_books.holds_memory()
    }

    fn release(&self) -> bool {
        let models = self.models.release();
        let vectors = self.index.release_memory();
        let resource = self.open_books.release_memory();
        models || vectors || resource
    }
}

/// Releases the memory, some hundred megabytes, and does a bounded amount of database maintenance. Returns whether there
/// was memory to release.
pub(crate) async fn release_memory(engines: &Arc<Engines>, memory: &Memory) -> Result<bool, MaintenanceError> {
    let (engines, memory) = (Arc::clone(engines), memory.clone());
    blocking(move || {
        let released = memory.release();
        engines.store.maintenance()?;
        Ok(released)
    })
    .await
}

/// Releases memory whenever model and vectors were not used for `timeout`, until the library's jobs are stopped.
pub(crate) async fn release_when_idle(engines: &Arc<Engines>, memory: &Memory, activity: &Activity, timeout: Duration) {
    let mut released_after: Option<Instant> = None;
    loop {
        let last_used = activity.last_used();
        let remaining = timeout.saturating_sub(last_used.elapsed());
        // Once after each use, unless that use was still going on and has loaded something since.
        if remaining.is_zero() && (released_after != Some(last_used) || memory.is_held()) {
            match release_memory(engines, memory).await {
                Ok(released) => tracing::info!(released, "idle"),
                Err(error) => tracing::warn!(code = %error.code(), "database maintenance stopped"),
            }
            released_after = Some(last_used);
        }
        // A use in between is noticed in time for the next release.
        let wait = if remaining.is_zero() { timeout } else { remaining };
        tokio::select! {
            () = engines.stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}
