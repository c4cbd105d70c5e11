//! The state of the embedding job, and whether the reader has paused it.
//!
//! A pause affects the background job only. A run that a caller waits for, as in `alexandria import --wait semantic`, was
//! asked for explicitly and goes on. A paused job holds no lock: books can be deleted and the library repaired or closed.
//!
//! The pause is not stored with the library. It is about this computer, its noise and its battery, and another device
//! may go on with the same library; so it is no op, and the shell keeps it with its own preferences.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::event::EmbeddingState;

/// The state of the job.
#[derive(Debug, Default)]
pub(super) struct JobState {
    paused: watch::Sender<bool>,
    phase: Mutex<Phase>,
}

/// What is running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// Nothing.
    #[default]
    Idle,
    /// Nothing, because the background job's last run failed.
    Failed,
    /// A run that a caller waits for.
    Requested,
    /// A run of the background job.
    Background {
        /// Whether it pauses between its steps to save power.
        throttled: bool,
    },
}

impl JobState {
    /// The state to show while that many passages on the shelf have no vectors.
    pub(super) fn embedding_state(&self, remaining: u64) -> EmbeddingState {
        embedding_state(*self.phase(), self.is_paused(), remaining)
    }

    /// Whether the reader has paused the job.
    pub(super) fn is_paused(&self) -> bool {
        *self.paused.borrow()
    }

    /// Pauses or resumes the job.
    pub(super) fn set_paused(&self, paused: bool) {
        self.paused.send_replace(paused);
    }

    /// Waits until the job is paused, or resumed.
    pub(super) async fn wait_for_pause(&self, paused: bool) {
        let mut receiver = self.paused.subscribe();
        // It cannot fail: the sender lives in `self`.
        drop(receiver.wait_for(|now| *now == paused).await);
    }

    /// Records that a run started: of the background job, or one that a caller waits for.
    pub(super) fn start(&self, background: bool) -> ActiveRun<'_> {
        *self.phase() = if background { Phase::Background { throttled: false } } else { Phase::Requested };
        ActiveRun { state: self, next: Phase::Idle }
    }

    /// Records whether the background job's run is throttled.
    pub(super) fn set_throttled(&self, throttled: bool) {
        *self.phase() = Phase::Background { throttled };
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A run, until this is dropped.
pub(super) struct ActiveRun<'a> {
    state: &'a JobState,
    next: Phase,
}

impl ActiveRun<'_> {
    /// Ends the run with a failure that will be retried.
    pub(super) fn fail(mut self) {
        self.next = Phase::Failed;
    }
}

impl Drop for ActiveRun<'_> {
    fn drop(&mut self) {
        *self.state.phase() = self.next;
    }
}

fn embedding_state(phase: Phase, paused: bool, remaining: u64) -> EmbeddingState {
    match phase {
        Phase::Requested => EmbeddingState::Running,
        // Its run ends after the present step.
        Phase::Background { .. } if paused => EmbeddingState::Paused,
        Phase::Background { throttled: true } => EmbeddingState::Slowed,
        Phase::Background { throttled: false } => EmbeddingState::Running,
        Phase::Idle | Phase::Failed if remaining == 0 => EmbeddingState::Done,
        Phase::Idle | Phase::Failed if paused => EmbeddingState::Paused,
        Phase::Failed => EmbeddingState::Waiting,
        Phase::Idle => EmbeddingState::Due,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedding_state_follows_phase_pause_and_remaining_work() {
        let background = |throttled| Phase::Background { throttled };
        for (phase, paused, remaining, expect) in [
            (Phase::Idle, false, 0, EmbeddingState::Done),
            (Phase::Idle, true, 0, EmbeddingState::Done),
            (Phase::Failed, true, 0, EmbeddingState::Done),
            (Phase::Idle, false, 9, EmbeddingState::Due),
            (Phase::Idle, true, 9, EmbeddingState::Paused),
            (Phase::Failed, false, 9, EmbeddingState::Waiting),
            (Phase::Failed, true, 9, EmbeddingState::Paused),
            (background(false), false, 9, EmbeddingState::Running),
            (background(true), false, 9, EmbeddingState::Slowed),
            (background(false), true, 9, EmbeddingState::Paused),
            (background(true), true, 9, EmbeddingState::Paused),
            (Phase::Requested, false, 9, EmbeddingState::Running),
            (Phase::Requested, true, 9, EmbeddingState::Running),
        ] {
            assert_eq!(embedding_state(phase, paused, remaining), expect, "{phase:?}, paused: {paused}, {remaining}");
        }
    }

    #[test]
    fn active_run_ends_when_it_is_dropped() {
        let state = JobState::default();
        let check = |expect: EmbeddingState| assert_eq!(state.embedding_state(9), expect);
        check(EmbeddingState::Due);
        let run = state.start(true);
        check(EmbeddingState::Running);
        state.set_throttled(true);
        check(EmbeddingState::Slowed);
        run.fail();
        check(EmbeddingState::Waiting);
        drop(state.start(true));
        check(EmbeddingState::Due);
    }
}
