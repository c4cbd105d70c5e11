//! A pool of connections that only read, each used by one thread at a time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use rusqlite::Connection;

use crate::error::StoreError;

/// A pool of a fixed size.
pub(crate) struct ReadConnections {
    connections: Vec<Mutex<Connection>>,
    /// The connection to wait for when none is free.
    next: AtomicUsize,
}

impl ReadConnections {
    pub(crate) fn new(connections: Vec<Connection>) -> Self {
        Self { connections: connections.into_iter().map(Mutex::new).collect(), next: AtomicUsize::new(0) }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.connections.len()
    }

    /// Acquires the first free connection, so that few page caches are in use; waits for one if none is free.
    pub(crate) fn acquire(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        for connection in &self.connections {
            match connection.try_lock() {
                Ok(free) => return Ok(free),
                // A thread that panicked left at most an open snapshot, which its guard closed.
                Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len().max(1);
        let connection = self.connections.get(at).ok_or(StoreError::Busy)?;
        Ok(connection.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
