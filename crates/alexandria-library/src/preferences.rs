//! Preferences of a window, which need no open library: its language, and whether embedding is paused on this computer.
//! One small plaintext file in the account's configuration folder. Nothing about the library or the reader's books belongs
//! here; that is what settings are for, which follow the reader to other computers.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use alexandria_domain::{CodedError, ErrorCode};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

/// Language of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// The first of the system's languages that there are messages in.
    #[default]
    System,
    /// English.
    En,
    /// German.
    De,
}

/// Preferences of a window on this computer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WindowPreferences {
    /// The language.
    pub language: Language,
    /// Whether embedding is paused on this computer.
    pub embedding_paused: bool,
}

/// The file's format on disk. Missing and unknown fields have their defaults.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Stored {
    language: Language,
    embedding_paused: bool,
}

/// Why a preference was not saved.
#[derive(Debug, thiserror::Error)]
#[error("the choice holds until the window is closed; it cannot be saved: {0}")]
pub struct SavePreferencesError(#[from] Error);

impl CodedError for SavePreferencesError {
    fn code(&self) -> ErrorCode {
        ErrorCode::of_io(&self.0)
    }
}

/// The file of preferences.
#[derive(Debug)]
pub struct PreferencesFile {
    path: PathBuf,
    /// Serialises changes: each writes back the preferences that it does not change.
    change_lock: Mutex<()>,
}

impl PreferencesFile {
    /// The file in `folder`, which need not exist yet.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { path: folder.join("window.json"), change_lock: Mutex::default() }
    }

    /// The preferences. If the file cannot be read, they are the defaults.
    pub async fn read(&self) -> WindowPreferences {
        let path = self.path.clone();
        let Stored { language, embedding_paused } = spawn_blocking(move || read(&path)).await.unwrap_or_default();
        WindowPreferences { language, embedding_paused }
    }

    /// Applies a change, saves the result and returns it.
    ///
    /// # Errors
    /// When it cannot be saved.
    pub async fn change(
        &self,
        change: impl FnOnce(&mut WindowPreferences) + Send,
    ) -> Result<WindowPreferences, SavePreferencesError> {
        let _guard = self.change_lock.lock().await;
        let mut preferences = self.read().await;
        change(&mut preferences);
        let WindowPreferences { language, embedding_paused } = preferences;
        let path = self.path.clone();
        let written = spawn_blocking(move || write(&path, &Stored { language, embedding_paused })).await;
        written.unwrap_or_else(|_panicked| Err(ErrorKind::Other.into()))?;
        Ok(preferences)
    }
}

fn read(path: &Path) -> Stored {
    fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Writes a new file and renames it, so that a full disk leaves the previous one.
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
    async fn preferences_persist() {
        let home = tempfile::tempdir().unwrap();
        let file = || PreferencesFile::new(&home.path().join("not there yet"));
        assert_eq!(file().read().await, WindowPreferences::default());
        for language in [Language::De, Language::En, Language::System] {
            for embedding_paused in [true, false] {
                // Each change keeps the other value.
                file().change(|preferences| preferences.language = language).await.unwrap();
                let saved = file().change(|preferences| preferences.embedding_paused = embedding_paused).await.unwrap();
                assert_eq!(saved, WindowPreferences { language, embedding_paused });
                assert_eq!(file().read().await, saved);
            }
        }
    }

    #[tokio::test]
    async fn concurrent_changes_of_preferences_are_both_saved() {
        let home = tempfile::tempdir().unwrap();
        let file = PreferencesFile::new(home.path());
        let (one, other) = tokio::join!(
            file.change(|preferences| preferences.language = Language::De),
            file.change(|preferences| preferences.embedding_paused = true),
        );
        assert!(one.is_ok() && other.is_ok());
        assert_eq!(file.read().await, WindowPreferences { language: Language::De, embedding_paused: true });
    }

    #[tokio::test]
    async fn malformed_preferences_file_means_defaults() {
        let home = tempfile::tempdir().unwrap();
        for text in ["", "{", "[]", r#"{"language":"tlh"}"#, r#"{"language":3}"#, r#"{"embeddingPaused":1}"#, "\0"] {
            fs::write(home.path().join("window.json"), text).unwrap();
            assert_eq!(PreferencesFile::new(home.path()).read().await, WindowPreferences::default(), "{text}");
        }
        fs::write(home.path().join("window.json"), r#"{"language":"de","of a later version":1}"#).unwrap();
        assert_eq!(PreferencesFile::new(home.path()).read().await.language, Language::De);
    }

    #[tokio::test]
    async fn preferences_report_a_folder_that_cannot_be_created() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("file"), "").unwrap();
        let file = PreferencesFile::new(&home.path().join("file"));
        assert!(file.change(|preferences| preferences.embedding_paused = true).await.is_err());
    }
}
