//! The session of the library that the window shows: which library is open, and the tasks that end with it.
//!
//! The session changes only through a [`Transition`], one at a time. Reading it never waits for a transition.
//! Absent: what has to start and stop with a library, which `shell` knows.

use std::sync::{Mutex, MutexGuard, PoisonError};

use alexandria_library::{CancellationToken, Folders, Library, LibraryState as FolderState, Unlock};
use tauri::async_runtime::JoinHandle;

use crate::contract::{CommandError, LibraryState, LibraryStateKind, Slot};

/// Serialises opening and closing.
type TransitionLock = tokio::sync::Mutex<()>;

/// The library in one folder: open or closed.
pub(crate) struct LibrarySession {
    /// The library's folder, and those of what belongs to the computer.
    pub(crate) folders: Folders,
    /// Cancels the health check that is running.
    check: Mutex<CancellationToken>,
    transition_lock: TransitionLock,
    state: Mutex<SessionState>,
}

#[derive(Default)]
struct SessionState {
    open: Option<OpenLibrary>,
    /// Why the library did not open unattended.
    startup_error: Option<String>,
}

/// An open library and the tasks that end when its jobs are stopped.
pub(crate) struct OpenLibrary {
    pub(crate) library: Library,
    pub(crate) tasks: Vec<JoinHandle<()>>,
}

impl LibrarySession {
    /// The library in one of these folders, closed.
    pub(crate) fn new(folders: Folders) -> Self {
        Self { folders, check: Mutex::default(), transition_lock: TransitionLock::default(), state: Mutex::default() }
    }

    /// The open library.
    ///
    /// # Errors
    /// `Locked` when it is not open.
    pub(crate) fn library(&self) -> Result<Library, CommandError> {
        let state = self.state();
        state.open.as_ref().map(|open| open.library.clone()).ok_or_else(CommandError::locked)
    }

    /// Whether the library is open.
    pub(crate) fn is_open(&self) -> bool {
        self.state().open.is_some()
    }

    /// Records why the library did not open unattended, until it is opened.
    pub(crate) fn set_startup_error(&self, message: String) {
        self.state().startup_error = Some(message);
    }

    /// Cancels the health check that is running; the next one is cancelled with `next`.
    pub(crate) fn replace_check(&self, next: CancellationToken) {
        let previous = std::mem::replace(&mut *self.check.lock().unwrap_or_else(PoisonError::into_inner), next);
        previous.cancel();
    }

    /// What is in the folder.
    pub(crate) async fn folder_state(&self) -> Result<FolderState, CommandError> {
        Ok(Library::state(self.folders.library()).await?)
    }

    /// What is in the folder, and whether it is open.
    pub(crate) async fn describe(&self) -> Result<LibraryState, CommandError> {
        let (kind, slots) = match self.folder_state().await? {
            FolderState::None => (LibraryStateKind::None, Vec::new()),
            FolderState::Locked { slots } => (LibraryStateKind::Locked, slots.iter().map(Slot::from).collect()),
            FolderState::Damaged => (LibraryStateKind::Damaged, Vec::new()),
        };
        let state = self.state();
        let kind = if state.open.is_some() { LibraryStateKind::Unlocked } else { kind };
        Ok(LibraryState { state: kind, slots, message: state.startup_error.clone() })
    }

    /// Waits for the transition in progress, and begins another.
    pub(crate) async fn transition(&self) -> Transition<'_> {
        Transition { session: self, _guard: self.transition_lock.lock().await }
    }

    fn state(&self) -> MutexGuard<'_, SessionState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to open or close the library, held by one caller at a time.
pub(crate) struct Transition<'a> {
    session: &'a LibrarySession,
    _guard: tokio::sync::MutexGuard<'a, ()>,
}

impl Transition<'_> {
    /// Creates a library in the folder. It is not in use before [`set_open`](Self::set_open).
    pub(crate) async fn create(&self, unlock: Unlock) -> Result<Library, CommandError> {
        if self.session.is_open() {
            return Err(CommandError::library_exists());
        }
        Ok(Library::create(self.session.folders.library(), unlock).await?)
    }

    /// Opens the library in the folder; `None` if it is open. It is not in use before [`set_open`](Self::set_open).
    pub(crate) async fn open(&self, unlock: Unlock) -> Result<Option<Library>, CommandError> {
        if self.session.is_open() {
            return Ok(None);
        }
        Ok(Some(Library::open(self.session.folders.library(), unlock).await?))
    }

    /// Puts a library into use.
    pub(crate) fn set_open(&self, open: OpenLibrary) {
        *self.session.state() = SessionState { open: Some(open), startup_error: None };
    }

    /// Takes the library out of use, if it is open. The caller stops it.
    pub(crate) fn set_closed(&self) -> Option<OpenLibrary> {
        self.session.state().open.take()
    }
}

#[cfg(test)]
mod tests {
    use alexandria_library::Passphrase;

    use super::*;

    fn unlock() -> Unlock {
        Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn transition_opens_once_and_closes() {
        let folder = tempfile::tempdir().unwrap();
        let session = LibrarySession::new(Folders::of_account().unwrap().with_library(&folder.path().join("library")));
        session.set_startup_error("it is not there".to_owned());
        assert_eq!(session.describe().await.unwrap().state, LibraryStateKind::None);

        let transition = session.transition().await;
        let library = transition.create(unlock()).await.unwrap();
        assert!(!session.is_open(), "it is not in use yet");
        transition.set_open(OpenLibrary { library, tasks: Vec::new() });
        assert!(transition.create(unlock()).await.is_err() && transition.open(unlock()).await.unwrap().is_none());
        drop(transition);
        let described = session.describe().await.unwrap();
        assert_eq!((described.state, described.message), (LibraryStateKind::Unlocked, None));

        let open = session.transition().await.set_closed().unwrap();
        assert!(session.library().is_err() && session.transition().await.set_closed().is_none());
        open.library.lock().await;
        let library = session.transition().await.open(unlock()).await.unwrap().unwrap();
        library.lock().await;
    }
}
