//! Updates for a program that stays open: remembers what was found, lets one download run at a time, and looks by itself.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use alexandria_update::{Decision, Mode, Preferences, Transfer, Trigger, WaitReason, may_transfer};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::error::UpdateError;
use super::record::LibraryRecord;
use super::waiting::device_conditions;
use super::{Check, Entry, Installed, UpdateStatus, Updates};
use crate::folders::Folders;
use crate::library::Library;

/// Time that a new version has to run before it counts as good, and before the first check: the start belongs to the user.
const FIRST_CHECK_AFTER: Duration = Duration::from_secs(30);
/// Time between two checks.
const INTERVAL: Duration = Duration::from_secs(6 * 60 * 60);
/// Time after which a check that waits for a better connection or for power is tried again.
const WAITING_INTERVAL: Duration = Duration::from_secs(15 * 60);

/// The extension of update files.
const UPDATE_FILE_EXTENSION: &str = "update";

/// Everything that a window shows about updates.
#[derive(Clone, Debug)]
pub struct UpdateOverview {
    /// What is known without asking anybody.
    pub status: UpdateStatus,
    /// What the last check found.
    pub found: Option<Decision>,
    /// The outcome of the installation.
    pub installed: Option<Installed>,
    /// Why the program does not look for updates by itself at the moment, although the user wants it to.
    pub waiting: Option<WaitReason>,
}

/// Updates of a program that stays open.
#[derive(Debug)]
pub struct UpdateCenter {
    folders: Folders,
    version: &'static str,
    updates: OnceCell<Updates>,
    record: Arc<LibraryRecord>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    check: Option<Check>,
    installed: Option<Installed>,
    /// Cancels the download that is running.
    running: Option<CancellationToken>,
    /// An update file that was opened or dropped, until it is looked into.
    offered: Option<PathBuf>,
    /// Why the last automatic check did not run.
    waiting: Option<WaitReason>,
}

impl UpdateCenter {
    /// Updates of the running program, whose version is `version`. Nothing is read before the first use.
    #[must_use]
    pub fn new(folders: &Folders, version: &'static str) -> Self {
        Self {
            folders: folders.clone(),
            version,
            updates: OnceCell::new(),
            record: Arc::default(),
            state: Mutex::default(),
        }
    }

    /// Remembers in `library`, too, what is verified while it is open. It can be closed at any time.
    pub fn library_opened(&self, library: &Library) {
        self.record.use_engines(Arc::downgrade(&library.parts.engines));
    }

    async fn updates(&self) -> Result<&Updates, UpdateError> {
        let open = async {
            let updates = Updates::open(&self.folders, self.version).await?;
            Ok::<_, UpdateError>(Updates { record: Arc::clone(&self.record), ..updates })
        };
        self.updates.get_or_try_init(|| open).await
    }

    fn with_state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Everything that is known without asking anybody.
    ///
    /// # Errors
    /// When a state file cannot be read.
    pub async fn overview(&self) -> Result<UpdateOverview, UpdateError> {
        let status = self.updates().await?.status().await?;
        let is_automatic = status.preferences.mode == Mode::Automatic;
        Ok(self.with_state(|state| UpdateOverview {
            status,
            found: state.check.as_ref().map(|check| check.decision.clone()),
            installed: state.installed.clone(),
            waiting: state.waiting.filter(|_| is_automatic),
        }))
    }

    /// See [`Updates::decide`].
    ///
    /// # Errors
    /// See there.
    pub async fn decide(&self, preferences: Preferences) -> Result<(), UpdateError> {
        self.updates().await?.decide(preferences).await
    }

    /// Asks the server, and remembers what it found.
    ///
    /// # Errors
    /// See [`Updates::check`].
    pub async fn check(&self, trigger: Trigger) -> Result<(), UpdateError> {
        let check = self.updates().await?.check(trigger).await?;
        self.with_state(|state| {
            state.check = Some(check);
            state.waiting = None;
        });
        Ok(())
    }

    /// Looks into an update file, and remembers what it found.
    ///
    /// # Errors
    /// See [`Updates::check_file`].
    pub async fn check_file(&self, file: &Path) -> Result<(), UpdateError> {
        let check = self.updates().await?.check_file(file).await?;
        self.with_state(|state| state.check = Some(check));
        Ok(())
    }

