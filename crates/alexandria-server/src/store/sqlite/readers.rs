//! The connections that read, each used by one transaction at a time.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::error::store_error;
use super::tx::SqliteTx;
use crate::store::error::StoreError;
use crate::store::sql::Work;

/// Connections for reading.
#[derive(Debug)]
pub(super) struct Readers {
    idle: Mutex<Vec<Connection>>,
    /// As many as there are connections.
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(connections: Vec<Connection>) -> Self {
        let permits = Arc::new(Semaphore::new(connections.len()));
        Self { idle: Mutex::new(connections), permits }
    }

    /// Runs `work` on what is committed now.
    pub(super) async fn run<T: Send + 'static>(self: &Arc<Self>, work: Work<T>) -> Result<T, StoreError> {
        let stopped = |_| StoreError::Unavailable("reading has stopped".into());
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(stopped)?;
        let readers = Arc::clone(self);
        let read = tokio::task::spawn_blocking(move || {
            // Returned only after the connection.
            let _permit = permit;
            readers.read(work)
        });
        read.await.map_err(|error| StoreError::Engine(Box::new(error)))?
    }

    fn read<T>(&self, work: Work<T>) -> Result<T, StoreError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let mut connection = idle().pop().ok_or(StoreError::Busy)?;
        let result = in_transaction(&mut connection, work);
        if connection.is_autocommit() {
            idle().push(connection);
        } else {
            tracing::error!("a connection that could not end its transaction was closed");
            self.permits.forget_permits(1);
        }
        result
    }
}

fn in_transaction<T>(connection: &mut Connection, work: Work<T>) -> Result<T, StoreError> {
    connection.execute_batch("BEGIN").map_err(store_error)?;
    let result = SqliteTx(connection).run(work);
    connection.execute_batch("ROLLBACK").map_err(store_error)?;
    result
}
