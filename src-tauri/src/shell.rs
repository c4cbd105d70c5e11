//! The library this window shows: whether it is open, the jobs that run in it, files that wait for it.
//!
//! The lock on what changes is never held while waiting for anything, nor across a call to the window.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alexandria_library::{
    CancellationToken, Folders, ImportJob, Library, LibraryState as OnDisk, NewRecoveryCode, Schedule, SlotKind, Unlock,
};
use tauri::async_runtime::{self, JoinHandle};
use tauri::{AppHandle, Manager};
use tokio::sync::OnceCell;

use crate::closing::LastWords;
use crate::contract::{CommandError, JobStarted, LibraryState, LibraryStateKind, Locked, Slot};
use crate::events;
use crate::launch::Launch;
use crate::preferences::PreferencesFile;
use crate::rest::Rest;
use crate::window;

/// What the commands work on.
pub(crate) struct Shell {
    app: AppHandle,
    folder: PathBuf,
    preferences: PreferencesFile,
    passphrase_file: Option<PathBuf>,
    /// Filled when the first attempt to open the library has ended.
    started: OnceCell<()>,
    /// Held while the library is opened or closed, so that two requests do not cross.
    turning: tokio::sync::Mutex<()>,
    /// How long the library has been left alone.
    rest: Rest,
    last_words: LastWords,
    now: Mutex<Now>,
}

/// What changes while the program runs.
#[derive(Default)]
struct Now {
    library: Option<Library>,
    /// Tasks that end when the library's jobs are stopped.
    tasks: Vec<JoinHandle<()>>,
    /// Imports that have neither ended nor been cancelled by the reader, by number.
    imports: BTreeMap<u32, RunningImport>,
    /// Files to import when the library is open and the window listens.
    waiting: Vec<PathBuf>,
    /// The page has said, since the library was opened, that it listens to events.
    listening: bool,
    /// Why the library did not open by itself.
    problem: Option<String>,
    /// A recovery code on screen, which opens nothing until it is typed back.
    code: Option<Arc<NewRecoveryCode>>,
}

/// An import, and what is left to do of it if it is cut off: all of it, since files that are known are recognised.
struct RunningImport {
    cancel: CancellationToken,
    paths: Vec<PathBuf>,
}

impl Now {
    /// Starts an import, if the library is open.
    fn import(&mut self, paths: Vec<PathBuf>) -> Option<ImportJob> {
        let job = self.library.as_ref()?.import(paths.clone());
        self.imports.insert(job.number(), RunningImport { cancel: job.canceller(), paths });
        Some(job)
    }

    /// Gives up the library and its tasks, if it is open. What is cut off of its imports waits for the next opening, and
    /// so does what waited already.
    fn close(&mut self) -> Option<(Library, Vec<JoinHandle<()>>)> {
        let library = self.library.take()?;
        let Self { tasks, imports, waiting, .. } = std::mem::take(self);
        self.waiting = imports.into_values().flat_map(|import| import.paths).chain(waiting).collect();
        Some((library, tasks))
    }
}

impl Shell {
    /// A shell over the library in its place, not yet opened.
    pub(crate) fn new(app: AppHandle, places: &Folders, launch: Launch) -> Self {
        let now = Mutex::new(Now { waiting: launch.files, ..Now::default() });
        Self {
            app,
            folder: places.library().to_owned(),
            preferences: PreferencesFile::new(places.preferences()),
            passphrase_file: launch.passphrase_file,
            started: OnceCell::new(),
            turning: tokio::sync::Mutex::default(),
            rest: Rest::default(),
            last_words: LastWords::default(),
            now,
        }
    }

    /// The open library.
    pub(crate) fn library(&self) -> Result<Library, CommandError> {
        self.now().library.clone().ok_or_else(CommandError::locked)
    }

    /// What the window remembers.
    pub(crate) const fn preferences(&self) -> &PreferencesFile {
        &self.preferences
    }

    /// How long the library has been left alone.
    pub(crate) const fn rest(&self) -> &Rest {
        &self.rest
    }

    /// What the page says before the window is closed.
    pub(crate) const fn last_words(&self) -> &LastWords {
        &self.last_words
    }

    /// Whether the library is open.
    pub(crate) fn is_open(&self) -> bool {
        self.now().library.is_some()
    }

    /// The recovery code on screen.
    pub(crate) fn shown_code(&self) -> Option<Arc<NewRecoveryCode>> {
        self.now().code.clone()
    }

    /// Keeps a recovery code until it is typed back, or forgets it.
    pub(crate) fn show_code(&self, code: Option<Arc<NewRecoveryCode>>) {
        self.now().code = code;
    }

    /// The handle of the program.
    pub(crate) const fn app(&self) -> &AppHandle {
        &self.app
    }

    /// Opens the library if that needs nobody: with the passphrase file, or with the keychain. Done once.
    pub(crate) async fn start(&self) {
        self.started
            .get_or_init(async || {
                if let Err(error) = self.open_unattended().await {
                    tracing::warn!(code = ?error.code, "the library did not open by itself");
                    self.now().problem = Some(error.message);
                }
            })
            .await;
    }

    async fn open_unattended(&self) -> Result<(), CommandError> {
        let on_disk = self.on_disk().await?;
        match (&self.passphrase_file, on_disk) {
            (Some(file), OnDisk::None) => self.create(passphrase_in(file).await?).await,
            (Some(file), _) => self.unlock(passphrase_in(file).await?).await,
            (None, OnDisk::Locked { slots }) if slots.contains(&SlotKind::Keychain) => {
                self.unlock(Unlock::Keychain).await
            }
            // It does not open, and trying tells what to do.
            (None, OnDisk::Damaged) => self.unlock(Unlock::Keychain).await,
            (None, _) => Ok(()),
        }
    }

