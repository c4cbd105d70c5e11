//! Waiting after failures: exponential with full jitter, and never shorter than the server asks.

use crate::entropy::Entropy;

/// The first wait, in milliseconds.
const BASE_MS: u64 = 1_000;
/// The longest wait, in milliseconds.
const MAX_MS: u64 = 5 * 60 * 1000;

/// How long to wait after failures in a row.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
    until_ms: u64,
}

impl Backoff {
    /// Notes a failure.
    pub(crate) fn fail(&mut self, now_ms: u64, retry_after_ms: Option<u64>, entropy: &mut Entropy) {
        let ceiling = BASE_MS.saturating_mul(1 << self.failures.min(16)).min(MAX_MS);
        self.failures = self.failures.saturating_add(1);
        // What the server asks is obeyed, but not without end; the jitter keeps clients from coming back all at once.
        let asked = retry_after_ms.unwrap_or(0).min(MAX_MS * 12);
        self.until_ms = now_ms.saturating_add(asked).saturating_add(1 + entropy.below(ceiling));
    }

    /// Notes an answer.
    pub(crate) const fn succeed(&mut self) {
        self.failures = 0;
        self.until_ms = 0;
    }

    /// When the wait ends; `None` if there is none.
    pub(crate) fn until(&self, now_ms: u64) -> Option<u64> {
        // A wall clock that was set back must not make the wait longer than the longest there is.
        (self.until_ms > now_ms && self.until_ms - now_ms <= MAX_MS * 14).then_some(self.until_ms)
    }

    /// Whether the last request failed.
    pub(crate) const fn is_failing(&self) -> bool {
        self.failures > 0
    }
}
