//! The signal that the server is stopping. Long polls watch it and answer at once; readiness fails from then on.

use std::sync::Arc;

use tokio::sync::watch;

/// A copy of the signal. Copies share one state.
#[derive(Debug, Clone)]
pub struct Shutdown(Arc<watch::Sender<bool>>);

impl Default for Shutdown {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Shutdown {
    /// Starts stopping. Further calls change nothing.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Whether the server is stopping.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the server is stopping.
    pub async fn wait(&self) {
        // The sender lives as long as this copy, so that waiting cannot fail.
        let mut receiver = self.0.subscribe();
        let _stopping = receiver.wait_for(|stopping| *stopping).await;
    }
}
