//! Locking the library by itself: when it has been left alone for the time the reader chose, and when the computer has
//! slept.
//!
//! On Linux the system says that it is going to sleep (`sleep`), and waits until the library is locked. Everywhere else,
//! and where nobody says so, sleep is noticed afterwards, by a leap of the clocks, before the reader can do anything.
//! An import that is running puts nothing off: what the lock cuts off of it waits for the next opening (`shell`).

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
    opened: Moment,
}

impl Default for Rest {
    fn default() -> Self {
        let now = Moment::now();
        Self { state: Mutex::new(State { limit: None, seen: now.steady, opened: now }) }
    }
}

impl Rest {
    /// The library was opened, and its settings hold this choice.
    pub(crate) fn opened(&self, choice: AutoLock) {
        self.opened_at(Moment::now(), choice);
    }

    /// The reader is here.
    pub(crate) fn seen(&self) {
        self.seen_at(Instant::now());
    }

    /// Takes up the reader's choice.
    pub(crate) fn after(&self, choice: AutoLock) {
        self.state().limit = choice.after();
    }

    fn opened_at(&self, now: Moment, choice: AutoLock) {
        *self.state() = State { limit: choice.after(), seen: now.steady, opened: now };
    }

    fn seen_at(&self, now: Instant) {
        self.state().seen = now;
    }

    /// Whether an open library has to be locked at `now`; `before` is the look before this one.
    fn must_lock(&self, before: Moment, now: Moment) -> bool {
        // Whoever opened it since then was there after a sleep that came before.
        let since = self.state().opened.or_later(before);
        now.is_after_sleep(since) || self.is_over(now.steady)
    }

    /// Whether the library has been left alone for too long at `now`.
    fn is_over(&self, now: Instant) -> bool {
        let State { limit, seen, .. } = *self.state();
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

    /// The later of two. The steady clock decides: it is never set.
    fn or_later(self, other: Self) -> Self {
        if other.steady > self.steady { other } else { self }
    }

    /// Whether the computer slept since `before`. A wall clock set forward looks the same, and locks: that costs a
    /// passphrase, the other way round it costs the secret.
    fn is_after_sleep(self, before: Self) -> bool {
        let steady = self.steady.saturating_duration_since(before.steady);
        let wall = self.wall.duration_since(before.wall).unwrap_or_default();
        steady.max(wall) > LOOK + HICCUP
    }
}

/// The looks at the clocks, one after the other.
struct Watch {
    before: Moment,
}

impl Watch {
    /// Looks at the clocks. Whether the library is to be locked now; what goes on in it does not put that off.
    fn look(&mut self, now: Moment, rest: &Rest, is_open: bool) -> bool {
        let before = std::mem::replace(&mut self.before, now);
        is_open && rest.must_lock(before, now)
    }

