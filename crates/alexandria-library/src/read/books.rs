//! The publications being read, kept open so that turning a page does not read the whole file's structure again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use alexandria_domain::PublicationId;
use alexandria_extract::{Limits, OpenPublication};

use super::ReadError;
use crate::open::Core;

/// Publications kept open; a reader has one, rarely two.
const KEPT: usize = 2;

/// One open publication; pages of it are made one at a time.
type Opened = Arc<Mutex<OpenPublication>>;

/// The publications opened last, newest first.
#[derive(Default)]
pub(crate) struct OpenBooks {
    open: Mutex<VecDeque<(PublicationId, Opened)>>,
}

impl OpenBooks {
    /// Uses a publication and keeps it open. Blocks.
    pub(super) fn with<T>(
        &self,
        core: &Core,
        id: PublicationId,
        work: impl FnOnce(&mut OpenPublication) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let book = match self.find(id) {
            Some(book) => book,
            None => self.keep(id, open(core, id)?),
        };
        let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut book)
    }

    /// Uses a publication once, for a thumbnail, without pushing out those being read. Blocks.
    pub(super) fn once<T>(
        &self,
        core: &Core,
        id: PublicationId,
        work: impl FnOnce(&mut OpenPublication) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        match self.find(id) {
            Some(book) => work(&mut book.lock().unwrap_or_else(PoisonError::into_inner)),
            None => work(&mut open(core, id)?),
        }
    }

    /// Closes a publication that is being deleted.
    pub(crate) fn forget(&self, id: &PublicationId) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).retain(|(open, _)| open != id);
    }

    fn find(&self, id: PublicationId) -> Option<Opened> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let at = open.iter().position(|(open, _)| *open == id)?;
        let entry = open.remove(at)?;
        let book = Arc::clone(&entry.1);
        open.push_front(entry);
        Some(book)
    }

    fn keep(&self, id: PublicationId, book: OpenPublication) -> Opened {
        let book = Arc::new(Mutex::new(book));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.push_front((id, Arc::clone(&book)));
        open.truncate(KEPT);
        book
    }
}

fn open(core: &Core, id: PublicationId) -> Result<OpenPublication, ReadError> {
    let record = core.store.publication(&id)?.ok_or(ReadError::NoPublication)?;
    let file = core.blobs.read(&id)?;
    Ok(OpenPublication::open(file, record.format, &Limits::default())?)
}
