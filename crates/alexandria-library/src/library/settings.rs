//! The reader's settings.

use super::Library;
use crate::settings::{self, Settings, SettingsError};

impl Library {
    /// The current settings. A stored value that this version does not know counts as the default.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settings(&self) -> Result<Settings, SettingsError> {
        settings::read(&self.parts.engines).await
    }

    /// Changes a setting, or with `None` resets it to its default. Returns all settings.
    ///
    /// # Errors
    /// When there is no such setting, it cannot have that value, or the database fails.
    pub async fn set_setting(&self, name: &str, value: Option<String>) -> Result<Settings, SettingsError> {
        settings::write(&self.parts.engines, name, value).await
    }
}
