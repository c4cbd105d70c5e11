//! The handshake before the window is closed: the page is asked to save what it has not saved, such as the position in an
//! open book, which is otherwise saved a moment after a page turn. The page can neither keep the window open nor close it
//! unasked.
//!
//! Absent: the end of the program without a window being closed, as when a session ends. Nobody waits for us then.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

/// How long the page may take. A page that hangs does not keep the window open.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(1);

/// A request to the page and its confirmation.
#[derive(Default)]
pub(crate) struct CloseHandshake {
    requested: AtomicBool,
    confirmed: Notify,
}

impl CloseHandshake {
    /// Whether the page is to be asked now. It is asked once: closing the window a second time does not wait.
    pub(crate) fn request(&self) -> bool {
        !self.requested.swap(true, Ordering::Relaxed)
    }

    /// The page has saved everything.
    pub(crate) fn confirm(&self) {
        self.confirmed.notify_one();
    }

    /// Waits for the confirmation, at most as long as `limit`. Whether it came.
    pub(crate) async fn wait(&self, limit: Duration) -> bool {
        timeout(limit, self.confirmed.notified()).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn close_handshake_requests_once_and_waits_no_longer_than_the_limit() {
        for confirms in [true, false] {
            let handshake = CloseHandshake::default();
            assert_eq!([handshake.request(), handshake.request()], [true, false]);
            if confirms {
                handshake.confirm();
            }
            let limit = if confirms { Duration::MAX } else { Duration::ZERO };
            assert_eq!(handshake.wait(limit).await, confirms);
        }
    }

    #[tokio::test]
    async fn close_handshake_confirmation_ends_the_wait() {
        let handshake = CloseHandshake::default();
        let (confirmed, ()) = tokio::join!(handshake.wait(Duration::MAX), async { handshake.confirm() });
        assert!(confirmed);
    }
}
