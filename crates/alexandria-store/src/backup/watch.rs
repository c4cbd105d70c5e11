//! How a long copy says how far it is, and is stopped.

use std::sync::Arc;

use super::BackupError;

/// What a copy is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Reading what an interrupted backup left, before going on with it.
    Resuming,
    /// Copying.
    Copying,
    /// Reading the finished backup back.
    Verifying,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Bytes done in this stage.
    pub done: u64,
    /// Bytes of this stage, as far as they are known.
    pub total: u64,
}

/// Who watches a copy.
pub struct Watch {
    /// Whether it should stop. Asked often, and from other threads too.
    pub stopped: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Told how far it is.
    pub progress: Box<dyn Fn(Progress) + Send>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}

impl Watch {
    /// Nobody watches.
    #[must_use]
    pub fn none() -> Self {
        Self { stopped: Arc::new(|| false), progress: Box::new(|_| {}) }
    }

    /// Begins to count a stage.
    pub(super) fn begin(&self, stage: Stage, total: u64) -> Count<'_> {
        let now = Progress { stage, done: 0, total };
        (self.progress)(now);
        Count { watch: self, now }
    }
}

/// The count of one stage.
pub(super) struct Count<'a> {
    watch: &'a Watch,
    now: Progress,
}

impl Count<'_> {
    /// Counts bytes that are done.
    pub(super) fn add(&mut self, bytes: u64) -> Result<(), BackupError> {
        if (self.watch.stopped)() {
            return Err(BackupError::Cancelled);
        }
        self.now.done = self.now.done.saturating_add(bytes);
        self.now.total = self.now.total.max(self.now.done);
        (self.watch.progress)(self.now);
        Ok(())
    }
}
