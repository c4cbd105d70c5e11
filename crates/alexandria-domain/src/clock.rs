//! Hybrid logical clock: stamps that follow wall time, never run backwards and order ops of all devices.
//!
//! After Kulkarni et al., "Logical Physical Clocks" (2014). Wall time is passed in: this module reads no clock.

/// A stamp: milliseconds since 1970 in the upper 48 bits, a counter in the lower 16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hlc(u64);

impl Hlc {
    /// The greatest wall time a stamp can hold, in milliseconds since 1970.
    pub const MAX_MILLIS: u64 = (1 << 48) - 1;

    /// Rebuilds a stamp from its stored number.
    #[must_use]
    pub const fn from_u64(raw: u64) -> Self {
        Self(raw)
    }

    /// The stored number.
    #[must_use]
    pub const fn to_u64(self) -> u64 {
        self.0
    }

    /// The first stamp of a millisecond; of the last one that a stamp can hold if `millis` is later.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        let millis = if millis > Self::MAX_MILLIS { Self::MAX_MILLIS } else { millis };
        Self(millis << 16)
    }

    /// The wall-time part, in milliseconds since 1970.
    #[must_use]
    pub const fn millis(self) -> u64 {
        self.0 >> 16
    }
}

/// Why a clock gives no stamp. The clock is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// The next stamp would be more than [`Clock::MAX_AHEAD_MS`] later than wall time: the wall clock is wrong now, or
    /// was when the newest op was written.
    #[error("the newest change is dated {} days after this computer's clock, which is set wrong now or was then", .ahead_ms / DAY_MS)]
    Ahead {
        /// How far the stamp would be ahead of wall time.
        ahead_ms: u64,
    },
    /// There is no later stamp.
    #[error("the clock of changes is at the end of its range")]
    Exhausted,
}

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// Makes stamps for one device.
#[derive(Debug, Default)]
pub struct Clock {
    last: Hlc,
}

impl Clock {
    /// How far a stamp may be ahead of wall time.
    ///
    /// Checked only where an op is written. A reader of ops must not check it: two devices whose clocks differ would
    /// accept different ops, and never agree again. The bound is wide because the wall clock is the only measure here: one
    /// that is set to local time instead of UTC is wrong by up to 14 hours, and that must not stop a reader.
    pub const MAX_AHEAD_MS: u64 = DAY_MS;

    /// The next stamp, at wall time `now_millis`. Later than every stamp made or observed before, even if the wall clock
    /// went back. (2^16 stamps in a millisecond carry into the next millisecond.)
    ///
    /// # Errors
    /// See [`ClockError`].
    pub fn tick(&mut self, now_millis: u64) -> Result<Hlc, ClockError> {
        let wall = Hlc::from_millis(now_millis);
        let next =
            if wall > self.last { wall } else { Hlc(self.last.0.checked_add(1).ok_or(ClockError::Exhausted)?) };
        let ahead_ms = next.millis().saturating_sub(wall.millis());
        if ahead_ms > Self::MAX_AHEAD_MS {
            return Err(ClockError::Ahead { ahead_ms });
        }
        self.last = next;
        Ok(next)
    }

    /// The newest stamp made or observed so far.
    #[must_use]
    pub const fn newest(&self) -> Hlc {
        self.last
    }

    /// Notes a stamp that another clock made, or this one before it was last loaded.
    pub fn observe(&mut self, seen: Hlc) {
        self.last = self.last.max(seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_700_000_000_000;

    proptest::proptest! {
        #[test]
        fn tick_only_grows(times in proptest::collection::vec(0u64..1 << 20, 1..50), seen in 0u64..1 << 40) {
            let mut clock = Clock::default();
            let mut last = Hlc::default();
            for (n, time) in times.into_iter().enumerate() {
                if n == 3 { clock.observe(Hlc::from_u64(seen)); last = last.max(Hlc::from_u64(seen)); }
                let next = clock.tick(time).unwrap();
                proptest::prop_assert!(next > last);
                last = next;
            }
        }

        /// Whatever was observed and whatever the wall clock says, a stamp is later than those before and not far ahead.
        #[test]
        fn stamps_are_later_and_not_far_ahead_or_refused(seen: u64, now: u64) {
            let mut clock = Clock::default();
            clock.observe(Hlc::from_u64(seen));
            if let Ok(stamp) = clock.tick(now) {
                proptest::prop_assert!(stamp > Hlc::from_u64(seen));
                proptest::prop_assert!(stamp.millis() <= now.saturating_add(Clock::MAX_AHEAD_MS));
            }
        }
    }

    #[test]
    fn stamp_contains_wall_time() {
        assert_eq!(Clock::default().tick(NOW).unwrap().millis(), NOW);
    }

    #[test]
    fn a_stamp_far_ahead_of_wall_time_is_refused_and_changes_nothing() {
        let check = |seen_ms: u64, now: u64, expect: Result<Hlc, ClockError>| {
            let mut clock = Clock::default();
            clock.observe(Hlc::from_millis(seen_ms));
            assert_eq!(clock.tick(now), expect);
            if expect.is_err() {
                assert_eq!(clock.tick(seen_ms + 1), Ok(Hlc::from_millis(seen_ms + 1)), "once the wall clock is right");
            }
        };
        let after = |millis: u64| Ok(Hlc::from_u64((millis << 16) + 1));
        check(NOW, NOW, after(NOW));
        check(NOW + Clock::MAX_AHEAD_MS, NOW, after(NOW + Clock::MAX_AHEAD_MS));
        check(NOW + Clock::MAX_AHEAD_MS + 1, NOW, Err(ClockError::Ahead { ahead_ms: Clock::MAX_AHEAD_MS + 1 }));
        check(NOW, 0, Err(ClockError::Ahead { ahead_ms: NOW }));
    }

    #[test]
    fn a_stamp_is_never_repeated_at_the_end_of_the_range() {
        let mut clock = Clock::default();
        clock.observe(Hlc::from_u64(u64::MAX - 1));
        assert_eq!(clock.tick(u64::MAX), Ok(Hlc::from_u64(u64::MAX)));
        assert_eq!(clock.tick(u64::MAX), Err(ClockError::Exhausted));
    }
}
