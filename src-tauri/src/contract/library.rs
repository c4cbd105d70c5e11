//! Opening and closing the library.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Id;

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

/// What protects the library's key.
// No `Debug`: it may hold a passphrase.
#[derive(Deserialize, TS)]
pub(crate) struct Protection {
    /// The passphrase; null for the operating system's keychain.
    pub(crate) passphrase: Option<String>,
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

/// A way to unlock a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Slot {
    /// The operating system's keychain.
    Keychain,
    /// A passphrase.
    Passphrase,
    /// A recovery code.
    RecoveryCode,
}

impl From<&alexandria_library::SlotKind> for Slot {
    fn from(slot: &alexandria_library::SlotKind) -> Self {
        match slot {
            alexandria_library::SlotKind::Keychain => Self::Keychain,
            alexandria_library::SlotKind::Passphrase => Self::Passphrase,
            alexandria_library::SlotKind::RecoveryCode => Self::RecoveryCode,
        }
    }
}
