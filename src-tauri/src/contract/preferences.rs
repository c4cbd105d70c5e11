//! Preferences of the window, which need no open library.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Language of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Language {
    /// The first of the system's languages that has a message catalogue.
    #[default]
    System,
    En,
    De,
}

/// Preferences of the window on this computer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
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
