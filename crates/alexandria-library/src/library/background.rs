//! Background jobs and idle memory.

use std::time::Duration;

use alexandria_domain::CodedError;
use tokio_util::sync::CancellationToken;

use super::Library;
use crate::background::{self, Background, MaintenanceError, Memory, Schedule};
use crate::change::now_millis;
use crate::embedding::{EmbedError, Throttle};
use crate::power;
use crate::shelf::ShelfError;

impl Library {
    /// Runs everything an open library does by itself, until its jobs are stopped: deletes what has expired in the bin,
    /// embeds what was added to the shelf, releases memory when idle. Failures are logged and retried.
    pub async fn run_background(&self, schedule: Schedule) {
        self.background(&self.parts.memory()).run(schedule).await;
    }

    /// Does once what [`run_background`](Self::run_background) does regularly and a short-lived process should not
    /// leave out: deletes what has expired in the bin. Failures are logged.
    pub async fn run_due_jobs(&self) {
        self.background(&self.parts.memory()).purge_expired().await;
    }

    /// Embeds every passage on the shelf at full speed; returns when nothing is left to do. The caller waits for it, so
    /// a pause of the background job does not hold it up. Then builds what makes searches for common words quick.
    ///
    /// # Errors
    /// When it is cancelled or an engine fails; nothing recorded is lost.
    pub async fn embed(&self, cancel: &CancellationToken) -> Result<(), EmbedError> {
        self.parts.embedding.run(cancel).await?;
        if let Err(error) = background::build_common_sets(&self.parts.engines).await {
            // Searches for common words are slower, and the next maintenance tries again.
            tracing::warn!(code = %error.code(), "common sets were not built");
        }
        Ok(())
    }

    /// Keeps the shelf embedded until the library's jobs are stopped: runs now, whenever something was added to the
    /// shelf, and some time after a failure; not while it is [paused](Self::set_embedding_paused), and throttled on
    /// battery. A part of [`run_background`](Self::run_background).
    pub async fn keep_embedded(&self) {
        self.parts.embedding.run_in_background(Throttle::new(power::on_battery)).await;
    }

    /// Pauses the background embedding job after its present step, or resumes it. What it has made stays, and search
    /// finds it. Lasts until the library is closed; a library opens with the job not paused.
    pub async fn set_embedding_paused(&self, paused: bool) {
        self.parts.embedding.set_paused(paused).await;
    }

    /// Deletes what has been in the bin for 30 days at wall time `now_ms`. Returns the number of publications.
    ///
    /// A clock set forward by mistake must not empty the bin, so the 30 days have to be over by this call's time and by
    /// that of the call before.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub async fn purge_expired(&self, now_ms: u64) -> Result<usize, ShelfError> {
        background::purge_expired(&self.parts.engines, &self.parts.memory(), now_ms).await
    }

    /// Releases the embedding model and the vectors in memory, some hundred megabytes, and does a bounded amount of
    /// database maintenance. Everything is loaded again when needed. Returns whether anything was in memory.
    ///
    /// # Errors
    /// When the maintenance fails; the memory is released then, too.
    pub async fn release_memory(&self) -> Result<bool, MaintenanceError> {
        background::release_memory(&self.parts.engines, &self.parts.memory()).await
    }

    /// Releases memory whenever model and vectors were not used for `timeout`, until the library's jobs are stopped. A part
    /// of [`run_background`](Self::run_background).
    pub async fn release_when_idle(&self, timeout: Duration) {
        let parts = &*self.parts;
        background::release_when_idle(&parts.engines, &parts.memory(), &parts.activity, timeout).await;
    }

    /// Whether the embedding model, the vectors or a book's large resource are in memory.
    #[must_use]
    pub fn holds_memory(&self) -> bool {
        self.parts.memory().is_held()
    }

    pub(crate) fn background<'a>(&'a self, memory: &'a Memory) -> Background<'a> {
        let parts = &*self.parts;
        Background {
            engines: &parts.engines,
            embedding: &parts.embedding,
            memory,
            activity: &parts.activity,
            sync: &parts.sync,
            clock_ms: now_millis,
        }
    }
}
