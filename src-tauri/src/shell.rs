//! What the commands work on: the library session and all that starts and stops with it, composed.
//!
//! No lock of a part is held while waiting for anything, nor across a call to the window.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use alexandria_library::auto_lock::AutoLockTimer;
use alexandria_library::{
    BookAddress, Folders, ImportQueue, Library, PreferencesFile, Schedule, StartClock, StartStage, Unlock, UpdateCenter,
};
use tauri::{AppHandle, Manager, async_runtime};

use crate::close_handshake::{self, CloseHandshake};
use crate::contract::{CloseRequested, CommandError, ImportStarted, Locked, OpenRequested, UpdateFileOffered};
use crate::launch::Launch;
use crate::recovery_code::RecoveryCodeDisplay;
use crate::session::{LibrarySession, OpenLibrary, Transition};
use crate::startup::{Startup, StartupAction};
use crate::{events, window};

/// The state of the program, managed by tauri.
pub(crate) struct Shell {
    pub(crate) app: AppHandle,
    pub(crate) session: LibrarySession,
    pub(crate) imports: ImportQueue,
    pub(crate) auto_lock: AutoLockTimer,
    pub(crate) recovery_code: RecoveryCodeDisplay,
    pub(crate) close_handshake: CloseHandshake,
    pub(crate) preferences: PreferencesFile,
    pub(crate) updates: UpdateCenter,
    pub(crate) start_clock: StartClock,
    startup: Startup,
    /// A book to show once the page listens.
    pending_book: Mutex<Option<BookAddress>>,
}

impl Shell {
    /// A shell over a library that is not open yet.
    pub(crate) fn new(app: AppHandle, folders: &Folders, launch: Launch, start_clock: StartClock) -> Self {
        let updates = UpdateCenter::new(folders, env!("CARGO_PKG_VERSION"));
        Self {
            app,
            startup: Startup::new(launch.passphrase_file),
            pending_book: Mutex::new(launch.open),
            session: LibrarySession::new(folders.clone()),
            imports: ImportQueue::new(updates.take_update_file(launch.files)),
            auto_lock: AutoLockTimer::default(),
            recovery_code: RecoveryCodeDisplay::default(),
            close_handshake: CloseHandshake::default(),
            preferences: PreferencesFile::new(folders.preferences()),
            updates,
            start_clock,
        }
    }

    /// The open library.
    pub(crate) fn library(&self) -> Result<Library, CommandError> {
        self.session.library()
    }

    /// Opens the library if that needs no one. Done once; later callers wait until it has ended.
    pub(crate) async fn start(&self) {
        let attempt = async {
            if let Err(error) = self.open_unattended().await {
                tracing::warn!(code = ?error.code, "the library did not open at startup");
                self.session.set_startup_error(error.message);
            }
        };
        self.startup.once(attempt).await;
    }

    async fn open_unattended(&self) -> Result<(), CommandError> {
        match self.startup.action(self.session.folder_state().await?).await? {
            StartupAction::Create(unlock) => self.create(unlock).await,
            StartupAction::Open(unlock) => self.unlock(unlock).await,
            StartupAction::Wait => Ok(()),
        }
    }

    /// Creates the library and opens it.
    pub(crate) async fn create(&self, unlock: Unlock) -> Result<(), CommandError> {
        let transition = self.session.transition().await;
        let library = transition.create(unlock).await?;
        self.activate(&transition, library).await;
        Ok(())
    }

    /// Opens the library, if it is not open.
    pub(crate) async fn unlock(&self, unlock: Unlock) -> Result<(), CommandError> {
        let transition = self.session.transition().await;
        if let Some(library) = transition.open(unlock).await? {
            self.activate(&transition, library).await;
        }
        Ok(())
    }

