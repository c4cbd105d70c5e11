//! What the embedding job is doing, and whether the reader has paused it.
//!
//! The pause holds the standing job (`Library::keep_embedded`) alone. A run that somebody waits for (`Library::embed`)
//! was asked for in so many words, as by `alexandria import --wait semantic`, and is not held. A held job holds no
//! lock: books are deleted and the library is repaired and closed meanwhile.
//!
//! Absent: the choice from one start to the next. It is about this computer, its noise and its battery, and another
//! device may go on with the same library. So it is no op, and the shell keeps it with what else it keeps here.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::event::EmbeddingState;

/// The state of the job.
#[derive(Debug, Default)]
pub(crate) struct EmbeddingJob {
    paused: watch::Sender<bool>,
    phase: Mutex<Phase>,
    /// How many wait for a run to make way.
    waiting: AtomicU32,
}

/// What is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// Nothing.
    #[default]
    Idle,
    /// Nothing, because the standing job's last run failed.
    Failed,
    /// A run that somebody waits for.
    Asked,
    /// A run of the standing job.
    Standing {
        /// Whether it rests between its steps.
        slowed: bool,
    },
}

impl EmbeddingJob {
    /// What is told of it while so many passages on the shelf have no vectors.
    pub(crate) fn state(&self, left: u64) -> EmbeddingState {
        state(*self.phase(), self.is_paused(), left)
    }

    /// Whether the reader has paused it.
    pub(super) fn is_paused(&self) -> bool {
        *self.paused.borrow()
    }

    /// Takes up the reader's choice.
    pub(super) fn set_paused(&self, paused: bool) {
        self.paused.send_replace(paused);
    }

    /// Waits until it is paused, or no longer.
    pub(super) async fn until_paused(&self, paused: bool) {
        let mut choice = self.paused.subscribe();
        // It cannot fail: the sender is here.
        drop(choice.wait_for(|now| *now == paused).await);
    }

    /// Asks a run under way to make way after its present step, until this is dropped.
    pub(super) fn ask_for_way(&self) -> Asking<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Asking(self)
    }

    /// Whether somebody waits for a run to make way.
    pub(super) fn is_in_the_way(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// Notes that a run has begun: of the standing job, or one that somebody waits for.
    pub(super) fn begin(&self, standing: bool) -> Running<'_> {
        *self.phase() = if standing { Phase::Standing { slowed: false } } else { Phase::Asked };
        Running { job: self, then: Phase::Idle }
    }

    /// Notes whether the standing job's run rests between its steps.
    pub(super) fn slow(&self, slowed: bool) {
        *self.phase() = Phase::Standing { slowed };
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits for a run to make way.
pub(super) struct Asking<'a>(&'a EmbeddingJob);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A run under way, until this is dropped.
pub(super) struct Running<'a> {
    job: &'a EmbeddingJob,
    then: Phase,
}

impl Running<'_> {
    /// Ends the run, which failed and will be tried again.
    pub(super) fn fail(mut self) {
        self.then = Phase::Failed;
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        *self.job.phase() = self.then;
    }
}

fn state(phase: Phase, paused: bool, left: u64) -> EmbeddingState {
    match phase {
        Phase::Asked => EmbeddingState::Running,
        // Its run ends after the present step.
        Phase::Standing { .. } if paused => EmbeddingState::Paused,
        Phase::Standing { slowed: true } => EmbeddingState::Slowed,
        Phase::Standing { slowed: false } => EmbeddingState::Running,
        Phase::Idle | Phase::Failed if left == 0 => EmbeddingState::Done,
        Phase::Idle | Phase::Failed if paused => EmbeddingState::Paused,
        Phase::Failed => EmbeddingState::Waiting,
        Phase::Idle => EmbeddingState::Due,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_so() {
        let standing = |slowed| Phase::Standing { slowed };
        for (phase, paused, left, expect) in [
            (Phase::Idle, false, 0, EmbeddingState::Done),
            (Phase::Idle, true, 0, EmbeddingState::Done),
            (Phase::Failed, true, 0, EmbeddingState::Done),
            (Phase::Idle, false, 9, EmbeddingState::Due),
            (Phase::Idle, true, 9, EmbeddingState::Paused),
            (Phase::Failed, false, 9, EmbeddingState::Waiting),
            (Phase::Failed, true, 9, EmbeddingState::Paused),
            (standing(false), false, 9, EmbeddingState::Running),
            (standing(true), false, 9, EmbeddingState::Slowed),
            (standing(false), true, 9, EmbeddingState::Paused),
            (standing(true), true, 9, EmbeddingState::Paused),
            (Phase::Asked, false, 9, EmbeddingState::Running),
            (Phase::Asked, true, 9, EmbeddingState::Running),
        ] {
            assert_eq!(state(phase, paused, left), expect, "{phase:?}, paused: {paused}, left: {left}");
        }
    }

    #[test]
    fn a_run_ends_however_it_is_left() {
        let job = EmbeddingJob::default();
        let check = |expect: EmbeddingState| assert_eq!(job.state(9), expect);
        check(EmbeddingState::Due);
        let running = job.begin(true);
        check(EmbeddingState::Running);
        job.slow(true);
        check(EmbeddingState::Slowed);
        running.fail();
        check(EmbeddingState::Waiting);
        drop(job.begin(true));
        check(EmbeddingState::Due);
    }
}
