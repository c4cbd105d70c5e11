//! Import jobs: queued, numbered, cancellable.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use alexandria_crypto::passphrase::Passphrase;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::context::ImportContext;
use super::locked::LockedFile;
use super::pipeline;
use super::report::ImportReport;
use crate::event::Event;

/// A running or queued import.
#[derive(Debug)]
pub struct ImportJob {
    number: u32,
    cancel: CancellationToken,
    task: JoinHandle<ImportReport>,
}

impl ImportJob {
    /// Its number in this process; events carry it.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// A token that cancels the import: files already imported stay, the others are abandoned or not started.
    #[must_use]
    pub fn canceller(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// Waits for the end and returns the outcome of each file.
    pub async fn wait(self) -> ImportReport {
        // A panic in the task is a bug of ours that must not take the shell down; the report then says so.
        self.task.await.unwrap_or_else(|_panicked| ImportReport::failed())
    }
}

/// The imports of an open library.
pub(crate) struct Imports {
    context: ImportContext,
    next_number: AtomicU32,
}

impl Imports {
    pub(crate) const fn new(context: ImportContext) -> Self {
        Self { context, next_number: AtomicU32::new(1) }
    }

    /// What its imports work on.
    pub(crate) const fn context(&self) -> &ImportContext {
        &self.context
    }

    /// Imports a file that was refused, with its password. `None` if there is no such file.
    pub(crate) fn unlock(&self, file: LockedFile, password: Passphrase) -> Option<ImportJob> {
        Some(self.start(vec![self.context.locked_files.path(file)?], vec![password]))
    }

    /// Imports files, and all files in folders, in the background. Imports queue: one runs at a time. The passwords are tried on
    /// documents that need one.
    pub(crate) fn start(&self, paths: Vec<PathBuf>, passwords: Vec<Passphrase>) -> ImportJob {
        let number = self.next_number.fetch_add(1, Ordering::Relaxed);
        let context = self.context.clone();
        let cancel = context.engines.stop.child_token();
        let token = cancel.clone();
        let task = tokio::spawn(async move {
            let engines = Arc::clone(&context.engines);
            let counted = engines.locks.imports.start();
            let _one_at_a_time = engines.locks.import.lock().await;
            let run = tokio::task::spawn_blocking(move || pipeline::run(&context, number, &paths, &passwords, &token));
            let report = run.await.unwrap_or_else(|_panicked| ImportReport::failed());
            tracing::info!(
                job = number,
                imported = report.imported.len(),
                duplicates = report.duplicates.len(),
                refused = report.refused.len(),
                "import finished"
            );
            drop(counted);
            engines.embedding_wanted.notify_one();
            engines.events.emit(Event::ImportFinished { job: number, report: report.clone() });
            engines.events.emit(Event::Changed);
            report
        });
        ImportJob { number, cancel, task }
    }
}
