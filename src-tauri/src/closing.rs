//! Closing the window. Its page is asked first for what it has not kept yet, such as the place in an open book, which
//! is otherwise kept a moment after a page was turned. The page cannot keep the window open, nor close it unasked.
//!
//! Absent: the end of the program without a window being closed, as when a session ends. Nobody waits for us then.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::{AppHandle, Manager};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::contract::Closing;
use crate::shell::Shell;
use crate::{events, window};

/// How long the page may take. One that hangs does not keep the window open.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the page says before the window is closed.
#[derive(Default)]
pub(crate) struct LastWords {
    asked: AtomicBool,
    said: Notify,
}

impl LastWords {
    /// Whether the page is to be asked now. It is asked once: who closes the window a second time does not wait.
    fn ask(&self) -> bool {
        !self.asked.swap(true, Ordering::Relaxed)
    }

    /// The page has kept what it had to keep.
    pub(crate) fn say(&self) {
        self.said.notify_one();
    }

    /// Waits until they are said, and no longer than `patience`. Whether they were.
    async fn wait(&self, patience: Duration) -> bool {
        timeout(patience, self.said.notified()).await.is_ok()
    }
}

/// Asks the page for what it has not kept, and closes the window then. `false` if the window is to be closed at once:
/// the page has nothing to keep, or was asked before.
pub(crate) fn is_put_off(app: &AppHandle) -> bool {
    let shell = app.state::<Shell>();
    if !shell.has_listener() || !shell.last_words().ask() {
        return false;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        events::send(&app, &Closing);
        if !app.state::<Shell>().last_words().wait(PATIENCE).await {
            tracing::warn!("the window is closed without an answer of its page");
        }
        if app.get_webview_window(window::MAIN).is_some_and(|window| window.destroy().is_err()) {
            tracing::warn!("the window could not be closed");
        }
    });
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_page_is_asked_once_and_waited_for_no_longer_than_it_may_take() {
        for says in [true, false] {
            let words = LastWords::default();
            assert_eq!([words.ask(), words.ask()], [true, false]);
            if says {
                words.say();
            }
            let patience = if says { Duration::MAX } else { Duration::ZERO };
            assert_eq!(words.wait(patience).await, says);
        }
    }

    #[tokio::test]
    async fn the_answer_ends_the_wait() {
        let words = LastWords::default();
        let (waited, ()) = tokio::join!(words.wait(Duration::MAX), async { words.say() });
        assert!(waited);
    }
}
