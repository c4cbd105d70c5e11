//! The server's time, as far as its answers show it, and which stamps are acceptable by it.
//!
//! A stamp far in the future wins every merge and wears out the clocks that observe it. So none is made, sealed or observed
//! that is more than [`MAX_AHEAD_MS`] later than the server's time. That is computed from a monotonic clock, so setting the
//! wall clock while the program runs changes nothing. Absent: reading a clock.

use alexandria_domain::{Clock, ClockError, Hlc};

/// How far a stamp may be ahead of the server's time, in milliseconds.
pub const MAX_AHEAD_MS: u64 = 5 * 60 * 1000;

/// How exact the server's time in an answer is, in milliseconds: `Date` counts seconds.
const NOISE_MS: i64 = 1_000;

/// The slowest answer from which the time is taken if nothing is known yet, in milliseconds.
const MAX_ROUND_TRIP_MS: u64 = 120_000;

/// The offset of the server's clock from this computer's monotonic clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerClock {
    offset_ms: Option<i64>,
}

/// Why a stamp was refused. The clock is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// The stamp would be, or is, too far ahead of the server's time.
    #[error("stamp is {ahead_ms} ms ahead of the server's time")]
    Ahead {
        /// How far.
        ahead_ms: u64,
    },
    /// The clock itself refuses.
    #[error(transparent)]
    Clock(#[from] ClockError),
}

impl ServerClock {
    /// Notes the server's time in an answer that arrived at `now_ms` to a request sent at `sent_ms`. The server wrote it at
    /// some moment between, so a slow answer says little, and does not replace an offset that agrees with it.
    pub fn measure(&mut self, sent_ms: u64, now_ms: u64, server_ms: u64) {
        let low = offset(server_ms, now_ms).saturating_sub(NOISE_MS);
        let high = offset(server_ms, sent_ms.min(now_ms)).saturating_add(NOISE_MS);
        match self.offset_ms {
            Some(old) => self.offset_ms = Some(old.clamp(low, high)),
            None if now_ms.saturating_sub(sent_ms) <= MAX_ROUND_TRIP_MS => {
                self.offset_ms = Some(offset(server_ms, now_ms));
            }
            None => {}
        }
    }

    /// The server's time when the monotonic clock shows `now_ms`; `None` if no answer came yet.
    #[must_use]
    pub fn server_ms(&self, now_ms: u64) -> Option<u64> {
        Some(now_ms.saturating_add_signed(self.offset_ms?))
    }

    /// How far the server's clock is ahead, in milliseconds; `None` if no answer came yet.
    #[must_use]
    pub const fn offset_ms(&self) -> Option<i64> {
        self.offset_ms
    }

    /// Whether a stamp is acceptable at `now_ms`. Before the first answer nothing can be said, and nothing is accepted.
    #[must_use]
    pub fn accepts(&self, stamp: Hlc, now_ms: u64) -> bool {
        self.server_ms(now_ms).is_some_and(|server| stamp.millis() <= server.saturating_add(MAX_AHEAD_MS))
    }

    /// Observes a stamp that another device made, unless it is too far ahead of the server's time, or of the wall clock
    /// as long as the server was not heard.
    ///
    /// # Errors
    /// [`StampError::Ahead`]; the clock has not observed the stamp then.
    pub fn observe(&self, clock: &mut Clock, stamp: Hlc, now_ms: u64, wall_ms: u64) -> Result<(), StampError> {
        let server = self.server_ms(now_ms).unwrap_or(wall_ms);
        let ahead_ms = stamp.millis().saturating_sub(server);
        if ahead_ms > MAX_AHEAD_MS {
            return Err(StampError::Ahead { ahead_ms });
        }
        clock.observe(stamp);
        Ok(())
    }

    /// Makes a stamp at the server's time; by the wall clock as long as the server was not heard.
    ///
    /// # Errors
    /// If the clock is too far ahead of the server's time, or at its end.
    pub fn stamp(&self, clock: &mut Clock, now_ms: u64, wall_ms: u64) -> Result<Hlc, StampError> {
        let server = self.server_ms(now_ms).unwrap_or(wall_ms);
        let ahead_ms = clock.newest().millis().saturating_sub(server);
        if ahead_ms > MAX_AHEAD_MS {
            return Err(StampError::Ahead { ahead_ms });
        }
        Ok(clock.tick(server)?)
    }
}

/// What has to be added to `local_ms` to get `server_ms`.
fn offset(server_ms: u64, local_ms: u64) -> i64 {
    let offset = i128::from(server_ms) - i128::from(local_ms);
    i64::try_from(offset).unwrap_or(if offset < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000_000;

    /// Trap 8 (future stamp wins forever or wears out the clock).
    #[test]
    fn stamps_too_far_ahead_are_refused_before_they_are_observed() {
        let check = |stamp: Hlc, accepted: bool| {
            let (mut server, mut clock) = (ServerClock::default(), Clock::default());
            server.measure(NOW, NOW, NOW);
            assert_eq!(server.accepts(stamp, NOW), accepted, "{stamp:?}");
            assert_eq!(server.observe(&mut clock, stamp, NOW, 0).is_ok(), accepted, "{stamp:?}");
            let own = server.stamp(&mut clock, NOW, 0).unwrap();
            assert!(server.stamp(&mut clock, NOW, 0).unwrap() > own, "the next stamp grows");
            assert_eq!(own > stamp, accepted);
        };
        check(Hlc::from_millis(NOW), true);
        check(Hlc::from_millis(NOW + MAX_AHEAD_MS), true);
        check(Hlc::from_millis(NOW + MAX_AHEAD_MS + 1), false);
        check(Hlc::from_millis(4_070_908_800_000), false);
        check(Hlc::from_u64(u64::MAX), false);
    }

    #[test]
    fn nothing_is_accepted_before_the_server_was_heard() {
        assert!(!ServerClock::default().accepts(Hlc::default(), NOW));
    }

    #[test]
    fn measured_offset_follows_the_server_as_far_as_an_answer_is_exact() {
        let mut server = ServerClock::default();
        server.measure(0, 600_000, NOW);
        assert_eq!(server.server_ms(0), None, "too slow an answer says nothing");
        let mut check = |sent_ms: u64, now_ms: u64, server_ms: u64, expect: u64| {
            server.measure(sent_ms, now_ms, server_ms);
            assert_eq!(server.server_ms(0), Some(expect));
        };
        check(0, 0, NOW, NOW);
        check(0, 0, NOW + 900, NOW);
        check(0, 600_000, NOW, NOW);
        check(0, 600_000, NOW + 600_000, NOW);
        check(0, 0, NOW + 90_000, NOW + 89_000);
        check(0, 0, NOW - 90_000, NOW - 89_000);
        check(u64::MAX, u64::MAX, 0, 0);
    }
}
