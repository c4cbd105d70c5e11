//! What a library does while nobody uses it: it gives memory back and keeps house.

use std::sync::Arc;
use std::time::{Duration, Instant};

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_store::StoreError;

use super::Library;
use crate::worker::{Panicked, blocking};

/// How long the model and the vectors stay in memory after their last use.
pub const IDLE: Duration = Duration::from_secs(5 * 60);

/// Why housekeeping stopped before its end. What was done stays, and the next time goes on with it.
#[derive(Debug, thiserror::Error)]
pub enum RestError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for RestError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Store(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}

impl Library {
    /// Waits so long, or until the library's jobs are stopped. Returns whether they may still run.
    pub async fn stays_open_for(&self, time: Duration) -> bool {
        tokio::select! {
            () = self.core.stop.cancelled() => false,
            () = tokio::time::sleep(time) => true,
        }
    }

    /// Gives up the embedding model and the vectors in memory, some hundred megabytes, and does a bounded amount of
    /// housekeeping in the database. Nothing is lost but the time to load them again. Returns whether anything was in
    /// memory.
    ///
    /// # Errors
    /// When the housekeeping fails; the memory is free then, too.
    pub async fn rest(&self) -> Result<bool, RestError> {
        let core = Arc::clone(&self.core);
        blocking(move || {
            let released = core.release_memory();
            core.store.maintenance()?;
            Ok(released)
        })
        .await
    }

    /// Whether the embedding model, the vectors or a book's large resource are in memory.
    #[must_use]
    pub fn holds_memory(&self) -> bool {
        self.core.holds_memory()
    }

    /// [Rests](Self::rest) whenever neither model nor vectors were used for `idle`, until the library's jobs are stopped.
    pub async fn keep_rested(&self, idle: Duration) {
        let stop = self.core.stop.clone();
        let mut rested: Option<Instant> = None;
        loop {
            let used = self.core.last_used();
            let unused = idle.saturating_sub(used.elapsed());
            // One rest after each use, unless that use was still under way and has brought something into memory since.
            if unused.is_zero() && (rested != Some(used) || self.holds_memory()) {
                match self.rest().await {
                    Ok(released) => tracing::info!(released, "library rested"),
                    Err(error) => tracing::warn!(code = %error.code(), "housekeeping stopped"),
                }
                rested = Some(used);
            }
            // The next use, whenever it is, is noticed in time for the next rest.
            let wait = if unused.is_zero() { idle } else { unused };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }
}
