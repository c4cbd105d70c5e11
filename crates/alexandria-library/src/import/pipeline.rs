//! The pipeline: worker threads prepare files, one thread commits them, and each side waits for the other.
//!
//! Memory is bounded by the number of threads: a worker holds one file, and at most one prepared file per worker waits to
//! be committed. Of files that wait for another of the same content (see `claims`), only the paths are kept.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Instant;

use alexandria_crypto::passphrase::Passphrase;
use alexandria_domain::{CodedError, PublicationId};
use tokio_util::sync::CancellationToken;

use super::claims::Claims;
use super::context::ImportContext;
use super::error::FileError;
use super::file::{self, Outcome, Prepared, Source};
use super::report::ImportReport;
use super::walk::{self, Names, name_of};
use crate::engines::Engines;
use crate::event::{Event, ImportProgress, eta};
use crate::models::threads;

/// What the threads of an import share.
pub(super) struct Shared<'a> {
    context: &'a ImportContext,
    files: &'a [PathBuf],
    names: &'a Names<'a>,
    passwords: &'a [Passphrase],
    cancel: &'a CancellationToken,
    next: AtomicUsize,
    claims: Claims<'a>,
}

/// A file that was prepared or refused.
pub(super) struct Processed<'a> {
    path: &'a Path,
    prepared: Result<Prepared, FileError>,
    /// The claim of this file. Its holder continues with the files of the same content once the outcome is known.
    claim: Option<PublicationId>,
}

impl<'a> Shared<'a> {
    pub(super) fn new(
        context: &'a ImportContext,
        files: &'a [PathBuf],
        names: &'a Names<'a>,
        passwords: &'a [Passphrase],
        cancel: &'a CancellationToken,
    ) -> Self {
        Self { context, files, names, passwords, cancel, next: AtomicUsize::new(0), claims: Claims::default() }
    }

