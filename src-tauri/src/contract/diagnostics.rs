//! What Alexandria takes of this computer.

use alexandria_library::{DiskUsage, StartStage as Stage};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What Alexandria takes of disk and memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Diagnostics {
    /// By kind, those that are always there first.
    pub(crate) disk: Vec<DiskShare>,
    /// The program's own process first; empty where the system does not say.
    pub(crate) memory: Vec<ProcessMemory>,
    /// Whether the computer runs on battery; null if unknown.
    pub(crate) on_battery: Option<bool>,
    /// Where the time of the start went, in the order in which the stages were reached.
    pub(crate) start: Vec<StartStep>,
}

/// A stage of the start, and when it was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartStep {
    pub(crate) stage: StartStage,
    /// Since the program's first statement.
    pub(crate) milliseconds: u32,
}

/// What a start reaches on its way to the shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StartStage {
    Window,
    Library,
    Page,
    Shelf,
}

/// Bytes on disk of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DiskShare {
    pub(crate) kind: DiskKind,
    pub(crate) bytes: u64,
}

/// What takes disk space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DiskKind {
    /// Files of the publications on the shelf.
    Files,
    /// Files of the publications in the bin.
    Bin,
    Text,
    WordsIndex,
    Vectors,
    Covers,
    /// Metadata, positions, settings, the state of jobs.
    Other,
    /// What the database does not use.
    Unused,
    Logs,
    Updates,
}

/// The memory of one process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProcessMemory {
    /// The name of its program.
    pub(crate) name: String,
    /// Memory that several processes share is counted once in their sum.
    pub(crate) bytes: u64,
}

/// The disk before and after space was freed, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FreedSpace {
    pub(crate) before: u64,
    pub(crate) after: u64,
}

/// What the reader says about what happened.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct ReportFeedback {
    /// May be empty.
    pub(crate) feedback: String,
}

/// A report, which the reader has seen in full when it is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct DiagnosticsReport {
    pub(crate) text: String,
}

impl From<alexandria_library::Diagnostics> for Diagnostics {
    fn from(diagnostics: alexandria_library::Diagnostics) -> Self {
        let DiskUsage { files, bin, database, vectors, logs, updates } = diagnostics.disk;
        let disk = [
            (DiskKind::Files, files),
            (DiskKind::Text, database.text),
            (DiskKind::WordsIndex, database.terms),
            (DiskKind::Vectors, vectors),
            (DiskKind::Covers, database.covers),
            (DiskKind::Other, database.other),
            (DiskKind::Bin, bin),
            (DiskKind::Unused, database.free),
            (DiskKind::Logs, logs),
            (DiskKind::Updates, updates),
        ];
        let memory = diagnostics.memory.into_iter();
        Self {
            disk: disk.map(|(kind, bytes)| DiskShare { kind, bytes }).to_vec(),
            memory: memory.map(|process| ProcessMemory { name: process.name, bytes: process.bytes }).collect(),
            on_battery: diagnostics.on_battery,
            start: diagnostics.start.into_iter().map(StartStep::from).collect(),
        }
    }
}

impl From<alexandria_library::StartStep> for StartStep {
    fn from(step: alexandria_library::StartStep) -> Self {
        let stage = match step.stage {
            Stage::Window => StartStage::Window,
            Stage::Library => StartStage::Library,
            Stage::Page => StartStage::Page,
            Stage::Shelf => StartStage::Shelf,
        };
        Self { stage, milliseconds: step.after.as_millis().try_into().unwrap_or(u32::MAX) }
    }
}

impl From<alexandria_library::FreedSpace> for FreedSpace {
    fn from(freed: alexandria_library::FreedSpace) -> Self {
        Self { before: freed.before.total(), after: freed.after.total() }
    }
}
