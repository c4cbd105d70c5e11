//! Checks, repair and status.

use std::path::Path;

use super::Library;
use crate::health::{self, Finding, RepairError, Status, Watch};
use crate::shelf::ShelfError;

impl Library {
    /// Checks what needs no key of the library in `folder`, which need not exist. Asks the keychain. Changes nothing.
    ///
    /// # Errors
    /// When a check itself cannot run.
    pub async fn check_without_key(folder: &Path) -> Result<Vec<Finding>, ShelfError> {
        health::check_without_key(folder).await
    }

    /// Checks the library: encryption and integrity of the database, every encrypted file and the vector index to their
    /// last bytes, the index against the database, the model. Changes nothing: [`repair`](Self::repair) does.
    ///
    /// # Errors
    /// When a check itself cannot run, or is cancelled.
    pub async fn check(&self, watch: &Watch) -> Result<Vec<Finding>, ShelfError> {
        health::check(&self.parts.engines, &self.parts.index, &self.parts.vault, watch).await
    }

    /// Repairs what can be derived from other data: the term index from the text, rows without a publication, leftovers of
    /// an interrupted import, a vector index that is damaged or does not match the database (its vectors are then made
    /// again by [`embed`](Self::embed)), and, of the vault and its copy, the one that is missing, damaged or outdated.
    /// Then checks as [`check`](Self::check) does. A database with damaged pages is not changed, nor is any book's file,
    /// even if the database does not know the book.
    ///
    /// # Errors
    /// When an engine fails, or the check is cancelled.
    pub async fn repair(&self, watch: &Watch) -> Result<Vec<Finding>, RepairError> {
        health::repair(&self.parts.engines, &self.parts.index, &self.parts.vault, watch).await
    }

    /// Counts what is in the library.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn status(&self) -> Result<Status, ShelfError> {
        health::status(&self.parts.engines, &self.parts.embedding).await
    }
}
