//! Importing files.

use std::path::PathBuf;

use super::Library;
use crate::import::ImportJob;

impl Library {
    /// Imports files, and all files in folders, in the background. Imports queue: one runs at a time.
    #[must_use]
    pub fn import(&self, paths: Vec<PathBuf>) -> ImportJob {
        self.parts.imports.start(paths)
    }
}