    /// Takes an update file out of files that were opened or dropped, and returns the others. It is looked into by
    /// [`check_offered_file`](Self::check_offered_file).
    pub fn take_update_file(&self, files: Vec<PathBuf>) -> Vec<PathBuf> {
        let is_update = |file: &PathBuf| file.extension().is_some_and(|extension| extension == UPDATE_FILE_EXTENSION);
        let (updates, others): (Vec<_>, Vec<_>) = files.into_iter().partition(is_update);
        if let Some(file) = updates.into_iter().next_back() {
            self.with_state(|state| state.offered = Some(file));
        }
        others
    }

    /// Whether there is an update file that was taken and not looked into.
    #[must_use]
    pub fn has_offered_file(&self) -> bool {
        self.with_state(|state| state.offered.is_some())
    }

    /// Looks into the update file that was taken last, as [`check_file`](Self::check_file) does. Nothing happens if there is
    /// none.
    ///
    /// # Errors
    /// See [`Updates::check_file`].
    pub async fn check_offered_file(&self) -> Result<(), UpdateError> {
        match self.with_state(|state| state.offered.take()) {
            Some(file) => self.check_file(&file).await,
            None => Ok(()),
        }
    }

    /// Downloads and installs what was found.
    ///
    /// # Errors
    /// See [`Updates::install`]; [`UpdateError::NothingToInstall`] also if a download is running.
    pub async fn install(&self, progress: impl Fn(u64, u64) + Send + Sync) -> Result<(), UpdateError> {
        let cancel = CancellationToken::new();
        let check = self.with_state(|state| {
            // Twice the same download would be two writers of one file.
            if state.running.is_some() {
                return None;
            }
            let check = state.check.clone()?;
            state.running = Some(cancel.clone());
            Some(check)
        });
        let check = check.ok_or(UpdateError::NothingToInstall)?;
        let result = match self.updates().await {
            Ok(updates) => updates.install(&check, &cancel, progress).await,
            Err(error) => Err(error),
        };
        self.with_state(|state| {
            state.running = None;
            if let Ok(installed) = &result {
                state.installed = Some(installed.clone());
            }
        });
        result.map(|_| ())
    }

    /// Cancels the download that is running.
    pub fn cancel(&self) {
        self.with_state(|state| state.running.as_ref().map(CancellationToken::cancel));
    }

    /// Records that this version works.
    pub async fn prove(&self) {
        let proved = match self.updates().await {
            Ok(updates) => updates.prove().await,
            Err(error) => Err(error),
        };
        if let Err(error) = proved {
            tracing::warn!(%error, "this start was not recorded as a success");
        }
    }

    /// Records after a while that this version works, then looks for new ones as often as the user allows, and calls
    /// `found` if there is news. On a metered connection or a low battery it waits, and `found` is called with the reason.
    /// Never returns.
    pub async fn run(&self, found: impl Fn(UpdateOverview)) {
        tokio::time::sleep(FIRST_CHECK_AFTER).await;
        self.prove().await;
        loop {
            if let Some(news) = self.look().await {
                found(news);
            }
            let is_waiting = self.with_state(|state| state.waiting.is_some());
            tokio::time::sleep(if is_waiting { WAITING_INTERVAL } else { INTERVAL }).await;
        }
    }

    async fn look(&self) -> Option<UpdateOverview> {
        // Offline is the normal state, and the settings say when a check last succeeded.
        let log = |error: UpdateError| tracing::info!(%error, "no update information");
        let before = self.overview().await.map_err(log).ok()?.status;
        before.server.as_ref()?;
        let transfer = may_transfer(Trigger::Automatic, before.preferences.mode, device_conditions().await);
        let waiting = match transfer {
            Transfer::Deferred(reason) => Some(reason),
            Transfer::Allowed | Transfer::Disabled => None,
        };
        let was_waiting = self.with_state(|state| std::mem::replace(&mut state.waiting, waiting));
        if let Some(reason) = waiting.filter(|_| waiting != was_waiting) {
            tracing::info!(reason = reason.as_str(), "the check for updates waits");
        }
        let is_checked = transfer == Transfer::Allowed && self.check(Trigger::Automatic).await.map_err(log).is_ok();
        let overview = self.overview().await.map_err(log).ok()?;
        let is_news = is_checked && overview.found != Some(Decision::UpToDate);
        // A window that is open shows why nothing happens, and also that the reason is gone.
        (is_news || waiting != was_waiting).then_some(overview)
    }

    /// See [`Updates::network_log`].
    ///
    /// # Errors
    /// See there.
    pub async fn network_log(&self) -> Result<Vec<Entry>, UpdateError> {
        self.updates().await?.network_log().await
    }
}
