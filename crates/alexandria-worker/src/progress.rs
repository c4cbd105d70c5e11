//! Which page a process reads, as it says itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The number of reports in the upper half, and the page of the last in the lower.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<AtomicU64>);

impl Progress {
    /// The process has reached a page.
    pub(crate) fn reached(&self, page: u32) {
        let count = self.count().saturating_add(1);
        self.0.store(u64::from(count) << 32 | u64::from(page), Ordering::Release);
    }

    /// How often the process has said something.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.0.load(Ordering::Acquire) >> 32).unwrap_or(u32::MAX)
    }

    /// The last page that was reached.
    pub(crate) fn page(&self) -> Option<u32> {
        let value = self.0.load(Ordering::Acquire);
        (value >> 32 > 0).then(|| u32::try_from(value & u64::from(u32::MAX)).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_the_last_page_that_was_reached() {
        let progress = Progress::default();
        assert_eq!((progress.count(), progress.page()), (0, None));
        progress.reached(0);
        assert_eq!((progress.count(), progress.page()), (1, Some(0)));
        progress.clone().reached(u32::MAX);
        assert_eq!((progress.count(), progress.page()), (2, Some(u32::MAX)));
    }
}
