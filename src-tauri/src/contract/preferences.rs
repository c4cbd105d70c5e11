//! Preferences of the window, which need no open library.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Language of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Language {
    /// The first of the system's languages that has a message catalogue.
    System,
    En,
    De,
}

/// Preferences of the window on this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Preferences {
    pub(crate) language: Language,
    /// Whether embedding is paused on this computer.
    pub(crate) embedding_paused: bool,
}

/// A change of the window's language.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct SetLanguage {
    pub(crate) language: Language,
}

impl From<alexandria_library::WindowPreferences> for Preferences {
    fn from(preferences: alexandria_library::WindowPreferences) -> Self {
        let alexandria_library::WindowPreferences { language, embedding_paused } = preferences;
        let language = match language {
            alexandria_library::Language::System => Language::System,
            alexandria_library::Language::En => Language::En,
            alexandria_library::Language::De => Language::De,
        };
        Self { language, embedding_paused }
    }
}

impl From<Language> for alexandria_library::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::System => Self::System,
            Language::En => Self::En,
            Language::De => Self::De,
        }
    }
}
