//! The generic cell rate algorithm: a rate limit whose whole state is one time, that of the next request that would arrive
//! exactly on schedule.

use std::time::Duration;

/// How much is allowed: `burst` at once, and one more per `interval`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many may come at once. At least 1.
    pub burst: u32,
    /// The time in which one is granted again, in milliseconds. At least 1.
    pub interval_ms: u32,
}

impl Rate {
    /// `count` per `period`, all of which may come at once.
    #[must_use]
    pub const fn per(count: u32, period: Duration) -> Self {
        Self::with_burst(count, period, count)
    }

    /// `count` per `period` in the long run, and `burst` at once.
    #[must_use]
    pub const fn with_burst(count: u32, period: Duration, burst: u32) -> Self {
        let count = if count == 0 { 1 } else { count as u128 };
        let interval = period.as_millis() / count;
        #[expect(clippy::cast_possible_truncation, reason = "checked just before")]
        let interval_ms = match interval {
            0 => 1,
            1..=0xffff_ffff => interval as u32,
            _ => u32::MAX,
        };
        Self { burst: if burst == 0 { 1 } else { burst }, interval_ms }
    }

    /// The time that a full allowance takes to come back, in milliseconds.
    #[must_use]
    pub const fn full_after_ms(self) -> i64 {
        self.burst as i64 * self.interval_ms as i64
    }
}

/// The outcome of a request for allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It was granted.
    Allowed,
    /// It was not, and nothing was taken.
    Denied {
        /// When the same request would be granted, in milliseconds from now.
        retry_after_ms: u64,
    },
}

/// Decides on `cost` at `now_ms`, given the stored time (0: none); with the time to store if it is allowed.
pub(super) fn decide(rate: Rate, cost: u32, stored_ms: i64, now_ms: i64) -> (Decision, i64) {
    // A time beyond what this rate can produce comes from a clock that was set back: it must not lock anybody out.
    let schedule = stored_ms.clamp(now_ms, now_ms.saturating_add(rate.full_after_ms()));
    let next = schedule.saturating_add(i64::from(cost) * i64::from(rate.interval_ms));
    let wait = next.saturating_sub(rate.full_after_ms()).saturating_sub(now_ms);
    match u64::try_from(wait) {
        Ok(retry_after_ms @ 1..) => (Decision::Denied { retry_after_ms }, stored_ms),
        _ => (Decision::Allowed, next),
    }
}
