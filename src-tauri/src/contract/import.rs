//! Importing files.

use alexandria_library::import;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ErrorCode, Id};

/// A request to choose something to import.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct ChooseAndImport {
    pub(crate) kind: ImportSource,
}

/// Files or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ImportSource {
    /// One or more files.
    Files,
    /// A folder with all that is in it.
    Folder,
}

/// A request to cancel an import.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct CancelImport {
    /// The import's job number.
    pub(crate) job: u32,
}

/// An import started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportStarted {
    /// The import's job number, which its events carry.
    pub(crate) job: u32,
}

/// Progress of an import.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportProgress {
    /// The import's job number.
    pub(crate) job: u32,
    /// Files processed.
    pub(crate) done: u64,
    /// Files found so far.
    pub(crate) total: u64,
    /// Name of the file started last.
    pub(crate) current: Option<String>,
    /// Estimated seconds left; null until there is an estimate.
    pub(crate) eta_seconds: Option<u64>,
}

/// An import ended.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportFinished {
    /// The import's job number.
    pub(crate) job: u32,
    pub(crate) report: ImportReport,
}

/// The outcome of an import, file by file.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportReport {
    /// Added to the library.
    pub(crate) imported: Vec<ImportedFile>,
    /// Skipped: their content is in the library.
    pub(crate) duplicates: Vec<DuplicateFile>,
    /// Not imported.
    pub(crate) rejected: Vec<RejectedFile>,
    /// Whether the import was cancelled before its end.
    pub(crate) cancelled: bool,
}

/// A file that was imported.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportedFile {
    pub(crate) name: String,
    pub(crate) id: Id,
    pub(crate) title: String,
}

/// A file whose content is in the library.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DuplicateFile {
    pub(crate) name: String,
    /// The publication with that content.
    pub(crate) id: Id,
}

/// A file that was not imported.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RejectedFile {
    pub(crate) name: String,
    pub(crate) code: ErrorCode,
    /// In English.
    pub(crate) message: String,
    /// The number of the file for `unlock_file`, if its password is needed or was wrong.
    pub(crate) locked: Option<u32>,
}

/// A document that was rejected, with its password.
// No `Debug`: it holds a secret.
#[derive(Deserialize, TS)]
pub(crate) struct UnlockFile {
    /// Its number, from the report that rejected it.
    pub(crate) locked: u32,
    /// As typed.
    pub(crate) password: String,
}

impl From<alexandria_library::ImportProgress> for ImportProgress {
    fn from(progress: alexandria_library::ImportProgress) -> Self {
        let alexandria_library::ImportProgress { job, done, total, current, eta_seconds } = progress;
        Self { job, done, total, current, eta_seconds }
    }
}

impl From<import::ImportReport> for ImportReport {
    fn from(report: import::ImportReport) -> Self {
        let imported = |import::Imported { name, id, title }| ImportedFile { name, id: id.into(), title };
        let duplicate = |import::Skipped { name, id }| DuplicateFile { name, id: id.into() };
        let rejected = |import::Refused { name, code, message, locked }| RejectedFile {
            name,
            code: code.into(),
            message,
            locked: locked.map(import::LockedFile::number),
        };
        Self {
            imported: report.imported.into_iter().map(imported).collect(),
            duplicates: report.duplicates.into_iter().map(duplicate).collect(),
            rejected: report.refused.into_iter().map(rejected).collect(),
            cancelled: report.cancelled,
        }
    }
}
