//! Locking the library by itself: when it has been left alone for the time the reader chose, and when the computer has
//! slept.
//!
//! On Linux the system says that it is going to sleep (`sleep`), and waits until the library is locked. Everywhere else,
//! and where nobody says so, sleep is noticed afterwards, by a leap of the clocks, before the reader can do anything.

#[cfg(target_os = "linux")]
mod sleep;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use alexandria_library::AutoLock;
use tauri::{AppHandle, Manager};

use crate::shell::Shell;

/// How often the clocks are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// How much more time may pass between two looks on a busy machine. More was sleep.
const HICCUP: Duration = Duration::from_secs(45);

/// How long an open library has been left alone, and how long it may be.
pub(crate) struct Rest {
    state: Mutex<State>,
}

struct State {
    limit: Option<Duration>,
    seen: Instant,
}

impl Default for Rest {
    fn default() -> Self {
        Self { state: Mutex::new(State { limit: None, seen: Instant::now() }) }
    }
}

impl Rest {
    /// The reader is here.
    pub(crate) fn seen(&self) {
        self.state().seen = Instant::now();
    }

    /// Takes up the reader's choice.
    pub(crate) fn after(&self, choice: AutoLock) {
        self.state().limit = choice.after();
    }

    /// Whether the library has been left alone for too long at `now`.
    fn is_over(&self, now: Instant) -> bool {
        let State { limit, seen } = *self.state();
        limit.is_some_and(|limit| now.saturating_duration_since(seen) >= limit)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Both clocks at one moment. The steady one stands still in sleep on Linux and macOS and goes on on Windows; the wall
/// clock goes on everywhere.
#[derive(Clone, Copy)]
struct Moment {
    steady: Instant,
    wall: SystemTime,
}

impl Moment {
    fn now() -> Self {
        Self { steady: Instant::now(), wall: SystemTime::now() }
    }

    /// Whether the computer slept since `before`, the look before this one. A wall clock set forward looks the same, and
    /// locks: that costs a passphrase, the other way round it costs the secret.
    fn is_after_sleep(self, before: Self) -> bool {
        let steady = self.steady.saturating_duration_since(before.steady);
        let wall = self.wall.duration_since(before.wall).unwrap_or_default();
        steady.max(wall) > LOOK + HICCUP
    }
}

/// Locks the library when it is time, for as long as the program runs.
pub(crate) async fn watch(app: AppHandle) {
    #[cfg(target_os = "linux")]
    tauri::async_runtime::spawn(sleep::lock_before(app.clone()));
    let mut before = Moment::now();
    loop {
        tokio::time::sleep(LOOK).await;
        let now = Moment::now();
        let shell = app.state::<Shell>();
        if shell.is_open() && (now.is_after_sleep(before) || shell.rest().is_over(now.steady)) {
            tracing::info!("the library locks by itself");
            shell.lock().await;
        }
        before = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_alone_is_counted_from_what_the_reader_did_last() {
        let rest = Rest::default();
        let now = Instant::now();
        let later = |minutes: u64| now + Duration::from_secs(minutes * 60 + 1);
        assert!(!rest.is_over(later(1_000)));
        for (choice, minutes) in [(AutoLock::FiveMinutes, 5), (AutoLock::QuarterHour, 15), (AutoLock::Hour, 60)] {
            rest.seen();
            rest.after(choice);
            assert!(!rest.is_over(later(minutes - 1)), "{choice:?}");
            assert!(rest.is_over(later(minutes)), "{choice:?}");
        }
        rest.after(AutoLock::Never);
        assert!(!rest.is_over(later(1_000)));
    }

    #[test]
    fn sleep_shows_in_either_clock() {
        let before = Moment::now();
        let check = |steady: u64, wall: i64, expect: bool| {
            let by = Duration::from_secs(wall.unsigned_abs());
            let wall_clock = if wall < 0 { before.wall - by } else { before.wall + by };
            let now = Moment { steady: before.steady + Duration::from_secs(steady), wall: wall_clock };
            assert_eq!(now.is_after_sleep(before), expect, "{steady} s, {wall} s");
        };
        check(5, 5, false);
        check(40, 40, false);
        check(5, 3_600, true);
        check(3_600, 3_600, true);
        check(5, -3_600, false);
    }
}
