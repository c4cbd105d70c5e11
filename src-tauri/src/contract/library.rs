//! Opening and closing the library.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Id, Slot};

/// A command without arguments; the arguments object is empty.
#[derive(Debug, Deserialize, TS)]
#[ts(type = "null")]
pub(crate) struct NoArgs {}

/// A reference to one publication.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct PublicationRef {
    pub(crate) id: Id,
}

/// References to several publications.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct PublicationRefs {
    pub(crate) ids: Vec<Id>,
}

/// What is in the library's folder, and whether it is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LibraryState {
    pub(crate) state: LibraryStateKind,
    /// What it can be unlocked with.
    pub(crate) slots: Vec<Slot>,
    /// Why it could not be opened at startup, in English.
    pub(crate) message: Option<String>,
}

/// The states of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LibraryStateKind {
    /// There is none yet.
    None,
    /// There is one, not open.
    Locked,
    /// It is open.
    Unlocked,
    /// Its vault file cannot be read.
    Damaged,
}
