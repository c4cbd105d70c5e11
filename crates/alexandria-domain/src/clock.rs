//! Hybrid logical clock: stamps that follow wall time, never run backwards and order ops of all devices.
//!
//! After Kulkarni et al., "Logical Physical Clocks" (2014). Wall time is passed in: this module reads no clock.

/// A stamp: milliseconds since 1970 in the upper 48 bits, a counter in the lower 16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hlc(u64);

impl Hlc {
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

    /// The wall-time part, in milliseconds since 1970.
    #[must_use]
    pub const fn millis(self) -> u64 {
        self.0 >> 16
    }
}

/// Makes stamps for one device.
#[derive(Debug)]
pub struct Clock {
    last: Hlc,
}

impl Clock {
    /// A clock that continues after `last`, the newest stamp this device has made or seen.
    #[must_use]
    pub const fn after(last: Hlc) -> Self {
        Self { last }
    }

    /// The next stamp, at wall time `now_millis`. Later than every stamp made or seen before, even if the wall clock
    /// went back. (2^16 stamps in a millisecond carry into the next millisecond.)
    pub fn tick(&mut self, now_millis: u64) -> Hlc {
        let wall = Hlc((now_millis & ((1 << 48) - 1)) << 16);
        self.last = if wall > self.last { wall } else { Hlc(self.last.0.saturating_add(1)) };
        self.last
    }

    /// Takes note of a stamp another device made.
    pub fn observe(&mut self, seen: Hlc) {
        self.last = self.last.max(seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn stamps_only_grow(times in proptest::collection::vec(0u64..1 << 40, 1..50), seen in 0u64..1 << 50) {
            let mut clock = Clock::after(Hlc::default());
            let mut last = Hlc::default();
            for (n, time) in times.into_iter().enumerate() {
                if n == 3 { clock.observe(Hlc::from_u64(seen)); last = last.max(Hlc::from_u64(seen)); }
                let next = clock.tick(time);
                proptest::prop_assert!(next > last);
                last = next;
            }
        }
    }

    #[test]
    fn a_stamp_shows_wall_time() {
        assert_eq!(Clock::after(Hlc::default()).tick(1_700_000_000_000).millis(), 1_700_000_000_000);
    }
}
