//! The shelf and the bin.

use alexandria_domain::PublicationId;
use alexandria_domain::op::Membership;

use super::Library;
use crate::shelf::{self, Book, ShelfError, ShelfRequest};

impl Library {
    /// All publications on the shelf, or in the bin.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn books(&self, membership: Membership) -> Result<Vec<Book>, ShelfError> {
        shelf::books(&self.parts.engines, membership).await
    }

    /// The publications that a request selects, in its order.
    ///
    /// # Errors
    /// When the filter cannot be understood, there is no such collection, or the database fails.
    pub async fn shelf(&self, request: ShelfRequest) -> Result<Vec<Book>, ShelfError> {
        shelf::shelf(&self.parts.engines, request).await
    }

    /// The publication with an id that starts with `prefix`, on the shelf or in the bin.
    ///
    /// # Errors
    /// When none or more than one matches.
    pub async fn book(&self, prefix: &str) -> Result<Book, ShelfError> {
        shelf::book(&self.parts.engines, prefix).await
    }

    /// Moves publications into the bin, from where [`restore`](Self::restore) brings them back for 30 days.
    ///
    /// # Errors
    /// When one of them does not exist (then none is moved) or the database fails.
    pub async fn remove(&self, ids: Vec<PublicationId>) -> Result<(), ShelfError> {
        shelf::move_publications(&self.parts.engines, ids, Membership::Bin).await
    }

    /// Moves publications out of the bin.
    ///
    /// # Errors
    /// As [`remove`](Self::remove).
    pub async fn restore(&self, ids: Vec<PublicationId>) -> Result<(), ShelfError> {
        shelf::move_publications(&self.parts.engines, ids, Membership::Shelf).await
    }

    /// Deletes publications permanently: text, file and vectors. Afterwards no file of the library contains anything of
    /// them, encrypted as everything is, except the ops that say that they are gone. Two things can delay the end until
    /// the next maintenance: if the library is closed meanwhile, its full-text index may still have terms of the text;
    /// and if the database is read all the while, its log may still have pages. Copies that the storage medium keeps of
    /// deleted files are encrypted.
    ///
    /// # Errors
    /// When an engine fails. If they are gone from shelf and bin by then, the rest follows when the library is next opened.
    pub async fn delete(&self, ids: Vec<PublicationId>) -> Result<(), ShelfError> {
        let parts = &*self.parts;
        let _no_import = parts.engines.locks.import.lock().await;
        shelf::delete(&parts.engines, &parts.index, &parts.open_books, ids).await
    }
}
