//! The open database: one connection that writes, a few that read.

use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::connection;
use crate::error::StoreError;
use crate::read_connections::ReadConnections;

/// The library database. Shared between threads by reference; reads do not wait for writes.
///
/// Every writing method is one transaction: after an error, a panic or a power cut either all of it is there or nothing.
pub struct Store {
    pub(crate) writer: Mutex<Connection>,
    pub(crate) read_connections: ReadConnections,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// A store over connections to one database that the caller opened, two or more. It only reads. This crate opens
    /// encrypted databases only; `tests/bench` measures the same engine on a plaintext copy so.
    ///
    /// # Errors
    /// When there are fewer than two connections, or the engine fails.
    pub fn read_only(mut connections: Vec<Connection>) -> Result<Self, StoreError> {
        connections.iter().try_for_each(connection::make_read_only)?;
        let Some(writer) = connections.pop().filter(|_| !connections.is_empty()) else {
            return Err(rusqlite::Error::InvalidQuery.into());
        };
        Ok(Self { writer: Mutex::new(writer), read_connections: ReadConnections::new(connections) })
    }

    /// Runs `read` on one snapshot of the database.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        let connection = self.read_connections.acquire()?;
        let snapshot = connection.unchecked_transaction()?;
        Ok(read(&snapshot)?)
    }

    /// Runs `write` in one transaction, which is undone if it fails.
    pub(crate) fn write<T, E: From<rusqlite::Error>>(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = write(&transaction)?;
        transaction.commit()?;
        Ok(outcome)
    }

    /// Runs `act` on the writing connection outside of any transaction.
    pub(crate) fn with_writer<T>(
        &self,
        act: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(act(&writer)?)
    }
}
