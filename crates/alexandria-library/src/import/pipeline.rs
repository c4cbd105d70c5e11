//! The pipeline: worker threads prepare files, this thread writes them, and both wait for each other.
//!
//! Memory is bounded by the number of threads: a worker holds one file, and at most one prepared file a worker waits
//! to be written. Files of the same content take turns (see `claims`), and only their paths are kept until then.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Instant;

use alexandria_domain::{CodedError, PublicationId};
use tokio_util::sync::CancellationToken;

use super::claims::Claims;
use super::file::{self, FileError, Outcome, Prepared, Source};
use super::report::ImportReport;
use super::walk::{self, Names, name_of};
use crate::event::{Event, ImportProgress, eta};
use crate::open::{Core, threads};

/// What the threads share.
pub(super) struct Shared<'a> {
    core: &'a Core,
    files: &'a [PathBuf],
    names: &'a Names<'a>,
    cancel: &'a CancellationToken,
    next: AtomicUsize,
    claims: Claims<'a>,
}

/// A file that was prepared or refused.
pub(super) struct Turn<'a> {
    path: &'a Path,
    prepared: Result<Prepared, FileError>,
    /// The claim of this file. Who has it sees to the files of the same content, once it is known what became of this.
    claim: Option<PublicationId>,
}

impl<'a> Shared<'a> {
    pub(super) fn new(
        core: &'a Core,
        files: &'a [PathBuf],
        names: &'a Names<'a>,
        cancel: &'a CancellationToken,
    ) -> Self {
        Self { core, files, names, cancel, next: AtomicUsize::new(0), claims: Claims::default() }
    }

    /// Prepares files until there are no more. Runs on the worker threads.
    fn work(&self, sender: &SyncSender<Turn<'a>>) {
        while let Some(path) = self.next_file() {
            let mut turn = self.begin(path);
            while let Some(mut ended) = turn {
                // The claim of a file that is refused here stays here, for the next of the same content.
                let kept = if ended.prepared.is_err() { ended.claim.take() } else { None };
                if sender.send(ended).is_err() {
                    return;
                }
                turn = kept.and_then(|id| self.inherit(id));
            }
        }
    }

    fn next_file(&self) -> Option<&'a Path> {
        if self.cancel.is_cancelled() {
            return None;
        }
        self.files.get(self.next.fetch_add(1, Ordering::Relaxed)).map(PathBuf::as_path)
    }

    /// Prepares a file. `None` if it waits for another one of the same content, or the import was cancelled meanwhile.
    pub(super) fn begin(&self, path: &'a Path) -> Option<Turn<'a>> {
        match caught(|| file::identify(self.core, path)) {
            Ok(source) if self.claims.claim(source.id, path) => self.prepare(path, &source),
            Ok(_waits) => None,
            Err(error) => Some(Turn { path, prepared: Err(error), claim: None }),
        }
    }

    /// Prepares the next file that waits for a claim, whose file was refused. `None` if no other waits, or the import
    /// was cancelled: a file that was not begun is not reported.
    fn inherit(&self, id: PublicationId) -> Option<Turn<'a>> {
        if self.cancel.is_cancelled() {
            return None;
        }
        let path = self.claims.hand_on(id)?;
        // It is opened anew, so that no file is kept open while it waits.
        let error = match caught(|| file::identify(self.core, path)) {
            Ok(source) if source.id == id => return self.prepare(path, &source),
            Ok(_other) => FileError::Changed,
            Err(error) => error,
        };
        Some(Turn { path, prepared: Err(error), claim: Some(id) })
    }

    fn prepare(&self, path: &'a Path, source: &Source) -> Option<Turn<'a>> {
        let name = name_of(path);
        let prepared = caught(|| {
            #[cfg(test)]
            super::tests::panicking::if_it_is_to(&name);
            file::prepare(self.core, source, &name, self.cancel)
        });
        match prepared {
            Err(FileError::Cancelled) => None,
            prepared => Some(Turn { path, prepared, claim: Some(source.id) }),
        }
    }
}

/// Takes a step with one file. A panic in it is a fault of ours or of a parser's, which refuses this file and no other.
/// Nothing is left half done: files are written under other names first, and the database undoes what it was at.
fn caught<T>(step: impl FnOnce() -> Result<T, FileError>) -> Result<T, FileError> {
    catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|_panic| Err(FileError::Fault))
}

/// Imports everything below `paths`. Blocks until all is done or `cancel` is used.
pub(super) fn run(core: &Core, job: u32, paths: &[PathBuf], cancel: &CancellationToken) -> ImportReport {
    super::sweep::before_import(core);
    let names = Names::new(paths);
    let (files, refused) = walk::files(paths, &names);
    let shared = Shared::new(core, &files, &names, cancel);
    let mut writer = Writer::new(&shared, job, ImportReport { refused, ..ImportReport::default() });
    std::thread::scope(|scope| {
        let (sender, finished) = sync_channel(threads());
        for _ in 0..threads().min(files.len()) {
            let (sender, shared) = (sender.clone(), &shared);
            scope.spawn(move || shared.work(&sender));
        }
        drop(sender);
        for turn in finished {
            writer.take(turn);
        }
    });
    let mut report = writer.report;
    report.cancelled = cancel.is_cancelled();
    report
}

/// Writes what was prepared, and notes what became of each file.
pub(super) struct Writer<'s, 'a> {
    shared: &'s Shared<'a>,
    progress: Progress<'a>,
    pub(super) report: ImportReport,
}

impl<'s, 'a> Writer<'s, 'a> {
    pub(super) fn new(shared: &'s Shared<'a>, job: u32, report: ImportReport) -> Self {
        Self { shared, progress: Progress::new(shared.core, job, shared.files.len()), report }
    }

    /// Writes a file, and settles those of the same content that waited for it. What takes the place of a file that
    /// could not be written is prepared here: that is rare, and the workers may have ended by then.
    pub(super) fn take(&mut self, turn: Turn<'a>) {
        let mut turn = Some(turn);
        while let Some(Turn { path, prepared, claim }) = turn.take() {
            let is_there = self.conclude(path, |core| caught(|| file::write(core, prepared?)));
            match claim {
                Some(id) if is_there => {
                    for copy in self.shared.claims.settle(id) {
                        self.conclude(copy, |_core| Ok(Outcome::Duplicate { id }));
                    }
                }
                Some(id) => turn = self.shared.inherit(id),
                None => {}
            }
        }
    }

    /// Reports a file, of which `work` is what is left to do. Returns whether it is in the library.
    fn conclude(&mut self, path: &Path, work: impl FnOnce(&Core) -> Result<Outcome, FileError>) -> bool {
        let name = self.shared.names.of(path);
        self.progress.begin(&name_of(path));
        let outcome = work(self.shared.core);
        let is_there = outcome.is_ok();
        match outcome {
            Ok(Outcome::Imported { id, title }) => self.report.add_imported(name, id, title),
            Ok(Outcome::Duplicate { id }) => self.report.add_duplicate(name, id),
            Err(error) => {
                tracing::warn!(code = %error.code(), "file refused");
                self.report.add_refused(name, &error);
            }
        }
        self.progress.finish_one();
        is_there
    }
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
