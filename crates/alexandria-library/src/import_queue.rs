//! The imports of the open library, and the files that wait for it to be open and for the page to listen.
//!
//! What a lock interrupts is imported again after the next unlock: files that the library has are recognised.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::import::{ImportJob, LockedFile};
use crate::library::Library;
use crate::open::Passphrase;

/// Running and pending imports. Shared with the tasks that wait for an import to end.
#[derive(Clone)]
pub struct ImportQueue(Arc<Mutex<QueueState>>);

impl fmt::Debug for ImportQueue {
    /// Without the files: their names say what someone reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportQueue").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct QueueState {
    /// The open library.
    library: Option<Library>,
    /// Imports that have neither ended nor been cancelled by the reader, by job number.
    running: BTreeMap<u32, RunningImport>,
    /// Tasks that wait for an import to end.
    tasks: Vec<JoinHandle<()>>,
    /// Files to import once the library is open and the page listens.
    pending: Vec<PathBuf>,
    /// Whether the page has subscribed to events since the library was opened.
    subscribed: bool,
}

struct RunningImport {
    cancel: CancellationToken,
    paths: Vec<PathBuf>,
}

impl QueueState {
    /// Starts an import, if the library is open.
    fn start(&mut self, paths: Vec<PathBuf>) -> Option<ImportJob> {
        let job = self.library.as_ref()?.import(paths.clone());
        self.running.insert(job.number(), RunningImport { cancel: job.canceller(), paths });
        Some(job)
    }

    /// Forgets the library. The files of interrupted imports become pending, before those that were pending already.
    fn detach(&mut self) -> Vec<JoinHandle<()>> {
        let Self { running, tasks, pending, .. } = std::mem::take(self);
        self.pending = running.into_values().flat_map(|import| import.paths).chain(pending).collect();
        tasks
    }
}

impl ImportQueue {
    /// A queue with files to import.
    pub fn new(pending: Vec<PathBuf>) -> Self {
        Self(Arc::new(Mutex::new(QueueState { pending, ..QueueState::default() })))
    }

    /// Imports go to this library from now on.
    pub fn attach(&self, library: Library) {
        self.state().library = Some(library);
    }

    /// The library is being closed. Returns the tasks that end when its jobs have stopped.
    pub fn detach(&self) -> Vec<JoinHandle<()>> {
        self.state().detach()
    }

    /// Starts an import, if the library is open. Returns the number of its job.
    #[must_use]
    pub fn start(&self, paths: Vec<PathBuf>) -> Option<u32> {
        self.start_with(&mut self.state(), paths)
    }

    /// Adds files to those that wait.
    pub fn add_pending(&self, files: Vec<PathBuf>) {
        self.state().pending.extend(files);
    }

    /// Starts the import of the files that wait, if the library is open and the page listens. Returns the number of
    /// their job.
    #[must_use]
    pub fn start_pending(&self) -> Option<u32> {
        let mut state = self.state();
        if !state.subscribed || state.pending.is_empty() {
            return None;
        }
        let files = std::mem::take(&mut state.pending);
        self.start_with(&mut state, files)
    }

    /// The page listens to events, so that it learns of imports that it did not start.
    pub fn subscribe(&self) {
        let mut state = self.state();
        state.subscribed = state.library.is_some();
    }

    /// Whether the library is open and the page listens to events.
    pub fn is_subscribed(&self) -> bool {
        self.state().subscribed
    }

    /// Stops an import after the files it is working on. No effect on one that has ended.
    pub fn cancel(&self, job: u32) {
        if let Some(import) = self.state().running.remove(&job) {
            import.cancel.cancel();
        }
    }

    /// Imports a file that was refused, with its password, if the library is open and knows the file. An import that a lock
    /// interrupts is not repeated, because the password is not kept.
    #[must_use]
    pub fn unlock(&self, file: LockedFile, password: Passphrase) -> Option<u32> {
        let state = &mut self.state();
        let job = state.library.as_ref()?.import_locked(file, password)?;
        state.running.insert(job.number(), RunningImport { cancel: job.canceller(), paths: Vec::new() });
        Some(self.wait_for(state, job))
    }

    fn start_with(&self, state: &mut QueueState, paths: Vec<PathBuf>) -> Option<u32> {
        let job = state.start(paths)?;
        Some(self.wait_for(state, job))
    }

    fn wait_for(&self, state: &mut QueueState, job: ImportJob) -> u32 {
        let number = job.number();
        let queue = self.clone();
        let wait_for_end = async move {
            drop(job.wait().await);
            // Job numbers are unique here: a library is opened only when the tasks of the former have ended.
            queue.state().running.remove(&number);
        };
        state.tasks.retain(|task| !task.is_finished());
        state.tasks.push(tokio::spawn(wait_for_end));
        number
    }

    fn state(&self) -> MutexGuard<'_, QueueState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
