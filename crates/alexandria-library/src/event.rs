//! Events that an open library emits while it works, and the bus that shells subscribe to.

use tokio::sync::broadcast;

use crate::import::ImportReport;

/// Events a slow subscriber may lag behind before it misses the oldest.
const CAPACITY: usize = 256;

/// Sends events to every subscriber.
pub(crate) struct EventBus(broadcast::Sender<Event>);

impl EventBus {
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(CAPACITY).0)
    }

    /// Sends an event to all subscribers, if there are any.
    pub(crate) fn emit(&self, event: Event) {
        let _without_subscribers = self.0.send(event);
    }

    /// All events from now on. A slow subscriber misses the oldest events, never the newest.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }
}

/// Something happened that a shell may want to show.
#[derive(Clone, Debug)]
pub enum Event {
    /// Publications were added, removed, restored, opened or became searchable: read the shelf again.
    Changed,
    /// An import made progress.
    Import(ImportProgress),
    /// An import ended.
    ImportFinished {
        /// Its number.
        job: u32,
        /// The outcome of each file.
        report: ImportReport,
    },
    /// Embedding made progress or changed its state.
    Embedding(EmbeddingProgress),
}

/// Progress of an import.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportProgress {
    /// Number of the import in this process.
    pub job: u32,
    /// Files finished, whatever their outcome.
    pub done: u64,
    /// Files found so far.
    pub total: u64,
    /// Name of the file started last.
    pub current: Option<String>,
    /// Estimated seconds left; `None` until there is enough to estimate from.
    pub eta_seconds: Option<u64>,
}

/// Progress of embedding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddingProgress {
    /// Passages that have their vectors.
    pub done: u64,
    /// Passages on the shelf.
    pub total: u64,
    /// Estimated seconds left; `None` until there is enough to estimate from.
    pub eta_seconds: Option<u64>,
    /// What the job does about the remaining passages.
    pub state: EmbeddingState,
}

/// State of the embedding job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EmbeddingState {
    /// Running at full speed.
    Running,
    /// Running, throttled because the computer runs on battery.
    Slowed,
    /// Paused by the reader until they resume it.
    Paused,
    /// There is work to do and it starts by itself: when an import ends, or soon after the library is opened.
    Due,
    /// It failed and is retried after a delay.
    Waiting,
    /// Every passage on the shelf has its vector.
    Done,
}

/// Estimated seconds left at the speed of the first `elapsed` seconds. `None` before a second has passed.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, rounded up to whole seconds"
)]
pub(crate) fn eta(done: u64, total: u64, elapsed: f64) -> Option<u64> {
    (done > 0 && elapsed >= 1.0).then(|| (elapsed / done as f64 * total.saturating_sub(done) as f64).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::eta;

    #[test]
    fn eta_extrapolates_the_speed_so_far() {
        assert_eq!(eta(0, 10, 5.0), None);
        assert_eq!(eta(5, 10, 0.5), None);
        assert_eq!(eta(5, 10, 5.0), Some(5));
        assert_eq!(eta(12, 10, 5.0), Some(0));
    }
}
