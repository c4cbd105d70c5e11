//! The pipeline: worker threads prepare files, this thread writes them, and both wait for each other.
//!
//! Memory is bounded by the number of threads: a worker holds one file, and at most one prepared file a worker waits
//! to be written.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use alexandria_domain::PublicationId;
use tokio_util::sync::CancellationToken;

use super::file::{self, Outcome};
use super::report::ImportReport;
use super::walk::{self, name_of};
use crate::event::{Event, ImportProgress, eta};
use crate::open::{Core, threads};

/// What the worker threads share.
pub(super) struct Shared<'a> {
    pub(super) core: &'a Core,
    files: &'a [PathBuf],
    next: AtomicUsize,
    /// Publications being imported right now: the same file twice in one import is one publication.
    in_work: Mutex<HashSet<PublicationId>>,
}

impl Shared<'_> {
    fn next_file(&self) -> Option<&Path> {
        self.files.get(self.next.fetch_add(1, Ordering::Relaxed)).map(PathBuf::as_path)
    }

    /// Claims a publication for the calling thread; `false` if it is claimed already.
    pub(super) fn claim(&self, id: PublicationId) -> bool {
        self.in_work.lock().unwrap_or_else(PoisonError::into_inner).insert(id)
    }
}

/// Imports everything below `paths`. Blocks until all is done or `cancel` is used.
pub(super) fn run(core: &Core, job: u32, paths: &[PathBuf], cancel: &CancellationToken) -> ImportReport {
    super::sweep::before_import(core);
    let (files, refused) = walk::files(paths);
    let mut report = ImportReport { refused, ..ImportReport::default() };
    let mut progress = Progress::new(core, job, files.len());
    let shared = Shared { core, files: &files, next: AtomicUsize::new(0), in_work: Mutex::default() };
    std::thread::scope(|scope| {
        let (sender, finished) = sync_channel(threads());
        for _ in 0..threads().min(files.len()) {
            let (sender, shared) = (sender.clone(), &shared);
            scope.spawn(move || {
                while let Some(path) = shared.next_file() {
                    if cancel.is_cancelled() || sender.send((name_of(path), file::prepare(shared, path))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        for (name, prepared) in finished {
            progress.begin(&name);
            match prepared.and_then(|prepared| file::write(core, prepared)) {
                Ok(Outcome::Imported { id, title }) => report.add_imported(name, id, title),
                Ok(Outcome::Duplicate { id }) => report.add_duplicate(name, id),
                Err(error) => {
                    tracing::warn!(code = %error.code(), "file refused");
                    report.add_refused(name, &error);
                }
            }
            progress.finish_one();
        }
    });
    report.cancelled = cancel.is_cancelled();
    report
}

/// Tells the shells how far the import is.
struct Progress<'a> {
    core: &'a Core,
    begun: Instant,
    now: ImportProgress,
}

impl<'a> Progress<'a> {
    fn new(core: &'a Core, job: u32, total: usize) -> Self {
        let now = ImportProgress { job, done: 0, total: total as u64, current: None, eta_seconds: None };
        core.tell(Event::Import(now.clone()));
        Self { core, begun: Instant::now(), now }
    }

    fn begin(&mut self, name: &str) {
        self.now.current = Some(name.to_owned());
        self.core.tell(Event::Import(self.now.clone()));
    }

    fn finish_one(&mut self) {
        self.now.done += 1;
        self.now.eta_seconds = eta(self.now.done, self.now.total, self.begun.elapsed().as_secs_f64());
        self.core.tell(Event::Import(self.now.clone()));
        self.core.tell(Event::Changed);
    }
}
