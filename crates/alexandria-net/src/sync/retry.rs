//! When a request is sent again: after 408, 429, 502, 503, 504 and broken connections, with full jitter and no earlier than
//! `Retry-After`; nothing else.

use std::time::Duration;

use super::error::SyncError;
use super::jitter::Jitter;
use super::request::Repeat;

/// How often and when a request is sent again.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// Attempts in all, at least 1.
    pub attempts: u32,
    /// The pause after the first attempt is random up to this long; the bound doubles with each attempt.
    pub first_pause: Duration,
    /// Longest pause. If the server asks for a longer one, the request fails at once, and the caller plans.
    pub max_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 5, first_pause: Duration::from_millis(500), max_pause: Duration::from_secs(30) }
    }
}

impl RetryPolicy {
    /// The pause after attempt `attempt` (from 1) failed with `error`; `None` if there is no further attempt.
    pub(super) fn pause(
        &self,
        attempt: u32,
        error: &SyncError,
        repeat: Repeat,
        jitter: &dyn Jitter,
    ) -> Option<Duration> {
        let may_repeat = repeat == Repeat::Always || !error.may_have_arrived();
        if attempt >= self.attempts || !error.is_temporary() || !may_repeat {
            return None;
        }
        let doubled = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let bound = self.first_pause.saturating_mul(doubled).min(self.max_pause);
        let random = Duration::from_millis(jitter.below(u64::try_from(bound.as_millis()).unwrap_or(u64::MAX)));
        match error.retry_after() {
            Some(asked) if asked > self.max_pause => None,
            Some(asked) => Some(asked.saturating_add(random)),
            None => Some(random),
        }
    }
}

#[cfg(test)]
mod tests {
    use alexandria_protocol::problem::{Problem, ProblemCode};

    use super::*;
    use crate::error::NetError;

    /// The greatest number that is allowed.
    #[derive(Debug)]
    struct Greatest;

    impl Jitter for Greatest {
        fn below(&self, bound: u64) -> u64 {
            bound.saturating_sub(1)
        }
    }

    fn refused(code: ProblemCode) -> SyncError {
        SyncError::Refused(Box::new(Problem::new(code)))
    }

    fn not_ours(status: u16) -> SyncError {
        SyncError::NotOurs { status, retry_after: None }
    }

    #[test]
    fn request_is_sent_again_after_what_passes_only() {
        let check = |error: SyncError, expect: bool| {
            let pause = RetryPolicy::default().pause(1, &error, Repeat::Always, &Greatest);
            assert_eq!(pause.is_some(), expect, "{error}");
        };
        for status in [408, 429, 502, 503, 504] {
            check(not_ours(status), true);
        }
        for status in [200, 204, 302, 400, 401, 403, 404, 409, 413, 500, 501, 511] {
            check(not_ours(status), false);
        }
        for code in ProblemCode::ALL {
            check(refused(code.clone()), code.is_retryable());
        }
        check(SyncError::Refused(Box::new(Problem { status: 503, ..ProblemCode::Unknown("x".into()).into() })), true);
        check(NetError::Unreachable(String::new()).into(), true);
        check(NetError::Interrupted(String::new()).into(), true);
        check(NetError::TimedOut.into(), true);
        check(NetError::NotAllowed.into(), false);
        check(NetError::NotTrusted(String::new()).into(), false);
        check(SyncError::Malformed(""), false);
    }

    #[test]
    fn pause_grows_and_is_no_shorter_than_what_the_server_asks_for() {
        let policy =
            RetryPolicy { attempts: 4, first_pause: Duration::from_millis(100), max_pause: Duration::from_millis(300) };
        let pause = |attempt, error: &SyncError| {
            policy.pause(attempt, error, Repeat::Always, &Greatest).map(|pause| pause.as_millis())
        };
        let busy = |asked| SyncError::NotOurs { status: 503, retry_after: Some(Duration::from_millis(asked)) };
        let pauses: Vec<_> = (1..=5).map(|attempt| pause(attempt, &not_ours(502))).collect();
        assert_eq!(pauses, [Some(99), Some(199), Some(299), None, None]);
        assert_eq!(pause(1, &busy(250)), Some(349));
        assert_eq!(pause(1, &busy(301)), None, "the caller plans that");
    }

    /// A message that is accepted once must not be repeated if it may have arrived: the repetition would be refused, and hide
    /// that the first succeeded.
    #[test]
    fn single_use_message_is_repeated_only_if_it_did_not_arrive() {
        let check = |error: SyncError, expect: bool| {
            let pause = RetryPolicy::default().pause(1, &error, Repeat::IfNotArrived, &Greatest);
            assert_eq!(pause.is_some(), expect, "{error}");
        };
        check(NetError::Unreachable(String::new()).into(), true);
        check(refused(ProblemCode::RateLimited), true);
        check(not_ours(503), true);
        check(not_ours(504), false);
        check(NetError::Interrupted(String::new()).into(), false);
        check(NetError::TimedOut.into(), false);
    }
}