    /// Makes the library and opens it.
    pub(crate) async fn create(&self, unlock: Unlock) -> Result<(), CommandError> {
        let _turn = self.turning.lock().await;
        if self.library().is_ok() {
            return Err(CommandError::library_exists());
        }
        self.opened(Library::create(&self.folder, unlock).await?).await;
        Ok(())
    }

    /// Opens the library, if it is not open.
    pub(crate) async fn unlock(&self, unlock: Unlock) -> Result<(), CommandError> {
        let _turn = self.turning.lock().await;
        if self.library().is_err() {
            self.opened(Library::open(&self.folder, unlock).await?).await;
        }
        Ok(())
    }

    /// Closes the library. The window is told at once and shows nothing of it any more; this returns when the library's
    /// jobs have stopped and its keys are gone.
    pub(crate) async fn lock(&self) {
        let _turn = self.turning.lock().await;
        let Some((library, tasks)) = self.now().close() else { return };
        events::send(&self.app, &Locked);
        window::forget(&self.app);
        library.lock().await;
        for task in tasks {
            if task.await.is_err() {
                tracing::warn!("a job of the closed library failed");
            }
        }
    }

    /// Asks running jobs to stop, because the program ends.
    pub(crate) fn stop(&self) {
        if let Some(library) = &self.now().library {
            library.stop_jobs();
        }
    }

    /// What is on disk and whether it is open.
    pub(crate) async fn state(&self) -> Result<LibraryState, CommandError> {
        let on_disk = self.on_disk().await?;
        let now = self.now();
        let (kind, slots) = match on_disk {
            OnDisk::None => (LibraryStateKind::None, Vec::new()),
            OnDisk::Locked { slots } => (LibraryStateKind::Locked, slots.iter().map(Slot::from).collect()),
            OnDisk::Damaged => (LibraryStateKind::Damaged, Vec::new()),
        };
        let state = if now.library.is_some() { LibraryStateKind::Unlocked } else { kind };
        Ok(LibraryState { state, slots, message: now.problem.clone() })
    }

    /// Imports files that the reader chose in the window.
    pub(crate) fn import(&self, paths: Vec<PathBuf>) -> Result<JobStarted, CommandError> {
        self.begin_import(&mut self.now(), paths).ok_or_else(CommandError::locked)
    }

    /// Imports files that came from outside the window, now or when the library is open and the window listens.
    pub(crate) fn import_from_outside(&self, files: Vec<PathBuf>) {
        self.now().waiting.extend(files);
        self.import_waiting();
    }

    /// The page listens to events. It is told what happens from now on, such as the import of files that have waited.
    pub(crate) fn begin_telling(&self) {
        {
            let mut now = self.now();
            now.listening = now.library.is_some();
        }
        self.import_waiting();
    }

    /// Whether the library is open and the page listens to events.
    pub(crate) fn has_listener(&self) -> bool {
        self.now().listening
    }

    /// Stops an import after its present files. One that has ended is left alone.
    pub(crate) fn cancel_import(&self, job: u32) {
        if let Some(import) = self.now().imports.remove(&job) {
            import.cancel.cancel();
        }
    }

    /// Imports the files that wait, if the window is told of it.
    fn import_waiting(&self) {
        let started = {
            let mut now = self.now();
            if !now.listening || now.waiting.is_empty() {
                return;
            }
            let files = std::mem::take(&mut now.waiting);
            self.begin_import(&mut now, files)
        };
        if let Some(started) = started {
            events::send(&self.app, &started);
        }
    }

    /// Starts an import, and sees to its end.
    fn begin_import(&self, now: &mut Now, paths: Vec<PathBuf>) -> Option<JobStarted> {
        let job = now.import(paths)?;
        let started = JobStarted { job: job.number() };
        let app = self.app.clone();
        let ending = async move {
            drop(job.wait().await);
            // No other import has this number: a library is opened only when the tasks of the former have ended.
            app.state::<Self>().now().imports.remove(&started.job);
        };
        now.tasks.retain(|task| !task.inner().is_finished());
        now.tasks.push(async_runtime::spawn(ending));
        Some(started)
    }

    /// Takes an opened library into use and starts its standing jobs.
    async fn opened(&self, library: Library) {
        // Without its settings it stays open for as long as by default.
        self.rest.opened(library.settings().await.map(|settings| settings.auto_lock).unwrap_or_default());
        if self.preferences.read().await.embedding_paused {
            library.set_embedding_paused(true).await;
        }
        let forward = events::forward(self.app.clone(), library.events());
        let background = run_background(library.clone());
        let mut now = self.now();
        now.tasks = vec![async_runtime::spawn(forward), async_runtime::spawn(background)];
        now.problem = None;
        now.library = Some(library);
    }

    async fn on_disk(&self) -> Result<OnDisk, CommandError> {
        Ok(Library::state(&self.folder).await?)
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs the library's background jobs until they are stopped.
async fn run_background(library: Library) {
    library.run_background(Schedule::default()).await;
}

/// The passphrase in a file, as what unlocks.
async fn passphrase_in(file: &Path) -> Result<Unlock, CommandError> {
    Ok(Unlock::Passphrase(alexandria_library::passphrase_in(file).await?))
}