    /// The library was locked. That takes its time, which is not to be taken for sleep.
    fn locked(&mut self, now: Moment) {
        self.before = now;
    }
}

/// Locks the library when it is time, for as long as the program runs.
pub(crate) async fn watch(app: AppHandle) {
    #[cfg(target_os = "linux")]
    tauri::async_runtime::spawn(sleep::lock_before(app.clone()));
    let mut watch = Watch { before: Moment::now() };
    loop {
        tokio::time::sleep(LOOK).await;
        let shell = app.state::<Shell>();
        if watch.look(Moment::now(), shell.rest(), shell.is_open()) {
            tracing::info!("the library locks by itself");
            shell.lock().await;
            watch.locked(Moment::now());
        }
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

    /// What happens to a window.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        /// So many minutes pass, and nobody does anything.
        Alone(u64),
        /// The reader turns a page.
        Seen,
        /// The reader chooses another time.
        Chosen(AutoLock),
        /// The computer sleeps for so many minutes, and the clocks have not been looked at since.
        Sleep(u64),
        /// The system says that the computer sleeps, and the library is locked before it does.
        LockedForSleep(u64),
        /// The reader opens the library, if it is locked.
        Opened,
    }
    use Step::{Alone, Chosen, LockedForSleep, Opened, Seen, Sleep};

    /// A window on a made-up day.
    struct Day {
        now: Moment,
        rest: Rest,
        watch: Watch,
        is_open: bool,
        choice: AutoLock,
        /// Whether the steady clock goes on while the computer sleeps.
        steady_in_sleep: bool,
    }

    impl Day {
        fn begin(choice: AutoLock, steady_in_sleep: bool) -> Self {
            let now = Moment::now();
            let (rest, watch) = (Rest::default(), Watch { before: now });
            rest.opened_at(now, choice);
            Self { now, rest, watch, is_open: true, choice, steady_in_sleep }
        }

        fn pass(&mut self, time: Duration) {
            self.now.steady += time;
            self.now.wall += time;
        }

        fn sleep(&mut self, minutes: u64) {
            let time = Duration::from_secs(minutes * 60);
            self.now.wall += time;
            self.now.steady += if self.steady_in_sleep { time } else { Duration::ZERO };
        }

        /// As the loop does. Locking takes two minutes: a long file is being imported.
        fn look(&mut self) {
            self.pass(LOOK);
            if self.watch.look(self.now, &self.rest, self.is_open) {
                self.is_open = false;
                self.pass(Duration::from_secs(120));
                self.watch.locked(self.now);
            }
        }

        fn live(&mut self, step: Step) {
            match step {
                Alone(minutes) => (0..minutes * 60 / LOOK.as_secs()).for_each(|_look| self.look()),
                Seen => self.rest.seen_at(self.now.steady),
                Chosen(choice) => {
                    self.choice = choice;
                    self.rest.after(choice);
                }
                Sleep(minutes) => self.sleep(minutes),
                LockedForSleep(minutes) => {
                    self.is_open = false;
                    self.sleep(minutes);
                }
                Opened => {
                    self.pass(Duration::from_secs(1));
                    self.is_open = true;
                    self.rest.opened_at(self.now, self.choice);
                }
            }
        }
    }

    fn check(choice: AutoLock, steps: &[Step], is_open: bool) {
        for steady_in_sleep in [false, true] {
            let mut day = Day::begin(choice, steady_in_sleep);
            steps.iter().for_each(|step| day.live(*step));
            assert_eq!(day.is_open, is_open, "{choice:?}: {steps:?}, steady in sleep: {steady_in_sleep}");
        }
    }

    #[test]
    fn a_library_left_alone_for_the_chosen_time_is_locked() {
        check(AutoLock::FiveMinutes, &[Alone(4)], true);
        check(AutoLock::FiveMinutes, &[Alone(5)], false);
        check(AutoLock::FiveMinutes, &[Alone(4), Seen, Alone(4), Seen, Alone(4)], true);
        check(AutoLock::FiveMinutes, &[Alone(4), Seen, Alone(5)], false);
        check(AutoLock::FiveMinutes, &[Alone(5), Opened, Alone(4)], true);
        check(AutoLock::FiveMinutes, &[Alone(5), Opened, Alone(5)], false);
        check(AutoLock::Hour, &[Alone(59)], true);
        check(AutoLock::Hour, &[Alone(59), Chosen(AutoLock::QuarterHour), Alone(1)], false);
        check(AutoLock::Never, &[Alone(3 * 24 * 60)], true);
        check(AutoLock::QuarterHour, &[Alone(14), Chosen(AutoLock::Never), Alone(60)], true);
    }

    #[test]
    fn sleep_locks_and_what_was_opened_after_it_stays_open() {
        for choice in [AutoLock::Never, AutoLock::FiveMinutes] {
            check(choice, &[Alone(1), Sleep(60), Alone(1)], false);
            check(choice, &[Alone(1), Sleep(60), Seen, Alone(1)], false);
            check(choice, &[Alone(1), LockedForSleep(60), Alone(1)], false);
            check(choice, &[Alone(1), LockedForSleep(60), Opened, Alone(1)], true);
            check(choice, &[Alone(1), LockedForSleep(60), Alone(1), Opened, Alone(1)], true);
            check(choice, &[Alone(1), LockedForSleep(60), Opened, Sleep(60), Alone(1)], false);
            check(choice, &[Alone(1), Sleep(60), Alone(1), Opened, Alone(1)], true);
        }
    }
}
