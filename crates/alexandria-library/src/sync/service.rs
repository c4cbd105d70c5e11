//! Sync of an open library: one run at a time, and what shells ask of it.

use std::sync::Arc;

use alexandria_domain::PublicationId;
use alexandria_sync::status::Status;
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

use super::cards::{self, CloudBook};
use super::driver::{Driver, Until};
use super::error::SyncRunError;
use super::files::{self, FileTransferError};
use crate::account::{AccountError, Connection, Enrolled, SyncPermissions};
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::import::ImportContext;

/// What a run did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncReport {
    /// How it ended.
    pub status: Option<Status>,
    /// Books whose files were sent.
    pub sent: u64,
    /// Books whose files were not sent, with the reason.
    pub not_sent: Vec<(PublicationId, String)>,
}

/// Sync of an open library.
pub(crate) struct SyncService {
    engines: Arc<Engines>,
    permissions: Arc<SyncPermissions>,
    status: watch::Sender<Option<Status>>,
    /// Held while the engine runs.
    running: Mutex<()>,
}

impl SyncService {
    pub(crate) fn new(engines: Arc<Engines>) -> Self {
        Self { engines, permissions: Arc::default(), status: watch::Sender::new(None), running: Mutex::default() }
    }

    /// Allows requests and opens the network log: the reader has asked for something that needs the server.
    pub(crate) async fn connect(&self) -> Result<Connection, AccountError> {
        self.permissions.set(true);
        let permissions = Arc::clone(&self.permissions);
        blocking(move || Connection::open(permissions)).await
    }

    /// The account, and a client for it.
    pub(crate) async fn enrolled(&self) -> Result<(Arc<Enrolled>, alexandria_net::sync::SyncClient), AccountError> {
        let engines = Arc::clone(&self.engines);
        let enrolled = blocking(move || Enrolled::load(&engines)).await?;
        let connection = self.connect().await?;
        let client = connection.client(enrolled.row.server.parse()?, Some(enrolled.credential()))?;
        Ok((Arc::new(enrolled), client))
    }

    /// How the engine is.
    pub(crate) fn status(&self) -> watch::Receiver<Option<Status>> {
        self.status.subscribe()
    }

    /// Brings the library in step, and sends the files of books.
    pub(crate) async fn once(&self, cancel: &CancellationToken) -> Result<SyncReport, SyncRunError> {
        let _one_at_a_time = self.running.lock().await;
        let driver = Driver::new(Arc::clone(&self.engines), self.connect().await?, self.status.clone());
        let engines = Arc::clone(&self.engines);
        let waiting = blocking(move || cards::write_missing(&engines)).await?;
        let mut report = SyncReport { status: driver.run(Until::InStep, cancel).await?, sent: 0, not_sent: Vec::new() };
        if waiting.is_empty() || report.status != Some(Status::InStep) {
            return Ok(report);
        }
        let (enrolled, client) = self.enrolled().await?;
        for id in waiting {
            if cancel.is_cancelled() {
                break;
            }
            match files::send(&self.engines, &client, &enrolled, id).await {
                Ok(()) => report.sent += 1,
                Err(error) => report.not_sent.push((id, error.to_string())),
            }
        }
        if report.sent > 0 {
            report.status = driver.run(Until::InStep, cancel).await?;
        }
        Ok(report)
    }

    /// Keeps the library in step until its jobs are stopped or the account is left.
    pub(crate) async fn keep(&self, cancel: &CancellationToken) -> Result<(), SyncRunError> {
        self.once(cancel).await?;
        let _one_at_a_time = self.running.lock().await;
        let driver = Driver::new(Arc::clone(&self.engines), self.connect().await?, self.status.clone());
        driver.run(Until::Stopped, cancel).await?;
        Ok(())
    }

    /// Forbids requests: the account was left.
    pub(crate) fn disconnect(&self) {
        self.permissions.set(false);
        self.status.send_replace(None);
    }

    /// The books of the account whose files are not on this device.
    pub(crate) async fn cloud_books(&self) -> Result<Vec<CloudBook>, SyncRunError> {
        let engines = Arc::clone(&self.engines);
        blocking(move || cards::cloud_books(&engines)).await
    }

    /// Fetches the file of a book and imports it.
    pub(crate) async fn fetch(
        &self,
        context: &ImportContext,
        id: PublicationId,
        cancel: &CancellationToken,
    ) -> Result<(), FileTransferError> {
        let (enrolled, client) = self.enrolled().await.map_err(SyncRunError::from)?;
        files::fetch(&self.engines, context, &client, &enrolled, id, cancel).await?;
        self.engines.embedding_wanted.notify_one();
        self.engines.events.emit(crate::event::Event::Changed);
        Ok(())
    }
}
