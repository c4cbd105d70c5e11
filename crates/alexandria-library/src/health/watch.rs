//! Somebody who waits for a check: is told how far it is, and can cancel it.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::shelf::ShelfError;

/// Somebody who waits for a check. The default is nobody.
#[derive(Clone, Default)]
pub struct Watch {
    cancel: CancellationToken,
    report: Option<Arc<dyn Fn(u64, u64) + Send + Sync>>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}

impl Watch {
    /// Cancels the check with `cancel`, and is told the bytes of files that were read, and that there are.
    #[must_use]
    pub fn new(cancel: CancellationToken, report: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        Self { cancel, report: Some(Arc::new(report)) }
    }

    pub(super) fn report(&self, done: u64, total: u64) {
        if let Some(report) = &self.report {
            report(done, total);
        }
    }

    pub(super) fn stop_if_cancelled(&self) -> Result<(), ShelfError> {
        if self.cancel.is_cancelled() { Err(ShelfError::Cancelled) } else { Ok(()) }
    }
}
