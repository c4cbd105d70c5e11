//! Throttling of the background job: full speed on mains power, half speed on battery.

use std::time::{Duration, Instant};

/// How often the power source is polled. A minute of full speed after the plug was pulled does no harm, and polling this
/// rarely costs nothing that could be measured.
const POLL_INTERVAL: Duration = Duration::from_secs(60);

/// How long the job sleeps after a step on battery, as a multiple of that step's duration: half of the time it does
/// nothing, which on two cores is the work of one thread. With less, the fan runs for work that can wait; with more, a
/// large library takes days and appears stuck.
const SLEEP_PER_STEP: u32 = 1;

/// Decides whether and how long the job sleeps between its steps.
pub(crate) struct Throttle {
    /// Asks the system, blocking, whether the computer runs on battery; `None` if it cannot tell.
    on_battery: fn() -> Option<bool>,
    polled: Option<Instant>,
    throttled: bool,
    last_step: Duration,
}

impl Throttle {
    /// A throttle over a power source.
    pub(crate) fn new(on_battery: fn() -> Option<bool>) -> Self {
        Self { on_battery, polled: None, throttled: false, last_step: Duration::ZERO }
    }

    /// Whether the computer ran on battery when the power source was last polled. Unknown counts as mains power.
    pub(super) async fn is_throttled(&mut self) -> bool {
        if self.polled.is_none_or(|polled| polled.elapsed() >= POLL_INTERVAL) {
            let on_battery = tokio::task::spawn_blocking(self.on_battery).await.unwrap_or_default();
            self.throttled = on_battery.unwrap_or(false);
            self.polled = Some(Instant::now());
        }
        self.throttled
    }

    /// Records how long a step took.
    pub(super) fn record_step(&mut self, duration: Duration) {
        self.last_step = duration;
    }

    /// How long to sleep before the next step when throttled.
    pub(super) fn sleep(&self) -> Duration {
        self.last_step * SLEEP_PER_STEP
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn throttle_applies_only_on_battery() {
        async fn check(on_battery: fn() -> Option<bool>, expect: bool) {
            assert_eq!(Throttle::new(on_battery).is_throttled().await, expect, "{:?}", on_battery());
        }
        check(|| Some(true), true).await;
        check(|| Some(false), false).await;
        check(|| None, false).await;
    }

    #[tokio::test]
    async fn throttle_does_not_poll_the_power_source_before_every_step() {
        static POLLS: AtomicU32 = AtomicU32::new(0);
        let mut throttle = Throttle::new(|| {
            POLLS.fetch_add(1, Ordering::Relaxed);
            Some(true)
        });
        for _ in 0..3 {
            assert!(throttle.is_throttled().await);
        }
        assert_eq!(POLLS.load(Ordering::Relaxed), 1);
        // As if a minute had passed.
        throttle.polled = Instant::now().checked_sub(POLL_INTERVAL);
        assert!(throttle.is_throttled().await);
        assert_eq!(POLLS.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn throttle_sleeps_as_long_as_the_last_step_took() {
        let mut throttle = Throttle::new(|| Some(true));
        assert_eq!(throttle.sleep(), Duration::ZERO);
        throttle.record_step(Duration::from_millis(700));
        assert_eq!(throttle.sleep(), Duration::from_millis(700));
    }
}
