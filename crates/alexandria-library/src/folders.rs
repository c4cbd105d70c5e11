//! The platform's folders: the library, its logs, a shell's preferences.
//!
//! The only module that knows where they are.

use std::path::{Path, PathBuf};

use alexandria_domain::{CodedError, ErrorCode};
use directories::ProjectDirs;

/// The folders Alexandria uses.
#[derive(Clone, Debug)]
pub struct Folders {
    library: PathBuf,
    logs: PathBuf,
    preferences: PathBuf,
    devices: PathBuf,
    updates: PathBuf,
}

/// The platform reports no home folder.
#[derive(Debug, thiserror::Error)]
#[error("this account has no home folder")]
pub struct FoldersError;

impl CodedError for FoldersError {
    fn code(&self) -> ErrorCode {
        ErrorCode::InvalidInput
    }
}

impl Folders {
    /// The folders of this account: the platform's data folder for the library, its state or log folder for logs, its
    /// configuration folder for preferences.
    ///
    /// # Errors
    /// When the platform reports no home folder.
    pub fn of_account() -> Result<Self, FoldersError> {
        let dirs = ProjectDirs::from("app", "Alexandria", "Alexandria").ok_or(FoldersError)?;
        let logs = match (std::env::consts::OS, dirs.state_dir()) {
            ("macos", _) => dirs.data_dir().join("../../Logs/Alexandria"),
            (_, Some(state)) => state.join("logs"),
            (_, None) => dirs.data_local_dir().join("logs"),
        };
        let preferences = dirs.config_local_dir().to_owned();
        let state = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir());
        let (devices, updates) = (state.join("devices"), state.join("updates"));
        Ok(Self { library: dirs.data_local_dir().join("library"), logs, preferences, devices, updates })
    }

    /// The same folders with another one for the library. Logs stay where the platform keeps them.
    #[must_use]
    pub fn with_library(self, library: &Path) -> Self {
        Self { library: library.to_owned(), ..self }
    }

    /// The library's folder.
    #[must_use]
    pub fn library(&self) -> &Path {
        &self.library
    }

    /// The folder of the log files.
    #[must_use]
    pub fn logs(&self) -> &Path {
        &self.logs
    }

    /// The folder of the marks that distinguish copies of a library. Not encrypted: random numbers only.
    #[must_use]
    pub fn devices(&self) -> &Path {
        &self.devices
    }

    /// The folder of the state of updates: what was decided, verified and downloaded. Not encrypted: it has nothing of the
    /// library.
    #[must_use]
    pub fn updates(&self) -> &Path {
        &self.updates
    }

    /// The file that lists every request over the network. Not encrypted: it has nothing of the library.
    #[must_use]
    pub fn network_log(&self) -> PathBuf {
        self.updates.join("network.jsonl")
    }

    /// The folder for a shell's preferences, which are needed before any library is open. Not encrypted: nothing about
    /// books belongs here.
    #[must_use]
    pub fn preferences(&self) -> &Path {
        &self.preferences
    }
}
