//! The connections that read, lent to one thread each.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use rusqlite::Connection;

use crate::error::StoreError;

/// A fixed number of reading connections.
pub(crate) struct Readers {
    connections: Vec<Mutex<Connection>>,
    /// Whom to wait for when none is free.
    next: AtomicUsize,
}

impl Readers {
    pub(crate) fn new(connections: Vec<Connection>) -> Self {
        Self { connections: connections.into_iter().map(Mutex::new).collect(), next: AtomicUsize::new(0) }
    }

    /// How many there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.connections.len()
    }

    /// Borrows the first free connection, so that few caches stay warm; waits for one if none is free.
    pub(crate) fn lend(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        for connection in &self.connections {
            match connection.try_lock() {
                Ok(free) => return Ok(free),
                // A reader that panicked has left nothing behind but an open snapshot, which its guard closed.
                Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len().max(1);
        let connection = self.connections.get(at).ok_or(StoreError::Busy)?;
        Ok(connection.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
