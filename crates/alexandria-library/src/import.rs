//! Import: files and folders become publications that exact search finds at once; vectors follow (see `embed`).
//!
//! One bad file never stops the others. A file is acknowledged when its one transaction is committed, after its
//! encrypted copy is safely on disk; whatever is interrupted before that leaves nothing behind. A known file is not
//! imported again, but its encrypted copy is mended if it is missing or damaged. The reader's own files are only ever
//! read.

mod claims;
mod cut;
mod file;
mod pipeline;
mod report;
mod sweep;
#[cfg(test)]
mod tests;
mod walk;

pub(crate) use self::sweep::sweep_leftovers;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use self::report::{ImportReport, Imported, Refused, Skipped};
use crate::event::Event;
use crate::open::Library;

/// A running import.
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

    /// Cancels the import when used: files already imported stay, the others are given up or not begun.
    #[must_use]
    pub fn canceller(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// Waits for the end and says what became of each file.
    pub async fn wait(self) -> ImportReport {
        // A panic in the task is a fault of ours that must not take the shell down; the report then says so.
        self.task.await.unwrap_or_else(|_panicked| ImportReport::broken())
    }
}

impl Library {
    /// Imports files, and all files in folders, in the background. Imports queue: one runs at a time.
    #[must_use]
    pub fn import(&self, paths: Vec<PathBuf>) -> ImportJob {
        let number = self.core.next_job();
        let cancel = self.core.stop.child_token();
        let core = Arc::clone(&self.core);
        let token = cancel.clone();
        let task = tokio::spawn(async move {
            let _turn = core.importing.lock().await;
            let worker = Arc::clone(&core);
            let run = tokio::task::spawn_blocking(move || pipeline::run(&worker, number, &paths, &token));
            let report = run.await.unwrap_or_else(|_panicked| ImportReport::broken());
            tracing::info!(
                job = number,
                imported = report.imported.len(),
                duplicates = report.duplicates.len(),
                refused = report.refused.len(),
                "import ended"
            );
            core.vectors_wanted.notify_one();
            core.tell(Event::ImportFinished { job: number, report: report.clone() });
            core.tell(Event::Changed);
            report
        });
        ImportJob { number, cancel, task }
    }
}
