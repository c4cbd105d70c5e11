//! The thread that writes. What waits is committed together; each piece of work has a savepoint of its own, so that one
//! that fails takes nothing with it.

use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::tx::SqliteTx;
use crate::store::error::StoreError;
use crate::store::sql::Work;

/// Pieces of work that are committed together at most.
const MAX_GROUP: usize = 128;
/// Pieces of work that wait at most; more wait in their futures.
const MAX_QUEUE: usize = 1024;

/// Reports the outcome of a commit to one caller.
type Report = Box<dyn FnOnce(bool) + Send>;
/// Runs in the group's transaction. Returns whether to keep what it did, and who waits for the outcome; nothing if nobody
/// waits any more.
type Piece = Box<dyn FnOnce(&mut Connection) -> Option<(bool, Report)> + Send>;

/// The writer.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Option<tokio::sync::mpsc::Sender<Piece>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (sender, receiver) = tokio::sync::mpsc::channel(MAX_QUEUE);
        let thread = thread::Builder::new()
            .name("database writer".to_owned())
            .spawn(move || write_groups(connection, receiver))?;
        Ok(Self { queue: Some(sender), thread: Some(thread) })
    }

    /// Runs `work`, and returns when it is on disk.
    pub(super) async fn run<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError> {
        let (sender, receiver) = oneshot::channel();
        let piece: Piece = Box::new(move |connection| {
            if sender.is_closed() {
                return None;
            }
            let result = SqliteTx(connection).run(work);
            let keep = result.is_ok();
            let report: Report = Box::new(move |is_committed| {
                let result = if is_committed { result } else { result.and(Err(not_committed())) };
                // Who asked may be gone.
                let _unread = sender.send(result);
            });
            Some((keep, report))
        });
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(piece).await.map_err(|_| stopped())?;
        receiver.await.map_err(|_| not_committed())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the database writer has panicked");
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the database writer has stopped".into())
}

fn not_committed() -> StoreError {
    StoreError::Unavailable("the commit failed".into())
}

fn write_groups(mut connection: Connection, mut queue: tokio::sync::mpsc::Receiver<Piece>) {
    while let Some(first) = queue.blocking_recv() {
        let mut group = vec![first];
        while group.len() < MAX_GROUP
            && let Ok(piece) = queue.try_recv()
        {
            group.push(piece);
        }
        write_group(&mut connection, group);
    }
    if let Err(error) = connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);") {
        tracing::warn!(%error, "the database was not tidied up at the end");
    }
}

fn write_group(connection: &mut Connection, group: Vec<Piece>) {
    // Dropping the pieces without a report tells their callers.
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        tracing::warn!(%error, "no transaction");
        return;
    }
    let mut reports = Vec::with_capacity(group.len());
    for piece in group {
        match run_piece(connection, piece) {
            Ok(report) => reports.extend(report),
            Err(error) => {
                tracing::error!(%error, "a savepoint failed");
                break;
            }
        }
    }
    let is_committed = match connection.execute_batch("COMMIT") {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(%error, "a commit failed");
            false
        }
    };
    if !is_committed
        && !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "a rollback failed");
    }
    for report in reports {
        report(is_committed);
    }
}

fn run_piece(connection: &mut Connection, piece: Piece) -> Result<Option<Report>, rusqlite::Error> {
    connection.execute_batch("SAVEPOINT piece")?;
    let outcome = piece(connection);
    if !outcome.as_ref().is_some_and(|(keep, _)| *keep) {
        connection.execute_batch("ROLLBACK TO piece")?;
    }
    connection.execute_batch("RELEASE piece")?;
    Ok(outcome.map(|(_, report)| report))
}
