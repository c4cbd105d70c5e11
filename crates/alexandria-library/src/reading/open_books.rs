//! Cache of open publications, so that turning a page does not parse the whole file's structure again, and of the large
//! resource that is being played, so that it is not inflated again for each range request.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alexandria_domain::{Format, PublicationId};
use alexandria_extract::{Limits, OpenPublication, Resource};
use alexandria_worker::{OpenDocument, Password, Worker};

use super::error::ReadError;
use crate::engines::Engines;

/// Publications kept open. A window shows one book, rarely two.
const MAX_OPEN: usize = 2;

/// Size in bytes from which a resource is kept for the next request. Players request film and sound range by range; what
/// is smaller is requested once, as a whole.
const MIN_CACHED_RESOURCE_BYTES: usize = 1 << 20;

/// A publication that is opened by its first user. Its users take turns.
#[derive(Clone, Default)]
struct Slot(Arc<Mutex<Option<OpenPublication>>>);

impl Slot {
    /// Uses the publication; opens it first if that has not happened yet.
    fn with<T>(
        &self,
        open: impl FnOnce() -> Result<OpenPublication, ReadError>,
        work: impl FnOnce(&mut OpenPublication) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(book) = &mut *slot {
            return work(book);
        }
        work(slot.insert(open()?))
    }
}

/// The open publications and the large resource.
#[derive(Default)]
pub(crate) struct OpenBooks {
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    /// The publications used last, newest first.
    books: VecDeque<(PublicationId, Slot)>,
    /// The large resource requested last, of one of these publications.
    resource: Option<CachedResource>,
}

struct CachedResource {
    publication: PublicationId,
    href: String,
    resource: Arc<Resource>,
}

impl OpenBooks {
    /// Uses a publication and keeps it open. Concurrent calls open it once and then use it in turn. Blocks.
    pub(super) fn with<T>(
        &self,
        engines: &Engines,
        id: PublicationId,
        work: impl FnOnce(&mut OpenPublication) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        self.with_opener(id, || open(engines, id), work)
    }

    fn with_opener<T>(
        &self,
        id: PublicationId,
        open: impl FnOnce() -> Result<OpenPublication, ReadError>,
        work: impl FnOnce(&mut OpenPublication) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let slot = self.cache().get_or_insert(id);
        slot.with(open, work)
    }

    /// Uses a publication for a thumbnail, without evicting those being read. Blocks.
    pub(super) fn once<T>(
        &self,
        engines: &Engines,
        id: PublicationId,
        work: impl FnOnce(&mut OpenPublication) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let slot = self.cache().get(id).unwrap_or_default();
        slot.with(|| open(engines, id), work)
    }

    /// A resource of a publication. A large one is kept, and returned again without locking the publication, so that pages
    /// turn while it is played. Blocks.
    pub(super) fn resource(
        &self,
        engines: &Engines,
        id: PublicationId,
        href: &str,
    ) -> Result<Arc<Resource>, ReadError> {
        if let Some(resource) = self.cache().resource(id, href) {
            return Ok(resource);
        }
        self.with(engines, id, |book| {
            // The previous user of the publication may have read it meanwhile.
            if let Some(resource) = self.cache().resource(id, href) {
                return Ok(resource);
            }
            let resource = Arc::new(book.resource(href)?);
            if resource.bytes.len() >= MIN_CACHED_RESOURCE_BYTES {
                self.cache().insert_resource(id, href, &resource);
            }
            Ok(resource)
        })
    }

    /// Closes a publication whose file is being deleted or replaced.
    pub(crate) fn close(&self, id: &PublicationId) {
        self.cache().close(id);
    }

    /// Whether a large resource is in memory.
    pub(crate) fn holds_memory(&self) -> bool {
        self.cache().resource.is_some()
    }

