//! Where Alexandria keeps things on this platform: the library, its logs, what a shell remembers.
//!
//! The only module that knows the platform's folders.

use std::path::{Path, PathBuf};

use alexandria_domain::{CodedError, ErrorCode};
use directories::ProjectDirs;

/// The folders Alexandria uses.
#[derive(Clone, Debug)]
pub struct Places {
    library: PathBuf,
    logs: PathBuf,
    preferences: PathBuf,
}

/// The platform names no home folder.
#[derive(Debug, thiserror::Error)]
#[error("this account has no home folder; name the library's folder with --library")]
pub struct PlacesError;

impl CodedError for PlacesError {
    fn code(&self) -> ErrorCode {
        ErrorCode::InvalidInput
    }
}

impl Places {
    /// The folders of this account: the platform's data folder for the library, its state or log folder for logs,
    /// its configuration folder for preferences.
    ///
    /// # Errors
    /// When the platform names no home folder.
    pub fn of_account() -> Result<Self, PlacesError> {
        let dirs = ProjectDirs::from("app", "Alexandria", "Alexandria").ok_or(PlacesError)?;
        let logs = match (std::env::consts::OS, dirs.state_dir()) {
            ("macos", _) => dirs.data_dir().join("../../Logs/Alexandria"),
            (_, Some(state)) => state.join("logs"),
            (_, None) => dirs.data_local_dir().join("logs"),
        };
        let preferences = dirs.config_local_dir().to_owned();
        Ok(Self { library: dirs.data_local_dir().join("library"), logs, preferences })
    }

    /// The same, with the library in another folder. Logs stay where the platform keeps them.
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

    /// The folder for what a shell remembers before any library is open. It is not encrypted: nothing about books.
    #[must_use]
    pub fn preferences(&self) -> &Path {
        &self.preferences
    }
}
