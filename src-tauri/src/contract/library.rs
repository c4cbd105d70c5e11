//! Opening and closing the library.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Id, Slot};

/// A command without arguments; the arguments object is empty.
#[derive(Debug, Deserialize, TS)]
#[ts(type = "null")]
pub(crate) struct NoArgs {}

/// One publication.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct OnePublication {
    /// Its id.
    pub(crate) id: Id,
}

/// Some publications.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct Publications {
    /// Their ids.
    pub(crate) ids: Vec<Id>,
}

/// What is in the library's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LibraryState {
    /// The state.
    pub(crate) state: LibraryStateKind,
    /// What can unlock it.
    pub(crate) slots: Vec<Slot>,
    /// Why it could not be opened by itself, in English.
    pub(crate) message: Option<String>,
}

/// The states of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LibraryStateKind {
    /// There is none yet.
    None,
    /// There is one, closed.
    Locked,
    /// It is open.
    Unlocked,
    /// Its vault file cannot be read.
    Damaged,
}
