//! Idle time, sleep, and the library on simulated clocks.

use super::*;

#[test]
fn auto_lock_timer_counts_from_last_activity() {
    let timer = AutoLockTimer::default();
    let now = Instant::now();
    let later = |minutes: u64| now + Duration::from_secs(minutes * 60 + 1);
    assert!(!timer.is_expired(later(1_000)));
    for (choice, minutes) in [(AutoLock::FiveMinutes, 5), (AutoLock::QuarterHour, 15), (AutoLock::Hour, 60)] {
        timer.record_activity();
        timer.set_limit(choice);
        assert!(!timer.is_expired(later(minutes - 1)), "{choice:?}");
        assert!(timer.is_expired(later(minutes)), "{choice:?}");
    }
    timer.set_limit(AutoLock::Never);
    assert!(!timer.is_expired(later(1_000)));
}

#[test]
fn clock_reading_detects_sleep_in_either_clock() {
    let previous = ClockReading::now();
    let check = |monotonic: u64, wall: i64, expect: bool| {
        let by = Duration::from_secs(wall.unsigned_abs());
        let wall_clock = if wall < 0 { previous.wall - by } else { previous.wall + by };
        let now = ClockReading { monotonic: previous.monotonic + Duration::from_secs(monotonic), wall: wall_clock };
        assert_eq!(now.is_after_sleep(previous), expect, "{monotonic} s, {wall} s");
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
    /// So many minutes pass without activity.
    Idle(u64),
    /// The reader turns a page.
    Activity,
    /// The reader chooses another limit.
    Chosen(AutoLock),
    /// The computer sleeps for so many minutes, and the clocks have not been polled since.
    Sleep(u64),
    /// The system announces sleep, and the library is locked before it.
    LockedForSleep(u64),
    /// The reader opens the library, if it is locked.
    Opened,
}
use Step::{Activity, Chosen, Idle, LockedForSleep, Opened, Sleep};

/// A window on simulated clocks.
struct Simulation {
    now: ClockReading,
    timer: AutoLockTimer,
    poll: AutoLockPoll,
    is_open: bool,
    choice: AutoLock,
    /// Whether the monotonic clock runs while the computer sleeps.
    monotonic_in_sleep: bool,
}

impl Simulation {
    fn new(choice: AutoLock, monotonic_in_sleep: bool) -> Self {
        let now = ClockReading::now();
        let (timer, poll) = (AutoLockTimer::default(), AutoLockPoll::new(now));
        timer.library_opened_at(now, choice);
        Self { now, timer, poll, is_open: true, choice, monotonic_in_sleep }
    }

    fn advance(&mut self, time: Duration) {
        self.now.monotonic += time;
        self.now.wall += time;
    }

    fn sleep(&mut self, minutes: u64) {
        let time = Duration::from_secs(minutes * 60);
        self.now.wall += time;
        self.now.monotonic += if self.monotonic_in_sleep { time } else { Duration::ZERO };
    }

    /// As the task does. Locking takes two minutes: a long file is being imported.
    fn poll(&mut self) {
        self.advance(POLL_INTERVAL);
        if self.poll.is_lock_due(self.now, &self.timer, self.is_open) {
            self.is_open = false;
            self.advance(Duration::from_secs(120));
            self.poll.record_lock(self.now);
        }
    }

    fn apply(&mut self, step: Step) {
        match step {
            Idle(minutes) => (0..minutes * 60 / POLL_INTERVAL.as_secs()).for_each(|_poll| self.poll()),
            Activity => self.timer.record_activity_at(self.now.monotonic),
            Chosen(choice) => {
                self.choice = choice;
                self.timer.set_limit(choice);
            }
            Sleep(minutes) => self.sleep(minutes),
            LockedForSleep(minutes) => {
                self.is_open = false;
                self.sleep(minutes);
            }
            Opened => {
                self.advance(Duration::from_secs(1));
                self.is_open = true;
                self.timer.library_opened_at(self.now, self.choice);
            }
        }
    }
}

fn check(choice: AutoLock, steps: &[Step], is_open: bool) {
    for monotonic_in_sleep in [false, true] {
        let mut simulation = Simulation::new(choice, monotonic_in_sleep);
        steps.iter().for_each(|step| simulation.apply(*step));
        assert_eq!(
            simulation.is_open, is_open,
            "{choice:?}: {steps:?}, monotonic clock runs in sleep: {monotonic_in_sleep}"
        );
    }
}

#[test]
fn auto_lock_locks_library_idle_for_the_chosen_time() {
    check(AutoLock::FiveMinutes, &[Idle(4)], true);
    check(AutoLock::FiveMinutes, &[Idle(5)], false);
    check(AutoLock::FiveMinutes, &[Idle(4), Activity, Idle(4), Activity, Idle(4)], true);
    check(AutoLock::FiveMinutes, &[Idle(4), Activity, Idle(5)], false);
    check(AutoLock::FiveMinutes, &[Idle(5), Opened, Idle(4)], true);
    check(AutoLock::FiveMinutes, &[Idle(5), Opened, Idle(5)], false);
    check(AutoLock::Hour, &[Idle(59)], true);
    check(AutoLock::Hour, &[Idle(59), Chosen(AutoLock::QuarterHour), Idle(1)], false);
    check(AutoLock::Never, &[Idle(3 * 24 * 60)], true);
    check(AutoLock::QuarterHour, &[Idle(14), Chosen(AutoLock::Never), Idle(60)], true);
}

#[test]
fn auto_lock_locks_after_sleep_and_keeps_open_what_was_opened_after_it() {
    for choice in [AutoLock::Never, AutoLock::FiveMinutes] {
        check(choice, &[Idle(1), Sleep(60), Idle(1)], false);
        check(choice, &[Idle(1), Sleep(60), Activity, Idle(1)], false);
        check(choice, &[Idle(1), LockedForSleep(60), Idle(1)], false);
        check(choice, &[Idle(1), LockedForSleep(60), Opened, Idle(1)], true);
        check(choice, &[Idle(1), LockedForSleep(60), Idle(1), Opened, Idle(1)], true);
        check(choice, &[Idle(1), LockedForSleep(60), Opened, Sleep(60), Idle(1)], false);
        check(choice, &[Idle(1), Sleep(60), Idle(1), Opened, Idle(1)], true);
    }
}
