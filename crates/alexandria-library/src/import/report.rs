//! The outcome of each file of an import.

use alexandria_domain::{CodedError, ErrorCode, PublicationId};

use super::locked::LockedFile;

/// The outcome of an import, in the order files were finished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Files that are now publications on the shelf: new ones, and those that were in the bin or whose encrypted copy
    /// was missing or damaged.
    pub imported: Vec<Imported>,
    /// Files that were in the library already.
    pub duplicates: Vec<Skipped>,
    /// Files that could not be imported.
    pub refused: Vec<Refused>,
    /// Whether the import was cancelled before its end.
    pub cancelled: bool,
}

/// A file that was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The file, as [`Refused::name`] names it.
    pub name: String,
    /// Its publication.
    pub id: PublicationId,
    /// The publication's title.
    pub title: String,
}

/// A file whose content is in the library already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file, as [`Refused::name`] names it.
    pub name: String,
    /// The publication it is.
    pub id: PublicationId,
}

/// A file that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The file: its path within the folder that was imported, with `/` between, and with the folder's own name before
    /// it if there was more than one. If the file was named itself, its name.
    pub name: String,
    /// The kind of error.
    pub code: ErrorCode,
    /// What is wrong.
    pub message: String,
    /// The file, if its password is needed, or was wrong.
    pub locked: Option<LockedFile>,
}

impl Refused {
    pub(super) fn new(name: String, error: &impl CodedError) -> Self {
        Self { name, code: error.code(), message: error.to_string(), locked: None }
    }
}

impl ImportReport {
    /// The report of an import that panicked.
    pub(super) fn failed() -> Self {
        let message = "the import stopped because of a bug in Alexandria; imported files are safe, please import the others again";
        Self {
            refused: vec![Refused {
                name: String::new(),
                code: ErrorCode::Internal,
                message: message.into(),
                locked: None,
            }],
            ..Self::default()
        }
    }

    pub(super) fn add_imported(&mut self, name: String, id: PublicationId, title: String) {
        self.imported.push(Imported { name, id, title });
    }

    pub(super) fn add_duplicate(&mut self, name: String, id: PublicationId) {
        self.duplicates.push(Skipped { name, id });
    }

    pub(super) fn add_refused(&mut self, name: String, error: &impl CodedError, locked: Option<LockedFile>) {
        self.refused.push(Refused { locked, ..Refused::new(name, error) });
    }
}
