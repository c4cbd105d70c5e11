//! Importing files.

use std::path::PathBuf;

use super::Library;
use crate::import::{ImportJob, LockedFile};
use crate::open::Passphrase;

impl Library {
    /// Imports files, and all files in folders, in the background. Imports queue: one runs at a time.
    #[must_use]
    pub fn import(&self, paths: Vec<PathBuf>) -> ImportJob {
        self.parts.imports.start(paths, Vec::new())
    }

    /// Like [`import`](Self::import), and tries each password on the documents that need one. The one that opens a document is
    /// stored with it.
    #[must_use]
    pub fn import_with_passwords(&self, paths: Vec<PathBuf>, passwords: Vec<Passphrase>) -> ImportJob {
        self.parts.imports.start(paths, passwords)
    }

    /// Imports a file that was refused because its password is needed. `None` if no such file was refused since the library was
    /// opened.
    #[must_use]
    pub fn import_locked(&self, file: LockedFile, password: Passphrase) -> Option<ImportJob> {
        self.parts.imports.unlock(file, password)
    }
}
