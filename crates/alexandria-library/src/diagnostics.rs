//! What Alexandria takes of this computer: disk by kind, memory by process, the time of the start, and a report about it for
//! those who help.
//!
//! Nothing of a book is in it, and nothing is sent anywhere: the user sees the report in full and saves it. Absent: whether
//! the library is intact, which `health` checks.

mod disk;
mod error;
mod memory;
mod report;
mod space;
mod start;

pub use self::disk::DiskUsage;
pub(crate) use self::disk::disk_usage;
pub use self::error::DiagnosticsError;
pub use self::memory::{ProcessMemory, memory_by_process};
pub use self::report::{report_text, save_report_text};
pub use self::space::FreedSpace;
pub(crate) use self::space::free_space;
pub use self::start::{StartClock, StartStage, StartStep};

use crate::health::Status;

/// What Alexandria takes of this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    /// What is in the library, and how far its jobs are.
    pub status: Status,
    /// Disk by kind.
    pub disk: DiskUsage,
    /// Memory of this process and of those it has started, this one first; empty where the system does not say.
    pub memory: Vec<ProcessMemory>,
    /// Whether the computer runs on battery; `None` if unknown.
    pub on_battery: Option<bool>,
    /// Where the time of the start went; empty unless a window fills it in.
    pub start: Vec<StartStep>,
}

#[cfg(test)]
mod tests;