    /// Puts an opened library into use and starts its tasks.
    async fn activate(&self, transition: &Transition<'_>, library: Library) {
        // If the settings cannot be read, the default applies.
        let choice = library.settings().await.map(|settings| settings.auto_lock).unwrap_or_default();
        self.auto_lock.library_opened(choice);
        if self.preferences.read().await.embedding_paused {
            library.set_embedding_paused(true).await;
        }
        self.updates.library_opened(&library);
        let forward = events::forward(self.app.clone(), library.events());
        let sync = events::forward_sync(self.app.clone(), library.sync_status());
        let mut tasks = vec![async_runtime::spawn(forward), async_runtime::spawn(sync)];
        tasks.push(async_runtime::spawn(run_background(library.clone())));
        // Before anyone can see that the library is open and subscribe.
        self.imports.attach(library.clone());
        transition.set_open(OpenLibrary { library, tasks });
        self.start_clock.reach(StartStage::Library);
    }

    /// Closes the library. The page is notified first and clears itself; this returns when the library's jobs have
    /// stopped and its keys are gone.
    pub(crate) async fn lock(&self) {
        let transition = self.session.transition().await;
        let Some(OpenLibrary { library, tasks }) = transition.set_closed() else { return };
        let imports = self.imports.detach();
        self.recovery_code.set(None);
        events::emit(&self.app, &Locked);
        window::clear_browsing_data(&self.app);
        library.lock().await;
        for task in tasks {
            await_closed(task).await;
        }
        for task in imports {
            await_closed(task).await;
        }
    }

    /// Asks running jobs to stop, because the program ends.
    pub(crate) fn stop(&self) {
        if let Ok(library) = self.library() {
            library.stop_jobs();
        }
    }

    /// Imports files that the reader chose in the window.
    pub(crate) fn import(&self, paths: Vec<PathBuf>) -> Result<ImportStarted, CommandError> {
        self.imports.start(paths).map(|job| ImportStarted { job }).ok_or_else(CommandError::locked)
    }

    /// Imports files that came from outside the page, now or when the library is open and the page listens.
    pub(crate) fn import_external(&self, files: Vec<PathBuf>) {
        self.imports.add_pending(self.updates.take_update_file(files));
        self.offer_update_file();
        let app = self.app.clone();
        // The callers are not in the async runtime, where imports run.
        async_runtime::spawn(async move { app.state::<Self>().start_pending_imports() });
    }

    fn offer_update_file(&self) {
        if self.updates.has_offered_file() {
            events::emit(&self.app, &UpdateFileOffered);
        }
    }

    /// The page listens to events from now on. Files that waited for that are imported.
    pub(crate) fn subscribe(&self) {
        self.imports.subscribe();
        self.offer_update_file();
        self.start_pending_imports();
        let book = self.pending_book.lock().unwrap_or_else(PoisonError::into_inner).take();
        book.into_iter().for_each(|book| self.show_book(book));
    }

    /// Asks the page to show a book, now or when it listens.
    pub(crate) fn show_book(&self, book: BookAddress) {
        if self.imports.is_subscribed() {
            events::emit(&self.app, &OpenRequested::from(book));
        } else {
            *self.pending_book.lock().unwrap_or_else(PoisonError::into_inner) = Some(book);
        }
    }

    fn start_pending_imports(&self) {
        if let Some(job) = self.imports.start_pending() {
            events::emit(&self.app, &ImportStarted { job });
        }
    }

    /// Asks the page to save what it has not saved, and closes the window then. `false` if the window is to be closed at
    /// once: the page has nothing to save, or was asked before.
    pub(crate) fn defer_close(&self) -> bool {
        if !self.imports.is_subscribed() || !self.close_handshake.request() {
            return false;
        }
        let app = self.app.clone();
        async_runtime::spawn(async move {
            events::emit(&app, &CloseRequested);
            if !app.state::<Self>().close_handshake.wait(close_handshake::TIMEOUT).await {
                tracing::warn!("the window is closed without a confirmation of its page");
            }
            window::destroy(&app);
        });
        true
    }
}

/// Runs the library's background jobs until they are stopped.
async fn run_background(library: Library) {
    library.run_background(Schedule::default()).await;
}

/// Waits for a task of the library that was closed.
async fn await_closed<E>(task: impl Future<Output = Result<(), E>>) {
    if task.await.is_err() {
        tracing::warn!("a task of the closed library failed");
    }
}
