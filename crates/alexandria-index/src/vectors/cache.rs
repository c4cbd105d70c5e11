//! The vectors in memory: those of the last commit, or none.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::flat::FlatIndex;

/// Vectors read once from disk and updated with every later commit.
#[derive(Debug)]
pub(super) struct VectorCache {
    vectors: Mutex<Option<Arc<FlatIndex>>>,
    limit: usize,
}

impl VectorCache {
    /// An empty cache of at most `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self { vectors: Mutex::new(None), limit }
    }

    /// Whether so many bytes may be cached.
    pub(super) fn allows(&self, bytes: usize) -> bool {
        bytes <= self.limit
    }

    pub(super) fn get(&self) -> Option<Arc<FlatIndex>> {
        self.lock().clone()
    }

    /// Caches vectors that were read from disk while no writer was active.
    pub(super) fn set(&self, vectors: Arc<FlatIndex>) {
        *self.lock() = Some(vectors);
    }

    /// Empties the cache. Returns whether it held vectors.
    pub(super) fn clear(&self) -> bool {
        self.lock().take().is_some()
    }

    /// Starts a change of the table on disk.
    pub(super) fn begin_change(&self) -> PendingChange<'_> {
        PendingChange { cache: Some(self) }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<FlatIndex>>> {
        // A change that panicked half way may have omitted rows, so its result cannot be used.
        self.vectors.lock().unwrap_or_else(|poison: PoisonError<_>| {
            let mut vectors = poison.into_inner();
            *vectors = None;
            vectors
        })
    }
}

/// A change of the table on disk in progress. Queries continue with the vectors from before it. If it fails or is
/// cancelled, the state of the disk is unknown, and dropping this empties the cache.
pub(super) struct PendingChange<'a> {
    cache: Option<&'a VectorCache>,
}

impl PendingChange<'_> {
    /// The change is on disk: makes the same change in memory.
    pub(super) fn commit(mut self, apply: impl FnOnce(&mut FlatIndex)) {
        let Some(cache) = self.cache.take() else { return };
        let mut cached = cache.lock();
        let Some(vectors) = cached.as_mut() else { return };
        // If a query is using them, this copies the list of blocks, not the blocks.
        let vectors = Arc::make_mut(vectors);
        apply(vectors);
        if !cache.allows(vectors.bytes()) {
            *cached = None;
        }
    }
}

impl Drop for PendingChange<'_> {
    fn drop(&mut self) {
        if let Some(cache) = self.cache {
            cache.clear();
        }
    }
}
