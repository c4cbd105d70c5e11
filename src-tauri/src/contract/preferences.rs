//! What the window remembers before any library is open.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The window's language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Language {
    /// The first of the system's languages that there is a catalogue for.
    #[default]
    System,
    /// English.
    En,
    /// German.
    De,
}

/// All that is remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Preferences {
    /// The window's language.
    pub(crate) language: Language,
    /// Whether the making of vectors is paused on this computer.
    pub(crate) embedding_paused: bool,
}

/// A choice of language.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct SetLanguage {
    /// The language.
    pub(crate) language: Language,
}
