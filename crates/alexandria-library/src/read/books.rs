//! The publications being read, kept open so that turning a page does not read the whole file's structure again, and
//! the large resource that is being played, so that it is not inflated again for each part.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alexandria_domain::PublicationId;
use alexandria_extract::{Limits, OpenPublication, Resource};

use super::ReadError;
use crate::open::Core;

/// Publications kept open; a reader has one, rarely two.
const KEPT: usize = 2;

/// Size in bytes from which a resource is kept for the next request. A player asks for a film or a recording part by
/// part; what is smaller is asked for once, as a whole.
const LARGE: usize = 1 << 20;

/// One open publication; pages of it are made one at a time.
type Opened = Arc<Mutex<OpenPublication>>;

/// What is kept for the next request.
#[derive(Default)]
pub(crate) struct OpenBooks {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// The publications opened last, newest first.
    books: VecDeque<(PublicationId, Opened)>,
    /// The large resource asked for last: one at most, of one of these publications.
    large: Option<Large>,
}

struct Large {
    publication: PublicationId,
    href: String,
    resource: Arc<Resource>,
}

impl OpenBooks {
    /// Uses a publication and keeps it open. Blocks.
    pub(super) fn with<T>(
        &self,
        core: &Core,
        id: PublicationId,
        work: impl FnOnce(&mut OpenPublication) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let found = self.kept().find(id);
        let book = match found {
            Some(book) => book,
            None => {
                let book = Arc::new(Mutex::new(open(core, id)?));
                self.kept().keep(id, Arc::clone(&book));
                book
            }
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
        let found = self.kept().find(id);
        match found {
            Some(book) => work(&mut book.lock().unwrap_or_else(PoisonError::into_inner)),
            None => work(&mut open(core, id)?),
        }
    }

    /// A resource of a publication, which is kept open. A large one is kept as well, and given again without the book,
    /// so that pages turn while it is played. Blocks.
    pub(super) fn resource(&self, core: &Core, id: PublicationId, href: &str) -> Result<Arc<Resource>, ReadError> {
        if let Some(resource) = self.kept_resource(id, href) {
            return Ok(resource);
        }
        self.with(core, id, |book| {
            // Whoever had the book before may have read it for another part.
            if let Some(resource) = self.kept_resource(id, href) {
                return Ok(resource);
            }
            let resource = Arc::new(book.resource(href)?);
            if resource.bytes.len() >= LARGE {
                self.kept().keep_resource(id, href, &resource);
            }
            Ok(resource)
        })
    }

    /// Closes a publication that is being deleted.
    pub(crate) fn forget(&self, id: &PublicationId) {
        self.kept().forget(id);
    }

    /// Whether a large resource is in memory.
    pub(crate) fn holds_memory(&self) -> bool {
        self.kept().large.is_some()
    }

    /// Gives up the large resource. It is read again when it is asked for. Returns whether there was one.
    pub(crate) fn release_memory(&self) -> bool {
        self.kept().large.take().is_some()
    }

    fn kept_resource(&self, id: PublicationId, href: &str) -> Option<Arc<Resource>> {
        self.kept().find_resource(id, href)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn find(&mut self, id: PublicationId) -> Option<Opened> {
        let at = self.books.iter().position(|(open, _)| *open == id)?;
        let entry = self.books.remove(at)?;
        let book = Arc::clone(&entry.1);
        self.books.push_front(entry);
        Some(book)
    }

    fn keep(&mut self, id: PublicationId, book: Opened) {
        self.books.push_front((id, book));
        self.books.truncate(KEPT);
        self.drop_orphan();
    }

    fn find_resource(&self, id: PublicationId, href: &str) -> Option<Arc<Resource>> {
        let large = self.large.as_ref().filter(|large| large.publication == id && large.href == href)?;
        Some(Arc::clone(&large.resource))
    }

    fn keep_resource(&mut self, publication: PublicationId, href: &str, resource: &Arc<Resource>) {
        self.large = Some(Large { publication, href: href.to_owned(), resource: Arc::clone(resource) });
        // The book may have been closed while it was read.
        self.drop_orphan();
    }

    fn forget(&mut self, id: &PublicationId) {
        self.books.retain(|(open, _)| open != id);
        self.drop_orphan();
    }

    /// The large resource goes with its book.
    fn drop_orphan(&mut self) {
        let is_open = |large: &Large| self.books.iter().any(|(open, _)| *open == large.publication);
        if self.large.as_ref().is_some_and(|large| !is_open(large)) {
            self.large = None;
        }
    }
}

fn open(core: &Core, id: PublicationId) -> Result<OpenPublication, ReadError> {
    let record = core.store.publication(&id)?.ok_or(ReadError::NoPublication)?;
    let file = core.blobs.read(&id)?;
    Ok(OpenPublication::open(file, record.format, &Limits::default())?)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use alexandria_domain::Format;

    use super::*;

    fn id(number: u8) -> PublicationId {
        PublicationId::from_bytes([number; 16])
    }

    fn opened() -> Opened {
        let book = OpenPublication::open(Cursor::new(b"A book.".to_vec()), Format::Text, &Limits::default());
        Arc::new(Mutex::new(book.unwrap()))
    }

    fn resource() -> Arc<Resource> {
        Arc::new(Resource { media_type: "audio/mpeg".to_owned(), bytes: vec![0; 8] })
    }

    /// Publications 1 and 2 are open and a resource of the first is kept; then something happens.
    fn check(then: impl FnOnce(&mut Kept), expect: Option<&str>) {
        let mut kept = Kept::default();
        kept.keep(id(1), opened());
        kept.keep(id(2), opened());
        let first = resource();
        kept.keep_resource(id(1), "a.mp3", &first);
        assert!(kept.find_resource(id(1), "a.mp3").is_some_and(|found| Arc::ptr_eq(&found, &first)));
        assert!(kept.find_resource(id(1), "b.mp3").is_none() && kept.find_resource(id(2), "a.mp3").is_none());
        then(&mut kept);
        assert_eq!(kept.large.as_ref().map(|large| large.href.as_str()), expect);
        assert_eq!(Arc::strong_count(&first), 1 + usize::from(expect == Some("a.mp3")), "{expect:?}");
    }

    #[test]
    fn one_large_resource_is_kept_for_as_long_as_its_book_is_open() {
        check(|_kept| (), Some("a.mp3"));
        check(|kept| kept.forget(&id(2)), Some("a.mp3"));
        check(|kept| kept.forget(&id(1)), None);
        check(|kept| kept.keep(id(3), opened()), None);
        let turned_to = |kept: &mut Kept| {
            assert!(kept.find(id(1)).is_some());
            kept.keep(id(3), opened());
        };
        check(turned_to, Some("a.mp3"));
        check(|kept| kept.keep_resource(id(2), "b.mp3", &resource()), Some("b.mp3"));
        check(|kept| kept.keep_resource(id(4), "of a book that was closed", &resource()), None);
    }
}
