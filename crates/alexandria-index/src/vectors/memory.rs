//! The vectors in memory, which always are those of the last commit, or none.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::flat::Flat;

/// Vectors that were read once and are kept in step with the disk from then on.
#[derive(Debug)]
pub(super) struct Memory {
    vectors: Mutex<Option<Arc<Flat>>>,
    limit: usize,
}

impl Memory {
    /// Nothing yet, and never more than `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self { vectors: Mutex::new(None), limit }
    }

    /// Whether so many bytes may be kept.
    pub(super) fn allows(&self, bytes: usize) -> bool {
        bytes <= self.limit
    }

    /// The vectors, if they are here.
    pub(super) fn get(&self) -> Option<Arc<Flat>> {
        self.lock().clone()
    }

    /// Keeps vectors that were read from the disk while nobody wrote to it.
    pub(super) fn keep(&self, vectors: Arc<Flat>) {
        *self.lock() = Some(vectors);
    }

    /// Gives them up. Returns whether they were here.
    pub(super) fn forget(&self) -> bool {
        self.lock().take().is_some()
    }

    /// Begins a change of the disk.
    pub(super) fn pending(&self) -> Pending<'_> {
        Pending { memory: Some(self) }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Flat>>> {
        // A change that panicked half way may have left rows out, so what it touched cannot be used.
        self.vectors.lock().unwrap_or_else(|poison: PoisonError<_>| {
            let mut vectors = poison.into_inner();
            *vectors = None;
            vectors
        })
    }
}

/// A change of the disk under way. Queries go on with the vectors from before it. If it fails or is cancelled, nobody
/// knows what the disk holds, and the vectors in memory are given up.
pub(super) struct Pending<'a> {
    memory: Option<&'a Memory>,
}

impl Pending<'_> {
    /// The disk has changed: makes the same change in memory.
    pub(super) fn done(mut self, apply: impl FnOnce(&mut Flat)) {
        let Some(memory) = self.memory.take() else { return };
        let mut kept = memory.lock();
        // A copy of the list of blocks if a query is using it, not of the blocks.
        let Some(vectors) = kept.as_mut() else { return };
        let vectors = Arc::make_mut(vectors);
        apply(vectors);
        if !memory.allows(vectors.bytes()) {
            *kept = None;
        }
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if let Some(memory) = self.memory {
            memory.forget();
        }
    }
}
