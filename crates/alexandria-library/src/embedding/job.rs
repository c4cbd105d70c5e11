//! The embedding job of an open library: on request, or in the background until the library's jobs are stopped.

use std::sync::Arc;
use std::time::Duration;

use alexandria_domain::CodedError;
use tokio_util::sync::CancellationToken;

use super::error::EmbedError;
use super::runner::{RunEnd, Runner};
use super::throttle::Throttle;
use crate::engines::Engines;
use crate::event::EmbeddingState;
use crate::models::Models;
use crate::semantic_index::SemanticIndex;

/// How long the background job waits before it retries after a failure. Doubled with each failure in a row, up to
/// [`MAX_RETRY_DELAY`]: a full disk or a missing model may be fixed at any time, and retrying costs work.
const RETRY_DELAY: Duration = Duration::from_secs(60);
/// See [`RETRY_DELAY`].
const MAX_RETRY_DELAY: Duration = Duration::from_secs(60 * 60);

/// The embedding job of an open library.
pub(crate) struct EmbeddingJob {
    runner: Runner,
}

impl EmbeddingJob {
    pub(crate) fn new(engines: Arc<Engines>, models: Arc<Models>, index: Arc<SemanticIndex>) -> Self {
        Self { runner: Runner::new(engines, models, index) }
    }

    /// The state of the job while that many passages on the shelf have no vectors.
    pub(crate) fn state(&self, remaining: u64) -> EmbeddingState {
        self.runner.state.embedding_state(remaining)
    }

    /// Embeds everything on the shelf at full speed. The caller waits for it, so a pause does not hold it up.
    pub(crate) async fn run(&self, cancel: &CancellationToken) -> Result<(), EmbedError> {
        self.runner.run(cancel, None).await.map(|_end| ())
    }

    /// Pauses the background job after its present step, or resumes it.
    pub(crate) async fn set_paused(&self, paused: bool) {
        if !paused {
            // After a failure it retries at once: the reader who resumes it may have fixed the cause.
            self.runner.engines.embedding_wanted.notify_one();
        }
        self.runner.state.set_paused(paused);
        self.runner.emit_progress().await;
    }

    /// Keeps the shelf embedded until the library's jobs are stopped: runs now, whenever something was added to the shelf,
    /// and some time after a failure; not while it is paused or files are imported, and throttled on battery.
    pub(crate) async fn run_in_background(&self, mut throttle: Throttle) {
        let Engines { stop, embedding_wanted, locks, .. } = &*self.runner.engines;
        let mut retry_delay = RETRY_DELAY;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = self.runner.state.wait_for_pause(false) => {}
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = locks.imports.wait_until_idle() => {}
            }
            // The run below sees everything that was added so far, so a pending wake-up would only cause an empty run.
            tokio::select! {
                biased;
                () = embedding_wanted.notified() => {}
                () = std::future::ready(()) => {}
            }
            let failed = match self.runner.run(stop, Some(&mut throttle)).await {
                Ok(RunEnd::Paused | RunEnd::Importing) => continue,
                Ok(RunEnd::Done | RunEnd::Preempted) => false,
                Err(EmbedError::Cancelled) => return,
                Err(error) => {
                    tracing::warn!(code = %error.code(), "embedding failed");
                    true
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                // Not lost if it was notified during the run: the permit is stored.
                () = embedding_wanted.notified() => {}
                () = tokio::time::sleep(retry_delay), if failed => {}
            }
            retry_delay = if failed { MAX_RETRY_DELAY.min(retry_delay * 2) } else { RETRY_DELAY };
        }
    }
}
