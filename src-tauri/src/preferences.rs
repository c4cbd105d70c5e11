//! What the window remembers before any library is open: its language. One small file in the account's configuration
//! folder, in clear. Nothing about the library or the reader's books belongs here; that is what settings are for.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use alexandria_library::domain::ErrorCode;
use serde::{Deserialize, Serialize};
use tauri::async_runtime::spawn_blocking;

use crate::contract::{Language, Preferences};

/// The file's form on disk. What it lacks, or says that this version does not know, is as at the first start.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Stored {
    language: Language,
}

/// Why a preference was not kept.
#[derive(Debug, thiserror::Error)]
#[error("the choice holds until the window is closed; it cannot be kept: {0}")]
pub(crate) struct NotKept(#[from] Error);

impl NotKept {
    /// The code the UI branches on.
    pub(crate) fn code(&self) -> ErrorCode {
        ErrorCode::of_io(&self.0)
    }
}

/// The file of preferences.
#[derive(Clone)]
pub(crate) struct PreferencesFile {
    path: PathBuf,
}

impl PreferencesFile {
    /// The file in `folder`, which need not exist yet.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { path: folder.join("window.json") }
    }

    /// What is remembered. A file that cannot be read keeps nobody out: it counts as none.
    pub(crate) async fn read(&self) -> Preferences {
        let path = self.path.clone();
        let stored = spawn_blocking(move || read(&path)).await.unwrap_or_default();
        Preferences { language: stored.language }
    }

    /// Remembers these.
    pub(crate) async fn write(&self, Preferences { language }: Preferences) -> Result<(), NotKept> {
        let path = self.path.clone();
        let written = spawn_blocking(move || write(&path, &Stored { language })).await;
        Ok(written.unwrap_or_else(|_panicked| Err(ErrorKind::Other.into()))?)
    }
}

fn read(path: &Path) -> Stored {
    fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Writes beside the file and renames, so that a full disk leaves the former choice.
fn write(path: &Path, stored: &Stored) -> Result<(), Error> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    let fresh = path.with_extension("new");
    fs::write(&fresh, serde_json::to_vec(stored)?)?;
    fs::rename(fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_choice_is_there_after_the_program_has_ended() {
        let home = tempfile::tempdir().unwrap();
        let file = || PreferencesFile::new(&home.path().join("not there yet"));
        assert_eq!(file().read().await, Preferences::default());
        for language in [Language::De, Language::En, Language::System] {
            file().write(Preferences { language }).await.unwrap();
            assert_eq!(file().read().await, Preferences { language });
        }
    }

    #[tokio::test]
    async fn a_file_that_makes_no_sense_is_as_none() {
        let home = tempfile::tempdir().unwrap();
        for text in ["", "{", "[]", r#"{"language":"tlh"}"#, r#"{"language":3}"#, "\0"] {
            fs::write(home.path().join("window.json"), text).unwrap();
            assert_eq!(PreferencesFile::new(home.path()).read().await, Preferences::default(), "{text}");
        }
        fs::write(home.path().join("window.json"), r#"{"language":"de","of a later version":1}"#).unwrap();
        assert_eq!(PreferencesFile::new(home.path()).read().await.language, Language::De);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_told() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("file"), "").unwrap();
        let file = PreferencesFile::new(&home.path().join("file"));
        assert!(file.write(Preferences::default()).await.is_err());
    }
}