    /// Releases the large resource; it is read again on the next request. Returns whether there was one.
    pub(crate) fn release_memory(&self) -> bool {
        self.cache().resource.take().is_some()
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cache {
    /// The slot of a publication that is in the cache; it becomes the newest.
    fn get(&mut self, id: PublicationId) -> Option<Slot> {
        let at = self.books.iter().position(|(cached, _)| *cached == id)?;
        let entry = self.books.remove(at)?;
        let slot = entry.1.clone();
        self.books.push_front(entry);
        Some(slot)
    }

    /// The slot of a publication, a new one if it is not in the cache; the oldest is evicted then.
    fn get_or_insert(&mut self, id: PublicationId) -> Slot {
        if let Some(slot) = self.get(id) {
            return slot;
        }
        let slot = Slot::default();
        self.books.push_front((id, slot.clone()));
        self.books.truncate(MAX_OPEN);
        self.evict_resource();
        slot
    }

    fn resource(&self, id: PublicationId, href: &str) -> Option<Arc<Resource>> {
        let cached = self.resource.as_ref().filter(|cached| cached.publication == id && cached.href == href)?;
        Some(Arc::clone(&cached.resource))
    }

    fn insert_resource(&mut self, publication: PublicationId, href: &str, resource: &Arc<Resource>) {
        self.resource = Some(CachedResource { publication, href: href.to_owned(), resource: Arc::clone(resource) });
        // The publication may have been closed while it was read.
        self.evict_resource();
    }

    fn close(&mut self, id: &PublicationId) {
        self.books.retain(|(cached, _)| cached != id);
        self.evict_resource();
    }

    /// Drops the large resource if its publication is no longer open.
    fn evict_resource(&mut self) {
        let is_open = |cached: &CachedResource| self.books.iter().any(|(id, _)| *id == cached.publication);
        if self.resource.as_ref().is_some_and(|cached| !is_open(cached)) {
            self.resource = None;
        }
    }
}

fn open(engines: &Engines, id: PublicationId) -> Result<OpenPublication, ReadError> {
    let record = engines.store.publication(&id)?.ok_or(ReadError::NoPublication)?;
    let file = engines.blobs.read(&id)?;
    let limits = Limits::default();
    if record.format == Format::Pdf {
        // Never parsed in this process.
        let stored = engines.store.file_password(&id)?;
        let password = stored.map(|stored| Password::new(stored.expose_text())).unwrap_or_default();
        let document = OpenDocument::open(Worker::locate()?, &limits, password, file)?;
        return Ok(OpenPublication::new(Box::new(document), &limits));
    }
    Ok(OpenPublication::open(file, record.format, &limits)?)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn id(number: u8) -> PublicationId {
        PublicationId::from_bytes([number; 16])
    }

    fn book() -> Result<OpenPublication, ReadError> {
        Ok(OpenPublication::open(Cursor::new(b"A book.".to_vec()), Format::Text, &Limits::default())?)
    }

    fn resource() -> Arc<Resource> {
        Arc::new(Resource { media_type: "audio/mpeg".to_owned(), bytes: vec![0; 8] })
    }

    /// Publications 1 and 2 are open and a resource of the first is cached; then something happens.
    fn check(then: impl FnOnce(&mut Cache), expect: Option<&str>) {
        let mut cache = Cache::default();
        cache.get_or_insert(id(1));
        cache.get_or_insert(id(2));
        let first = resource();
        cache.insert_resource(id(1), "a.mp3", &first);
        assert!(cache.resource(id(1), "a.mp3").is_some_and(|cached| Arc::ptr_eq(&cached, &first)));
        assert!(cache.resource(id(1), "b.mp3").is_none() && cache.resource(id(2), "a.mp3").is_none());
        then(&mut cache);
        assert_eq!(cache.resource.as_ref().map(|cached| cached.href.as_str()), expect);
        assert_eq!(Arc::strong_count(&first), 1 + usize::from(expect == Some("a.mp3")), "{expect:?}");
    }

    #[test]
    fn open_books_keeps_one_large_resource_while_its_book_is_open() {
        check(|_cache| (), Some("a.mp3"));
        check(|cache| cache.close(&id(2)), Some("a.mp3"));
        check(|cache| cache.close(&id(1)), None);
        check(|cache| drop(cache.get_or_insert(id(3))), None);
        let used_again = |cache: &mut Cache| {
            assert!(cache.get(id(1)).is_some());
            cache.get_or_insert(id(3));
        };
        check(used_again, Some("a.mp3"));
        check(|cache| cache.insert_resource(id(2), "b.mp3", &resource()), Some("b.mp3"));
        check(|cache| cache.insert_resource(id(4), "of a closed book", &resource()), None);
    }

    #[test]
    fn open_books_opens_a_book_once_under_concurrent_calls() {
        const CALLS: usize = 8;
        let (books, opened, start) = (OpenBooks::default(), AtomicU32::new(0), Barrier::new(CALLS));
        std::thread::scope(|scope| {
            for _ in 0..CALLS {
                scope.spawn(|| {
                    start.wait();
                    let open = || {
                        opened.fetch_add(1, Ordering::Relaxed);
                        // Gives the other calls time to find the book not open yet.
                        std::thread::sleep(std::time::Duration::from_millis(50));
                        book()
                    };
                    books.with_opener(id(1), open, |_book| Ok(())).unwrap();
                });
            }
        });
        assert_eq!(opened.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn open_books_tries_again_after_a_failed_open() {
        let books = OpenBooks::default();
        let failed = books.with_opener(id(1), || Err(ReadError::NoPublication), |_book| Ok(()));
        assert!(matches!(failed, Err(ReadError::NoPublication)));
        assert!(books.with_opener(id(1), book, |_book| Ok(())).is_ok());
    }
}
