//! What the library takes of this computer, and how to give some of it back.

use super::Library;
use crate::blocking::blocking;
use crate::diagnostics::{self, Diagnostics, DiagnosticsError, FreedSpace};
use crate::folders::Folders;
use crate::power;

impl Library {
    /// Measures disk and memory. `folders` are those that the program uses, the library's among them. Reads every page of
    /// the database, about half a second for 100,000 passages.
    ///
    /// # Errors
    /// When something cannot be measured.
    pub async fn diagnostics(&self, folders: &Folders) -> Result<Diagnostics, DiagnosticsError> {
        let status = self.status().await?;
        let disk = diagnostics::disk_usage(&self.parts.engines, folders).await?;
        let system = blocking(|| Ok::<_, DiagnosticsError>((diagnostics::memory_by_process(), power::on_battery())));
        let (memory, on_battery) = system.await?;
        Ok(Diagnostics { status, disk, memory, on_battery, start: Vec::new() })
    }

    /// Gives disk space back to the system that deleted publications have left: in the database, among the vectors, and
    /// files of interrupted imports. Deletes nothing that the user has. Imports wait meanwhile; it takes seconds to
    /// minutes for a large library.
    ///
    /// # Errors
    /// When an engine fails or the disk is full. Nothing is lost then.
    pub async fn free_space(&self, folders: &Folders) -> Result<FreedSpace, DiagnosticsError> {
        diagnostics::free_space(&self.parts.engines, &self.parts.index, folders).await
    }
}
