//! Forwarding the library's events to the window.
//!
//! A busy import emits more than a window can show, so events are batched: the newest progress of each import wins, and
//! any number of changes is one.

use std::collections::BTreeMap;
use std::time::Duration;

use alexandria_library::Event as LibraryEvent;
use alexandria_library::SyncStatus;
use alexandria_library::import::ImportReport;
use tauri::{AppHandle, Emitter};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::contract::{EmbeddingProgress, Event, ImportFinished, ImportProgress, LibraryChanged, SyncChanged};
use crate::window;

/// How long events are collected into one batch.
const BATCH_WINDOW: Duration = Duration::from_millis(120);

/// Emits one event to the window.
pub(crate) fn emit<E: Event>(app: &AppHandle, event: &E) {
    if app.emit_to(window::MAIN, E::NAME, event).is_err() {
        tracing::warn!(event = E::NAME, "an event did not reach the window");
    }
}

/// Forwards events until the library is closed.
pub(crate) async fn forward(app: AppHandle, mut library: Receiver<LibraryEvent>) {
    loop {
        let mut batch = Batch::default();
        let mut open = batch.add(library.recv().await);
        let end = Instant::now() + BATCH_WINDOW;
        while open && let Ok(received) = timeout_at(end, library.recv()).await {
            open = batch.add(received);
        }
        batch.emit(&app);
        if !open {
            return;
        }
    }
}

/// Forwards the state of sync until the library is closed.
pub(crate) async fn forward_sync(app: AppHandle, mut status: watch::Receiver<Option<SyncStatus>>) {
    while status.changed().await.is_ok() {
        emit(&app, &SyncChanged { sync: (*status.borrow_and_update()).into() });
    }
}

/// The events of one window of time.
#[derive(Debug, Default, PartialEq)]
struct Batch {
    changed: bool,
    imports: BTreeMap<u32, ImportProgress>,
    finished: Vec<(u32, ImportReport)>,
    embedding: Option<EmbeddingProgress>,
}

impl Batch {
    /// Adds an event. `false` when there will be no more.
    fn add(&mut self, received: Result<LibraryEvent, RecvError>) -> bool {
        match received {
            Ok(LibraryEvent::Changed) => self.changed = true,
            Ok(LibraryEvent::Import(progress)) => drop(self.imports.insert(progress.job, progress.into())),
            Ok(LibraryEvent::ImportFinished { job, report }) => self.finished.push((job, report)),
            Ok(LibraryEvent::Embedding(progress)) => self.embedding = Some(progress.into()),
            // Whatever was missed shows when the shelf is read again.
            Err(RecvError::Lagged(_)) => self.changed = true,
            Err(RecvError::Closed) => return false,
        }
        true
    }

    fn emit(self, app: &AppHandle) {
        for progress in self.imports.values() {
            emit(app, progress);
        }
        for (job, report) in self.finished {
            emit(app, &ImportFinished { job, report: report.into() });
        }
        if let Some(progress) = self.embedding {
            emit(app, &progress);
        }
        if self.changed {
            emit(app, &LibraryChanged);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(job: u32, done: u64) -> LibraryEvent {
        let now = alexandria_library::ImportProgress { job, done, total: 9, current: None, eta_seconds: None };
        LibraryEvent::Import(now)
    }

    #[test]
    fn batch_merges_a_burst_of_events() {
        let mut batch = Batch::default();
        for event in [progress(1, 1), LibraryEvent::Changed, progress(1, 2), LibraryEvent::Changed, progress(2, 1)] {
            assert!(batch.add(Ok(event)));
        }
        assert!(batch.changed);
        let newest: Vec<_> = batch.imports.values().map(|progress| (progress.job, progress.done)).collect();
        assert_eq!(newest, [(1, 2), (2, 1)]);
    }

    #[test]
    fn batch_reports_a_change_when_events_were_missed() {
        let mut batch = Batch::default();
        assert!(batch.add(Err(RecvError::Lagged(3))));
        assert!(batch.changed);
        assert!(!batch.add(Err(RecvError::Closed)));
    }
}
