//! What the library tells its shells while it works.

use crate::import::ImportReport;

/// Something happened that a shell may want to show.
#[derive(Clone, Debug)]
pub enum Event {
    /// Publications were added, removed, restored, opened or became searchable: read the shelf again.
    Changed,
    /// An import went on.
    Import(ImportProgress),
    /// An import ended.
    ImportFinished {
        /// Its number.
        job: u32,
        /// What became of each file.
        report: ImportReport,
    },
    /// Passages were given their vectors.
    Embedding(EmbeddingProgress),
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportProgress {
    /// Number of the import in this process.
    pub job: u32,
    /// Files finished, whatever became of them.
    pub done: u64,
    /// Files found so far.
    pub total: u64,
    /// Name of the file begun last.
    pub current: Option<String>,
    /// Seconds to the end, once that can be told.
    pub eta_seconds: Option<u64>,
}

/// How far the making of vectors is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddingProgress {
    /// Passages that have their vectors.
    pub done: u64,
    /// Passages on the shelf.
    pub total: u64,
    /// Seconds to the end, once that can be told.
    pub eta_seconds: Option<u64>,
    /// What becomes of the rest.
    pub state: EmbeddingState,
}

/// What the making of vectors is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EmbeddingState {
    /// It goes on as fast as it can.
    Running,
    /// It goes on, with rests, because the computer runs on its battery.
    Slowed,
    /// The reader has paused it; nothing happens until they let it go on.
    Paused,
    /// There is something to do, and it begins by itself: when an import ends, or the library has just been opened.
    Due,
    /// It failed, and is tried again after a while.
    Waiting,
    /// Every passage on the shelf has its vector.
    Done,
}

/// Seconds left if the rest goes as fast as what was done in `elapsed` seconds. `None` before a second has passed.
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
    fn time_left_follows_the_pace() {
        assert_eq!(eta(0, 10, 5.0), None);
        assert_eq!(eta(5, 10, 0.5), None);
        assert_eq!(eta(5, 10, 5.0), Some(5));
        assert_eq!(eta(12, 10, 5.0), Some(0));
    }
}
