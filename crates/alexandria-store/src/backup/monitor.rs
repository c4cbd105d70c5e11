//! How a long copy reports its progress and is cancelled.

use std::sync::Arc;

use super::BackupError;

/// What a backup or restore is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Reading an interrupted backup, before resuming it.
    Resuming,
    /// Copying.
    Copying,
    /// Reading the finished backup back.
    Verifying,
}

/// Progress of a backup or restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The present stage.
    pub stage: Stage,
    /// Bytes done in this stage.
    pub done: u64,
    /// Bytes of this stage in all, as far as known.
    pub total: u64,
}

/// Receives the progress of a copy, and can cancel it.
pub struct Monitor {
    /// Whether it is cancelled. Called often, and from other threads too.
    pub is_cancelled: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Called with the progress.
    pub on_progress: Box<dyn Fn(Progress) + Send>,
}

impl std::fmt::Debug for Monitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Monitor")
    }
}

impl Monitor {
    /// Ignores progress and never cancels.
    #[must_use]
    pub fn none() -> Self {
        Self { is_cancelled: Arc::new(|| false), on_progress: Box::new(|_| {}) }
    }

    /// Starts counting a stage.
    pub(super) fn begin(&self, stage: Stage, total: u64) -> StageCounter<'_> {
        let now = Progress { stage, done: 0, total };
        (self.on_progress)(now);
        StageCounter { monitor: self, now }
    }
}

/// Counts the bytes of one stage.
pub(super) struct StageCounter<'a> {
    monitor: &'a Monitor,
    now: Progress,
}

impl StageCounter<'_> {
    /// Adds bytes that are done.
    pub(super) fn add(&mut self, bytes: u64) -> Result<(), BackupError> {
        if (self.monitor.is_cancelled)() {
            return Err(BackupError::Cancelled);
        }
        self.now.done = self.now.done.saturating_add(bytes);
        self.now.total = self.now.total.max(self.now.done);
        (self.monitor.on_progress)(self.now);
        Ok(())
    }
}
