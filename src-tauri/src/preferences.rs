//! What the window remembers before any library is open: its language, and whether this computer is to make no vectors
//! for now. One small file in the account's configuration folder, in clear. Nothing about the library or the reader's
//! books belongs here; that is what settings are for, which follow the reader to other computers.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use alexandria_library::domain::{CodedError, ErrorCode};
use serde::{Deserialize, Serialize};
use tauri::async_runtime::spawn_blocking;
use tokio::sync::Mutex;

use crate::contract::{Language, Preferences};

/// The file's form on disk. What it lacks, or says that this version does not know, is as at the first start.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Stored {
    language: Language,
    embedding_paused: bool,
}

/// Why a preference was not kept.
#[derive(Debug, thiserror::Error)]
#[error("the choice holds until the window is closed; it cannot be kept: {0}")]
pub(crate) struct NotKept(#[from] Error);

impl CodedError for NotKept {
    fn code(&self) -> ErrorCode {
        ErrorCode::of_io(&self.0)
    }
}

/// The file of preferences.
pub(crate) struct PreferencesFile {
    path: PathBuf,
    /// One change at a time: it writes the other preferences as it has read them.
    changing: Mutex<()>,
}

impl PreferencesFile {
    /// The file in `folder`, which need not exist yet.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { path: folder.join("window.json"), changing: Mutex::default() }
    }

    /// What is remembered. A file that cannot be read keeps nobody out: it counts as none.
    pub(crate) async fn read(&self) -> Preferences {
        let path = self.path.clone();
        let Stored { language, embedding_paused } = spawn_blocking(move || read(&path)).await.unwrap_or_default();
        Preferences { language, embedding_paused }
    }

    /// Remembers what `change` makes of what is remembered, and returns that.
    pub(crate) async fn change(&self, change: impl FnOnce(&mut Preferences) + Send) -> Result<Preferences, NotKept> {
        let _turn = self.changing.lock().await;
        let mut preferences = self.read().await;
        change(&mut preferences);
        let Preferences { language, embedding_paused } = preferences;
        let path = self.path.clone();
        let written = spawn_blocking(move || write(&path, &Stored { language, embedding_paused })).await;
        written.unwrap_or_else(|_panicked| Err(ErrorKind::Other.into()))?;
        Ok(preferences)
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
            for embedding_paused in [true, false] {
                // Each by itself, and neither takes the other away.
                file().change(|kept| kept.language = language).await.unwrap();
                let told = file().change(|kept| kept.embedding_paused = embedding_paused).await.unwrap();
                assert_eq!(told, Preferences { language, embedding_paused });
                assert_eq!(file().read().await, told);
            }
        }
    }

    #[tokio::test]
    async fn two_choices_at_once_are_both_kept() {
        let home = tempfile::tempdir().unwrap();
        let file = PreferencesFile::new(home.path());
        let (one, other) = tokio::join!(
            file.change(|kept| kept.language = Language::De),
            file.change(|kept| kept.embedding_paused = true),
        );
        assert!(one.is_ok() && other.is_ok());
        assert_eq!(file.read().await, Preferences { language: Language::De, embedding_paused: true });
    }

    #[tokio::test]
    async fn a_file_that_makes_no_sense_is_as_none() {
        let home = tempfile::tempdir().unwrap();
        for text in ["", "{", "[]", r#"{"language":"tlh"}"#, r#"{"language":3}"#, r#"{"embeddingPaused":1}"#, "\0"] {
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
        assert!(file.change(|kept| kept.embedding_paused = true).await.is_err());
    }
}
