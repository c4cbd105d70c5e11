//! When the library is locked automatically: after the idle time that the reader chose, and after sleep.
//!
//! Where the system announces sleep, the shell locks before it. Elsewhere it is detected afterwards by a jump of the clocks,
//! before the reader can do anything. Absent: the task that polls, and what it locks.

#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::settings::AutoLock;

/// Time between two polls of the clocks.
pub const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// How much longer than [`POLL_INTERVAL`] a busy machine may take between two polls. Longer was sleep.
const MAX_POLL_DELAY: Duration = Duration::from_secs(45);

/// How long the open library has been idle, and how long it may be.
#[derive(Debug)]
pub struct AutoLockTimer {
    state: Mutex<TimerState>,
}

#[derive(Debug)]
struct TimerState {
    /// Idle time after which the library is locked; `None` for never.
    limit: Option<Duration>,
    last_activity: Instant,
    opened_at: ClockReading,
}

impl Default for AutoLockTimer {
    fn default() -> Self {
        let now = ClockReading::now();
        Self { state: Mutex::new(TimerState { limit: None, last_activity: now.monotonic, opened_at: now }) }
    }
}

impl AutoLockTimer {
    /// The library was opened, with this choice in its settings.
    pub fn library_opened(&self, choice: AutoLock) {
        self.library_opened_at(ClockReading::now(), choice);
    }

    /// The reader did something.
    pub fn record_activity(&self) {
        self.record_activity_at(Instant::now());
    }

    /// Applies the reader's choice.
    pub fn set_limit(&self, choice: AutoLock) {
        self.state().limit = choice.after();
    }

    fn library_opened_at(&self, now: ClockReading, choice: AutoLock) {
        *self.state() = TimerState { limit: choice.after(), last_activity: now.monotonic, opened_at: now };
    }

    fn record_activity_at(&self, now: Instant) {
        self.state().last_activity = now;
    }

    /// Whether an open library has to be locked at `now`; `previous` is the poll before.
    fn is_lock_due(&self, previous: ClockReading, now: ClockReading) -> bool {
        // If it was opened since that poll, the reader was there after any sleep before it.
        let since = self.state().opened_at.max(previous);
        now.is_after_sleep(since) || self.is_expired(now.monotonic)
    }

    /// Whether the library has been idle for too long at `now`.
    fn is_expired(&self, now: Instant) -> bool {
        let TimerState { limit, last_activity, .. } = *self.state();
        limit.is_some_and(|limit| now.saturating_duration_since(last_activity) >= limit)
    }

    fn state(&self) -> MutexGuard<'_, TimerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Both clocks at one instant. The monotonic clock stops during sleep on Linux and macOS and runs on Windows; the wall
/// clock runs everywhere.
#[derive(Clone, Copy, Debug)]
pub struct ClockReading {
    monotonic: Instant,
    wall: SystemTime,
}

impl ClockReading {
    /// Reads both clocks.
    #[must_use]
    pub fn now() -> Self {
        Self { monotonic: Instant::now(), wall: SystemTime::now() }
    }

    /// The later of two by the monotonic clock, which is never set.
    fn max(self, other: Self) -> Self {
        if other.monotonic > self.monotonic { other } else { self }
    }

    /// Whether the computer slept since `previous`. A wall clock set forward looks the same, and locks: a needless lock
    /// costs a passphrase, a missing one costs the secret.
    fn is_after_sleep(self, previous: Self) -> bool {
        let monotonic = self.monotonic.saturating_duration_since(previous.monotonic);
        let wall = self.wall.duration_since(previous.wall).unwrap_or_default();
        monotonic.max(wall) > POLL_INTERVAL + MAX_POLL_DELAY
    }
}

/// Successive polls of the clocks.
#[derive(Debug)]
pub struct AutoLockPoll {
    previous: ClockReading,
}

impl AutoLockPoll {
    /// Polls from `now` on.
    #[must_use]
    pub const fn new(now: ClockReading) -> Self {
        Self { previous: now }
    }

    /// Polls the clocks. Whether the library is to be locked now; its running jobs do not delay that.
    pub fn is_lock_due(&mut self, now: ClockReading, timer: &AutoLockTimer, is_open: bool) -> bool {
        let previous = std::mem::replace(&mut self.previous, now);
        is_open && timer.is_lock_due(previous, now)
    }

    /// The library was locked. The time that took must not be taken for sleep.
    pub fn record_lock(&mut self, now: ClockReading) {
        self.previous = now;
    }
}
