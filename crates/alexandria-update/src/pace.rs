//! How slowly a server may send before it is held to keep the connection open on purpose.

use std::time::{Duration, Instant};

/// Time without a single byte after which a connection counts as dead.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// The time over which the rate is measured, so that a pause of a few seconds does not count.
const WINDOW: Duration = Duration::from_secs(60);
/// Fewest bytes in that time: about 1 KiB a second, less than the slowest mobile network. At this rate, a package of 100 MB
/// would take a day.
const MIN_BYTES: u64 = 64 * 1024;

/// The least pace of a transfer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Time without a single byte after which a connection counts as dead.
    pub(crate) stall: Duration,
    /// The time over which the rate is measured.
    pub(crate) window: Duration,
    /// Fewest bytes in that time.
    pub(crate) min_bytes: u64,
}

impl Pace {
    /// The least pace of a server.
    pub(crate) const DEFAULT: Self = Self { stall: STALL_TIMEOUT, window: WINDOW, min_bytes: MIN_BYTES };

    /// Begins to measure at `now`.
    pub(crate) const fn begin(self, now: Instant) -> Meter {
        Meter { pace: self, began: now, bytes: 0 }
    }
}

/// Measures a transfer.
#[derive(Debug)]
pub(crate) struct Meter {
    pace: Pace,
    /// When the present window began.
    began: Instant,
    /// Bytes in the present window.
    bytes: u64,
}

impl Meter {
    /// Counts `bytes` that arrived at `now`. Returns whether the transfer is fast enough.
    pub(crate) fn add(&mut self, now: Instant, bytes: u64) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        if now.duration_since(self.began) < self.pace.window {
            return true;
        }
        let is_fast = self.bytes >= self.pace.min_bytes;
        (self.began, self.bytes) = (now, 0);
        is_fast
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that arrive at a time in seconds.
    fn check(arrivals: impl IntoIterator<Item = (u64, u64)>, want: bool) {
        let start = Instant::now();
        let mut meter = Pace::DEFAULT.begin(start);
        let is_fast = arrivals.into_iter().all(|(second, bytes)| meter.add(start + Duration::from_secs(second), bytes));
        assert_eq!(is_fast, want);
    }

    #[test]
    fn pace_is_measured_over_a_minute() {
        check([(59, 1)], true);
        check((1..600).map(|second| (second, 2_000)), true);
        // A byte now and then keeps a connection alive, but is no transfer.
        check((1..100).map(|number| (number * 29, 1)), false);
        check((1..200).map(|second| (second, 500)), false);
        // A fast beginning does not excuse what follows.
        check((1..200).map(|second| (second, if second < 50 { 1_000_000 } else { 1 })), false);
        check([(1, 1), (25, 100_000), (55, 1), (61, 1)], true);
    }
}
