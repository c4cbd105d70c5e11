//! Failures of commands: a code to branch on and a message to show.

use alexandria_library::domain;
use serde::Serialize;
use ts_rs::TS;

use super::ErrorCode;

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CommandError {
    pub(crate) code: ErrorCode,
    /// In English.
    pub(crate) message: String,
}

impl<E: domain::CodedError> From<E> for CommandError {
    fn from(error: E) -> Self {
        Self::new(error.code(), &error)
    }
}

impl CommandError {
    /// An error that has no code of its own.
    pub(crate) fn new(code: domain::ErrorCode, error: &impl std::fmt::Display) -> Self {
        Self { code: code.into(), message: error.to_string() }
    }

    /// The library is not open.
    pub(crate) fn locked() -> Self {
        Self { code: ErrorCode::Locked, message: "the library is locked; unlock it first".into() }
    }

    /// There is a library already, and it is open.
    pub(crate) fn library_exists() -> Self {
        Self { code: ErrorCode::LibraryExists, message: "the library is open already".into() }
    }

    /// Arguments that do not match the contract.
    pub(crate) fn invalid_input(message: impl Into<String>) -> Self {
        Self { code: ErrorCode::InvalidInput, message: message.into() }
    }
}
