//! The background scheduler: which jobs an open library runs by itself, and when.

use std::sync::Arc;
use std::time::Duration;

use alexandria_domain::CodedError;
use tokio::sync::broadcast::error::RecvError;

use super::idle::{IDLE_TIMEOUT, MaintenanceError, Memory, release_when_idle};
use crate::blocking::blocking;
use crate::embedding::{EmbeddingJob, Throttle};
use crate::engines::Engines;
use crate::event::Event;
use crate::models::Activity;
use crate::power;
use crate::shelf::{self, ShelfError};
use crate::sync::SyncService;

/// When the background jobs run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// How long after opening the library the first job starts. The reader who opens it wants to see the shelf first.
    pub start_delay: Duration,
    /// How often the bin is checked for publications that have expired.
    pub bin_interval: Duration,
    /// How long the model and the vectors stay in memory after their last use.
    pub idle_timeout: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            start_delay: Duration::from_secs(4),
            bin_interval: Duration::from_secs(24 * 60 * 60),
            idle_timeout: IDLE_TIMEOUT,
        }
    }
}

/// What the background jobs work on.
pub(crate) struct Background<'a> {
    pub(crate) engines: &'a Arc<Engines>,
    pub(crate) embedding: &'a EmbeddingJob,
    pub(crate) memory: &'a Memory,
    pub(crate) activity: &'a Activity,
    pub(crate) sync: &'a SyncService,
    /// Wall time in milliseconds since 1970.
    pub(crate) clock_ms: fn() -> u64,
}

/// Builds the common sets of all publications that lack them, one after the other.
pub(crate) async fn build_common_sets(engines: &Arc<Engines>) -> Result<(), MaintenanceError> {
    let mut is_complete = false;
    while !is_complete && !engines.stop.is_cancelled() {
        let building = Arc::clone(engines);
        is_complete = blocking(move || Ok::<_, MaintenanceError>(building.store.build_common_sets()?)).await?;
    }
    Ok(())
}

impl Background<'_> {
    /// Runs all background jobs until the library's jobs are stopped.
    pub(crate) async fn run(&self, schedule: Schedule) {
        if !self.is_open_after(schedule.start_delay).await {
            return;
        }
        // Before embedding starts, which would hold up a deletion.
        self.purge_expired().await;
        tokio::join!(
            self.purge_expired_every(schedule.bin_interval),
            self.keep_common_sets(),
            self.sync.keep(&self.engines.stop),
            self.embedding.run_in_background(Throttle::new(power::on_battery)),
            release_when_idle(self.engines, self.memory, self.activity, schedule.idle_timeout),
        );
    }

    /// Builds the common sets of publications that lack them, now and after each import. A failure is logged: the next
    /// import or maintenance tries again.
    async fn keep_common_sets(&self) {
        let mut events = self.engines.events.subscribe();
        loop {
            if let Err(error) = build_common_sets(self.engines).await {
                tracing::warn!(code = %error.code(), "common sets were not built");
            }
            loop {
                tokio::select! {
                    () = self.engines.stop.cancelled() => return,
                    event = events.recv() => match event {
                        // An import that was missed counts as well.
                        Ok(Event::ImportFinished { .. }) | Err(RecvError::Lagged(_)) => break,
                        Ok(_) => {}
                        Err(RecvError::Closed) => return,
                    },
                }
            }
        }
    }

    pub(super) async fn purge_expired_every(&self, interval: Duration) {
        while self.is_open_after(interval).await {
            self.purge_expired().await;
        }
    }

    /// Deletes what has expired in the bin, by the wall clock. A failure is logged: the next run tries again.
    pub(crate) async fn purge_expired(&self) {
        if let Err(error) = purge_expired(self.engines, self.memory, (self.clock_ms)()).await {
            tracing::warn!(code = %error.code(), "expired publications were not deleted");
        }
    }

    /// Waits, and returns whether the library's jobs may still run.
    async fn is_open_after(&self, time: Duration) -> bool {
        tokio::select! {
            () = self.engines.stop.cancelled() => false,
            () = tokio::time::sleep(time) => true,
        }
    }
}

/// Deletes what has been in the bin for 30 days at wall time `now_ms`. Returns the number of publications.
pub(crate) async fn purge_expired(engines: &Arc<Engines>, memory: &Memory, now_ms: u64) -> Result<usize, ShelfError> {
    let expired = shelf::expired_in_bin(engines, now_ms).await?;
    let count = expired.len();
    if count > 0 {
        let _no_import = engines.locks.import.lock().await;
        shelf::delete(engines, &memory.index, &memory.open_books, expired).await?;
    }
    Ok(count)
}
