//! Sync of an open library: one run at a time, and what shells ask of it.

use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use alexandria_domain::{CodedError, PublicationId};
use alexandria_sync::status::Status;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Mutex, MutexGuard, Notify, watch};
use tokio_util::sync::CancellationToken;

use super::cards::{self, CloudBook};
use super::driver::{Driver, SyncTrigger, Until};
use super::error::SyncRunError;
use super::files::{self, FileTransferError};
use crate::account::{AccountError, Connection, Enrolled, SyncPermissions};
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::event::Event;
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

/// How long the background job waits after a failure.
const RETRY_DELAY: Duration = Duration::from_secs(60);

/// Sync of an open library.
pub(crate) struct SyncService {
    engines: Arc<Engines>,
    permissions: Arc<SyncPermissions>,
    status: watch::Sender<Option<Status>>,
    /// Held while the engine runs.
    running: Mutex<()>,
    /// Wakes the background job.
    wanted: Notify,
    /// Ends the background job's present run.
    present: Lock<CancellationToken>,
}

impl SyncService {
    pub(crate) fn new(engines: Arc<Engines>) -> Self {
        Self {
            engines,
            permissions: Arc::default(),
            status: watch::Sender::new(None),
            running: Mutex::default(),
            wanted: Notify::new(),
            present: Lock::default(),
        }
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
    pub(crate) async fn once(
        &self,
        trigger: SyncTrigger,
        cancel: &CancellationToken,
    ) -> Result<SyncReport, SyncRunError> {
        let _one_at_a_time = self.running.lock().await;
        let engines = Arc::clone(&self.engines);
        // Without an account nothing is connected.
        blocking(move || Enrolled::load(&engines)).await?;
        let driver = Driver::new(Arc::clone(&self.engines), self.connect().await?, self.status.clone());
        let engines = Arc::clone(&self.engines);
        let waiting = blocking(move || cards::write_missing(&engines)).await?;
        let mut report =
            SyncReport { status: driver.run(Until::InStep, trigger, cancel).await?, sent: 0, not_sent: Vec::new() };
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
            report.status = driver.run(Until::InStep, trigger, cancel).await?;
        }
        Ok(report)
    }

    /// Keeps the library in step until its jobs are stopped. Without an account it waits for one. Failures are logged and
    /// retried.
    pub(crate) async fn keep(&self, stop: &CancellationToken) {
        let mut events = self.engines.events.subscribe();
        while !stop.is_cancelled() {
            let run = stop.child_token();
            *self.present() = run.clone();
            let delay = match self.once(SyncTrigger::Background, &run).await {
                Ok(_report) => {
                    let work = async {
                        self.wait_for_work(&mut events).await;
                        run.cancel();
                    };
                    let (kept, ()) = tokio::join!(self.until_stopped(&run), work_or(work, &run));
                    kept.err().map(|error| self.failed(&error))
                }
                Err(SyncRunError::Account(AccountError::NotSignedIn)) => Some(None),
                Err(error) => Some(self.failed(&error)),
            };
            let Some(delay) = delay else { continue };
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.wanted.notified() => {}
                () = tokio::time::sleep(delay.unwrap_or_default()), if delay.is_some() => {}
            }
        }
    }

    /// Logs a failure of the background job, and says how long it waits.
    fn failed(&self, error: &SyncRunError) -> Option<Duration> {
        tracing::warn!(code = %error.code(), "sync failed");
        self.status.send_replace(None);
        Some(RETRY_DELAY)
    }

    async fn until_stopped(&self, run: &CancellationToken) -> Result<(), SyncRunError> {
        let _one_at_a_time = self.running.lock().await;
        let driver = Driver::new(Arc::clone(&self.engines), self.connect().await?, self.status.clone());
        driver.run(Until::Stopped, SyncTrigger::Background, run).await?;
        Ok(())
    }

    /// Waits until files may have to be sent, or the reader wants to be in step now.
    async fn wait_for_work(&self, events: &mut Receiver<Event>) {
        loop {
            tokio::select! {
                () = self.wanted.notified() => return,
                event = events.recv() => match event {
                    // An import that was missed counts as well.
                    Ok(Event::ImportFinished { .. }) | Err(RecvError::Lagged(_)) => return,
                    Ok(_) => {}
                    Err(RecvError::Closed) => std::future::pending().await,
                },
            }
        }
    }

    /// Wakes the background job: there is an account now, or the reader wants to be in step.
    pub(crate) fn wake(&self) {
        self.wanted.notify_one();
    }

    /// Ends what runs and forbids requests, before the account is left. Nothing runs while the guard is held.
    pub(crate) async fn disconnect(&self) -> MutexGuard<'_, ()> {
        self.permissions.set(false);
        self.present().cancel();
        let guard = self.running.lock().await;
        self.status.send_replace(None);
        guard
    }

    fn present(&self) -> std::sync::MutexGuard<'_, CancellationToken> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.engines.events.emit(Event::Changed);
        Ok(())
    }
}

/// Waits for `work`, or until the run ends for another reason.
async fn work_or(work: impl Future<Output = ()>, run: &CancellationToken) {
    tokio::select! {
        () = work => {}
        () = run.cancelled() => {}
    }
}
