//! Which jobs of an open library exclude each other.
//!
//! Lock order: `import` before `embedding`.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::{Mutex, MutexGuard, watch};

/// The locks that jobs hold while they run.
#[derive(Default)]
pub(crate) struct JobLocks {
    /// One import at a time: imports share the disk, and two would only slow each other. Deletions, backups and repairs
    /// hold it too, because a file that is being imported may be the one they work on.
    pub(crate) import: Mutex<()>,
    /// The imports that run or wait to run. Background embedding waits for them: side by side, each takes the other's
    /// processor, and the memory of both is needed at once.
    pub(crate) imports: ImportCount,
    /// One writer of the vector index at a time.
    pub(crate) embedding: PreemptibleLock,
}

/// How many imports are running or waiting to run.
#[derive(Default)]
pub(crate) struct ImportCount {
    count: watch::Sender<u32>,
}

impl ImportCount {
    /// Counts an import until the guard is dropped.
    pub(crate) fn start(&self) -> CountedImport<'_> {
        self.count.send_modify(|count| *count += 1);
        CountedImport { imports: self }
    }

    /// Whether there is one.
    pub(crate) fn is_active(&self) -> bool {
        *self.count.borrow() > 0
    }

    /// Waits until there is none.
    pub(crate) async fn wait_until_idle(&self) {
        let mut receiver = self.count.subscribe();
        // It cannot fail: the sender lives in `self`.
        drop(receiver.wait_for(|count| *count == 0).await);
    }
}

/// A running or waiting import, until this is dropped.
pub(crate) struct CountedImport<'a> {
    imports: &'a ImportCount,
}

impl Drop for CountedImport<'_> {
    fn drop(&mut self) {
        self.imports.count.send_modify(|count| *count -= 1);
    }
}

/// A fair lock whose holder can see that somebody waits for it and release it early.
#[derive(Default)]
pub(crate) struct PreemptibleLock {
    lock: Mutex<()>,
    preempting: AtomicU32,
}

impl PreemptibleLock {
    /// Acquires the lock, without asking its holder for anything.
    pub(crate) async fn acquire(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().await
    }

    /// Acquires the lock, and asks its holder to release it at the next safe point.
    pub(crate) async fn preempt(&self) -> MutexGuard<'_, ()> {
        let _request = PreemptRequest::new(&self.preempting);
        self.lock.lock().await
    }

    /// Whether somebody waits in [`preempt`](Self::preempt). The holder checks this at its safe points.
    pub(crate) fn is_contended(&self) -> bool {
        self.preempting.load(Ordering::Relaxed) > 0
    }
}

/// Counted for as long as it lives; a waiting future that is dropped withdraws its request.
struct PreemptRequest<'a>(&'a AtomicU32);

impl<'a> PreemptRequest<'a> {
    fn new(count: &'a AtomicU32) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for PreemptRequest<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn import_count_is_idle_only_after_the_last_import() {
        let imports = ImportCount::default();
        assert!(!imports.is_active());
        let (first, second) = (imports.start(), imports.start());
        drop(first);
        assert!(imports.is_active());
        assert!(futures_poll_once(std::pin::pin!(imports.wait_until_idle())).await.is_none());
        drop(second);
        assert!(!imports.is_active());
        imports.wait_until_idle().await;
    }

    #[tokio::test]
    async fn preemptible_lock_shows_only_requests_that_are_still_waiting() {
        let lock = PreemptibleLock::default();
        let held = lock.acquire().await;
        assert!(!lock.is_contended());
        {
            let mut waiting = std::pin::pin!(lock.preempt());
            assert!(futures_poll_once(waiting.as_mut()).await.is_none());
            assert!(lock.is_contended());
        }
        assert!(!lock.is_contended(), "the waiting future was dropped");
        drop(held);
        let _held = lock.preempt().await;
        assert!(!lock.is_contended(), "nobody waits any more");
    }

    /// Polls a future once.
    async fn futures_poll_once<F: Future + Unpin>(mut future: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            output = &mut future => Some(output),
            () = std::future::ready(()) => None,
        }
    }
}
