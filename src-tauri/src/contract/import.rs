//! Importing files.

use alexandria_library::import;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ErrorCode, Id};

/// What the reader is to choose.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct ChooseAndImport {
    /// Files or a folder.
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

/// An import to stop.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct CancelImport {
    /// Its number.
    pub(crate) job: u32,
}

/// An import began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobStarted {
    /// Its number, which its events carry.
    pub(crate) job: u32,
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportProgress {
    /// Its number.
    pub(crate) job: u32,
    /// Files finished.
    pub(crate) done: u64,
    /// Files found so far.
    pub(crate) total: u64,
    /// Name of the file begun last.
    pub(crate) current: Option<String>,
    /// Seconds left, once that can be told.
    pub(crate) eta_seconds: Option<u64>,
}

/// An import ended.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportFinished {
    /// Its number.
    pub(crate) job: u32,
    /// What became of each file.
    pub(crate) report: ImportReport,
}

/// What became of each file of an import.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportReport {
    /// New in the library.
    pub(crate) imported: Vec<ImportedFile>,
    /// In the library already.
    pub(crate) duplicates: Vec<DuplicateFile>,
    /// Not imported.
    pub(crate) refused: Vec<RefusedFile>,
    /// Whether the import was stopped before its end.
    pub(crate) cancelled: bool,
}

/// A file that was imported.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportedFile {
    /// The file's name.
    pub(crate) name: String,
    /// The publication it became.
    pub(crate) id: Id,
    /// The publication's title.
    pub(crate) title: String,
}

/// A file whose content is in the library already.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DuplicateFile {
    /// The file's name.
    pub(crate) name: String,
    /// The publication it is.
    pub(crate) id: Id,
}

/// A file that was not imported.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefusedFile {
    /// The file's name.
    pub(crate) name: String,
    /// Why, to branch on.
    pub(crate) code: ErrorCode,
    /// Why and what to do, in English.
    pub(crate) message: String,
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
        let refused = |import::Refused { name, code, message }| RefusedFile { name, code: code.into(), message };
        Self {
            imported: report.imported.into_iter().map(imported).collect(),
            duplicates: report.duplicates.into_iter().map(duplicate).collect(),
            refused: report.refused.into_iter().map(refused).collect(),
            cancelled: report.cancelled,
        }
    }
}
