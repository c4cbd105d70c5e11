//! The library this window shows: whether it is open, the jobs that run in it, files that wait for it.
//!
//! The lock on what changes is never held while waiting for anything, nor across a call to the window.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use alexandria_library::{
    CancellationToken, IDLE, Library, LibraryState as OnDisk, NewRecoveryCode, OpenError, Places, SlotKind, Unlock,
};
use tauri::AppHandle;
use tauri::async_runtime::{self, JoinHandle};
use tokio::sync::OnceCell;

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
    now: Mutex<Now>,
}

/// What changes while the program runs.
#[derive(Default)]
struct Now {
    library: Option<Library>,
    /// Tasks that end when the library's jobs are stopped.
    tasks: Vec<JoinHandle<()>>,
    imports: HashMap<u32, CancellationToken>,
    /// Files to import when the library is open and the window listens.
    waiting: Vec<PathBuf>,
    /// Why the library did not open by itself.
    problem: Option<String>,
    /// A recovery code on screen, which opens nothing until it is typed back.
    code: Option<Arc<NewRecoveryCode>>,
}

impl Shell {
    /// A shell over the library in its place, not yet opened.
    pub(crate) fn new(app: AppHandle, places: &Places, launch: Launch) -> Self {
        let now = Mutex::new(Now { waiting: launch.files, ..Now::default() });
        Self {
            app,
            folder: places.library().to_owned(),
            preferences: PreferencesFile::new(places.preferences()),
            passphrase_file: launch.passphrase_file,
            started: OnceCell::new(),
            turning: tokio::sync::Mutex::default(),
            rest: Rest::default(),
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
            (None, _) => Ok(()),
        }
    }

    /// Makes the library and opens it.
    pub(crate) async fn create(&self, unlock: Unlock) -> Result<(), CommandError> {
        let _turn = self.turning.lock().await;
        if self.library().is_ok() {
            return Err(CommandError::library_exists());
        }
        self.opened(Library::create(&self.folder, unlock).await.map_err(refused)?).await;
        Ok(())
    }

    /// Opens the library, if it is not open.
    pub(crate) async fn unlock(&self, unlock: Unlock) -> Result<(), CommandError> {
        let _turn = self.turning.lock().await;
        if self.library().is_err() {
            self.opened(Library::open(&self.folder, unlock).await.map_err(refused)?).await;
        }
        Ok(())
    }

    /// Closes the library. The window is told at once and shows nothing of it any more; this returns when the library's
    /// jobs have stopped and its keys are gone.
    pub(crate) async fn lock(&self) {
        let _turn = self.turning.lock().await;
        let closed = {
            let mut now = self.now();
            // Locked already: files that came from outside wait for it to be opened.
            if now.library.is_none() {
                return;
            }
            std::mem::take(&mut *now)
        };
        let Some(library) = closed.library else { return };
        events::send(&self.app, &Locked);
        window::forget(&self.app);
        library.lock().await;
        for task in closed.tasks {
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
        let job = self.library()?.import(paths);
        let started = JobStarted { job: job.number() };
        let mut now = self.now();
        now.imports.insert(started.job, job.canceller());
        now.tasks.retain(|task| !task.inner().is_finished());
        now.tasks.push(async_runtime::spawn(async move { drop(job.wait().await) }));
        Ok(started)
    }

    /// Imports files that came from outside the window, now or when the library is opened.
    pub(crate) fn import_from_outside(&self, files: Vec<PathBuf>) {
        self.now().waiting.extend(files);
        self.import_waiting();
    }

    /// Imports the files that wait, if the library is open.
    pub(crate) fn import_waiting(&self) {
        let files = match &mut *self.now() {
            Now { library: Some(_), waiting, .. } => std::mem::take(waiting),
            _ => return,
        };
        if files.is_empty() {
            return;
        }
        if let Ok(started) = self.import(files) {
            events::send(&self.app, &started);
        }
    }

    /// Stops an import after its present files. One that has ended is left alone.
    pub(crate) fn cancel_import(&self, job: u32) {
        if let Some(cancel) = self.now().imports.remove(&job) {
            cancel.cancel();
        }
    }

    /// Takes an opened library into use and starts its standing jobs.
    async fn opened(&self, library: Library) {
        // Without its settings it stays open for as long as by default.
        self.rest.after(library.settings().await.map(|settings| settings.auto_lock).unwrap_or_default());
        self.rest.seen();
        let forward = events::forward(self.app.clone(), library.events());
        let standing = stand_by(library.clone());
        let mut now = self.now();
        now.tasks = vec![async_runtime::spawn(forward), async_runtime::spawn(standing)];
        now.problem = None;
        now.library = Some(library);
    }

    async fn on_disk(&self) -> Result<OnDisk, CommandError> {
        Library::state(&self.folder).await.map_err(refused)
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an open library does by itself: it empties the bin of what has been there for long, makes vectors, and gives
/// memory back when it is not used.
async fn stand_by(library: Library) {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now_ms = u64::try_from(since_1970.as_millis()).unwrap_or_default();
    if let Err(error) = library.empty_old_bin(now_ms).await {
        tracing::warn!(code = %error.code(), "the bin was not emptied");
    }
    tokio::join!(library.keep_embedded(), library.keep_rested(IDLE));
}

#[expect(clippy::needless_pass_by_value, reason = "used with map_err")]
fn refused(error: OpenError) -> CommandError {
    CommandError::new(error.code(), &error)
}

/// The passphrase in a file, as what unlocks.
async fn passphrase_in(file: &Path) -> Result<Unlock, CommandError> {
    let read = alexandria_library::passphrase_in(file).await;
    read.map(Unlock::Passphrase).map_err(|error| CommandError::new(error.code(), &error))
}