    /// Prepares files until there are no more. Runs on the worker threads.
    fn work(&self, sender: &SyncSender<Processed<'a>>) {
        while let Some(path) = self.next_file() {
            let mut next = self.process(path);
            while let Some(mut processed) = next {
                // The claim of a file that is refused here stays here, for the next file of the same content.
                let claim = if processed.prepared.is_err() { processed.claim.take() } else { None };
                if sender.send(processed).is_err() {
                    return;
                }
                next = claim.and_then(|id| self.process_next_of(id));
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
    pub(super) fn process(&self, path: &'a Path) -> Option<Processed<'a>> {
        match catch_panic(|| file::identify(&self.context.engines, path)) {
            Ok(source) if self.claims.claim(source.id, path) => self.prepare(path, &source),
            Ok(_waits) => None,
            Err(error) => Some(Processed { path, prepared: Err(error), claim: None }),
        }
    }

    /// Prepares the next file that waits for a claim whose file was refused. `None` if no other file waits, or the import
    /// was cancelled: a file that was not started is not reported.
    fn process_next_of(&self, id: PublicationId) -> Option<Processed<'a>> {
        if self.cancel.is_cancelled() {
            return None;
        }
        let path = self.claims.pass_on(id)?;
        // Opened again, so that no file is kept open while it waits.
        let error = match catch_panic(|| file::identify(&self.context.engines, path)) {
            Ok(source) if source.id == id => return self.prepare(path, &source),
            Ok(_other) => FileError::Changed,
            Err(error) => error,
        };
        Some(Processed { path, prepared: Err(error), claim: Some(id) })
    }

    fn prepare(&self, path: &'a Path, source: &Source) -> Option<Processed<'a>> {
        let name = name_of(path);
        let prepared = catch_panic(|| {
            #[cfg(test)]
            super::tests::panicking::panic_if_asked(&name);
            file::prepare(self.context, source, &name, self.passwords, self.cancel)
        });
        match prepared {
            Err(FileError::Cancelled) => None,
            prepared => Some(Processed { path, prepared, claim: Some(source.id) }),
        }
    }
}

/// Runs one step of one file. A panic in it is a bug of ours or of a parser, which refuses this file and no other.
/// Nothing is left half done: files are written under other names first, and the database rolls back.
fn catch_panic<T>(step: impl FnOnce() -> Result<T, FileError>) -> Result<T, FileError> {
    catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|_panic| Err(FileError::Panicked))
}

/// Imports everything below `paths`, trying `passwords` on what needs one. Blocks until all is done or `cancel` is used.
pub(super) fn run(
    context: &ImportContext,
    job: u32,
    paths: &[PathBuf],
    passwords: &[Passphrase],
    cancel: &CancellationToken,
) -> ImportReport {
    super::leftovers::before_import(&context.engines);
    let names = Names::new(paths);
    let (files, refused) = walk::files(paths, &names);
    let shared = Shared::new(context, &files, &names, passwords, cancel);
    let mut writer = Writer::new(&shared, job, ImportReport { refused, ..ImportReport::default() });
    std::thread::scope(|scope| {
        let (sender, processed) = sync_channel(threads());
        for _ in 0..threads().min(files.len()) {
            let (sender, shared) = (sender.clone(), &shared);
            scope.spawn(move || shared.work(&sender));
        }
        drop(sender);
        for file in processed {
            writer.write(file);
        }
    });
    let mut report = writer.report;
    report.cancelled = cancel.is_cancelled();
    report
}

/// Commits prepared files, and reports the outcome of each file.
pub(super) struct Writer<'s, 'a> {
    shared: &'s Shared<'a>,
    progress: Progress<'a>,
    pub(super) report: ImportReport,
}

impl<'s, 'a> Writer<'s, 'a> {
    pub(super) fn new(shared: &'s Shared<'a>, job: u32, report: ImportReport) -> Self {
        Self { shared, progress: Progress::new(&shared.context.engines, job, shared.files.len()), report }
    }

    /// Commits a file, and reports those of the same content that waited for it. If it cannot be committed, the next of
    /// them is prepared here: that is rare, and the workers may have finished by then.
    pub(super) fn write(&mut self, processed: Processed<'a>) {
        let mut next = Some(processed);
        while let Some(Processed { path, prepared, claim }) = next.take() {
            let is_in_library = self.finish(path, |engines| catch_panic(|| file::write(engines, prepared?)));
            match claim {
                Some(id) if is_in_library => {
                    for copy in self.shared.claims.release(id) {
                        self.finish(copy, |_engines| Ok(Outcome::Duplicate { id }));
                    }
                }
                Some(id) => next = self.shared.process_next_of(id),
                None => {}
            }
        }
    }

    /// Does the `rest` of a file's import and reports the file. Returns whether it is in the library.
    fn finish(&mut self, path: &Path, rest: impl FnOnce(&Engines) -> Result<Outcome, FileError>) -> bool {
        let name = self.shared.names.of(path);
        self.progress.start_file(&name_of(path));
        let outcome = rest(&self.shared.context.engines);
        let is_in_library = outcome.is_ok();
        match outcome {
            Ok(Outcome::Imported { id, title }) => self.report.add_imported(name, id, title),
            Ok(Outcome::Duplicate { id }) => self.report.add_duplicate(name, id),
            Err(error) => {
                tracing::warn!(code = %error.code(), "file refused");
                let locked = if error.needs_password() { self.shared.context.locked_files.add(path) } else { None };
                self.report.add_refused(name, &error, locked);
            }
        }
        self.progress.finish_file();
        is_in_library
    }
}

/// Emits the progress of an import.
struct Progress<'a> {
    engines: &'a Engines,
    started: Instant,
    current: ImportProgress,
}

impl<'a> Progress<'a> {
    fn new(engines: &'a Engines, job: u32, total: usize) -> Self {
        let current = ImportProgress { job, done: 0, total: total as u64, current: None, eta_seconds: None };
        let progress = Self { engines, started: Instant::now(), current };
        progress.emit();
        progress
    }

    fn start_file(&mut self, name: &str) {
        self.current.current = Some(name.to_owned());
        self.emit();
    }

    fn finish_file(&mut self) {
        self.current.done += 1;
        let elapsed = self.started.elapsed().as_secs_f64();
        self.current.eta_seconds = eta(self.current.done, self.current.total, elapsed);
        self.emit();
        self.engines.events.emit(Event::Changed);
    }

    fn emit(&self) {
        self.engines.events.emit(Event::Import(self.current.clone()));
    }
}
