//! The standing job's pace: as fast as it can on mains, with rests on battery.

use std::time::{Duration, Instant};

/// How often the power supply is looked at. Whoever pulls the plug hears the fan a minute longer, and looking costs
/// nothing that could be measured.
const LOOK: Duration = Duration::from_secs(60);

/// How long the job rests after a step on battery, in times of the step: half of the time it does nothing, which on two
/// cores is the work of one thread. With less rest the fan runs for what can wait; with more, a library of some size
/// takes days and looks as if it stood still.
const REST_ON_BATTERY: u32 = 1;

/// Tells when to rest, and for how long.
pub(super) struct Pace {
    /// Asks the system, blocking, whether the computer runs on its battery.
    on_battery: fn() -> Option<bool>,
    looked: Option<Instant>,
    slowed: bool,
    took: Duration,
}

impl Pace {
    /// The pace for a computer that is asked so whether it runs on its battery.
    pub(super) fn new(on_battery: fn() -> Option<bool>) -> Self {
        Self { on_battery, looked: None, slowed: false, took: Duration::ZERO }
    }

    /// Whether the job is to rest: whether the computer ran on its battery at the last look.
    pub(super) async fn is_slowed(&mut self) -> bool {
        if self.looked.is_none_or(|looked| looked.elapsed() >= LOOK) {
            // What cannot be told, for whatever reason, counts as mains.
            let on_battery = tokio::task::spawn_blocking(self.on_battery).await.unwrap_or_default();
            self.slowed = on_battery.unwrap_or(false);
            self.looked = Some(Instant::now());
        }
        self.slowed
    }

    /// Notes how long a step took.
    pub(super) fn stepped(&mut self, took: Duration) {
        self.took = took;
    }

    /// How long to rest before the next step on battery.
    pub(super) fn rest(&self) -> Duration {
        self.took * REST_ON_BATTERY
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn only_a_battery_slows_it() {
        async fn check(on_battery: fn() -> Option<bool>, expect: bool) {
            assert_eq!(Pace::new(on_battery).is_slowed().await, expect, "{:?}", on_battery());
        }
        check(|| Some(true), true).await;
        check(|| Some(false), false).await;
        check(|| None, false).await;
    }

    #[tokio::test]
    async fn the_supply_is_not_looked_at_before_every_step() {
        static LOOKS: AtomicU32 = AtomicU32::new(0);
        let mut pace = Pace::new(|| {
            LOOKS.fetch_add(1, Ordering::Relaxed);
            Some(true)
        });
        for _ in 0..3 {
            assert!(pace.is_slowed().await);
        }
        assert_eq!(LOOKS.load(Ordering::Relaxed), 1);
        // As if a minute had passed.
        pace.looked = Instant::now().checked_sub(LOOK);
        assert!(pace.is_slowed().await);
        assert_eq!(LOOKS.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_rest_is_as_long_as_the_step_before() {
        let mut pace = Pace::new(|| Some(true));
        assert_eq!(pace.rest(), Duration::ZERO);
        pace.stepped(Duration::from_millis(700));
        assert_eq!(pace.rest(), Duration::from_millis(700));
    }
}
