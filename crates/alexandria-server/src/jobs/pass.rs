//! One pass after the other, until the server stops.

use std::time::Duration;

use super::background::{Background, JobError, PassReport};
use super::{erase, expire, object, prune};
use crate::shutdown::Shutdown;

/// How long it waits after a pass.
const INTERVAL: Duration = Duration::from_secs(60);

impl Background {
    /// Runs passes until the server stops.
    pub async fn run(self, shutdown: Shutdown) {
        loop {
            tokio::select! {
                () = shutdown.wait() => return,
                report = self.pass() => match report {
                    Ok(report) if report == PassReport::default() => {}
                    Ok(report) => tracing::info!(?report, "background jobs ran"),
                    Err(error) => tracing::warn!(%error, "a background job failed; it is tried again"),
                },
            }
            tokio::select! {
                () = shutdown.wait() => return,
                () = tokio::time::sleep(INTERVAL) => {}
            }
        }
    }

    /// Runs everything that is due. A job that fails does not keep the others from running.
    ///
    /// # Errors
    /// The first failure.
    pub async fn pass(&self) -> Result<PassReport, JobError> {
        let mut report = PassReport::default();
        let expired = expire::run(self, &mut report).await;
        let erased = erase::run(self, &mut report).await;
        let removed = object::remove_dropped(self, &mut report).await;
        let pruned = prune::run(self, &mut report).await;
        expired.and(erased).and(removed).and(pruned).map(|()| report)
    }
}
