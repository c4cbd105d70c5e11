//! What an open library is made of. The model and the vector index are loaded when first needed, so that a window
//! opens without waiting for them.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use alexandria_crypto::keys::{BackupKey, IndexKey, KeyRing, PublicationIdKey};
use alexandria_domain::{DeviceId, PublicationId};
use alexandria_index::{Embedder, LoadError, RuntimeFiles, TokenCounter, VectorIndex};
use alexandria_store::{BlobStore, Store};
use alexandria_vault::UnlockRecord;
use tokio::sync::{Notify, RwLock, broadcast};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::index::IndexSlot;
use crate::change::Changes;
use crate::embed::EmbeddingJob;
use crate::event::Event;
use crate::open::OpenError;
use crate::read::OpenBooks;

/// Events a slow shell may lag behind before it misses the oldest.
const EVENTS_KEPT: usize = 256;

/// The parts of an open library.
pub(crate) struct Core {
    pub(crate) store: Store,
    pub(crate) blobs: BlobStore,
    pub(crate) backup_key: BackupKey,
    pub(crate) ids: PublicationIdKey,
    pub(crate) changes: Changes,
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) stop: CancellationToken,
    /// One import at a time: they share the disk, and two would only slow each other.
    pub(crate) importing: tokio::sync::Mutex<()>,
    /// One embedding run at a time.
    pub(crate) embedding: tokio::sync::Mutex<()>,
    /// What the job that makes vectors is doing, and whether the reader has paused it.
    pub(crate) embedding_job: EmbeddingJob,
    /// Wakes the job that makes vectors. No event can: the job itself tells most of them.
    pub(crate) vectors_wanted: Notify,
    pub(crate) open_books: OpenBooks,
    /// The library's folder.
    pub(crate) folder: PathBuf,
    /// One change of what protects the library at a time.
    pub(crate) protecting: Arc<tokio::sync::Mutex<()>>,
    /// Which of the vault and its copy opened.
    pub(crate) unlock_record: UnlockRecord,
    pub(super) index: RwLock<IndexSlot>,
    pub(super) index_folder: PathBuf,
    pub(super) index_key: Arc<IndexKey>,
    embedder: Mutex<Option<Arc<Embedder>>>,
    token_counter: Mutex<Option<Arc<TokenCounter>>>,
    /// When the model or the index was used last.
    used: Mutex<Instant>,
    jobs: AtomicU32,
    closed: CancellationToken,
    _lock: File,
    /// Dropped last: says that everything before it is gone.
    _closes: DropGuard,
}

impl Core {
    pub(crate) fn new(
        folder: &Path,
        store: Store,
        keys: KeyRing,
        device: DeviceId,
        unlock_record: UnlockRecord,
        lock: File,
    ) -> Result<Self, OpenError> {
        let changes = Changes::after(store.last_stamp()?, device);
        let backup_key = keys.backup_key();
        let blobs = BlobStore::open(folder, keys.blobs)?;
        let closed = CancellationToken::new();
        Ok(Self {
            store,
            blobs,
            backup_key,
            ids: keys.ids,
            changes,
            events: broadcast::channel(EVENTS_KEPT).0,
            stop: CancellationToken::new(),
            importing: tokio::sync::Mutex::new(()),
            embedding: tokio::sync::Mutex::new(()),
            embedding_job: EmbeddingJob::default(),
            vectors_wanted: Notify::new(),
            open_books: OpenBooks::default(),
            folder: folder.to_owned(),
            protecting: Arc::default(),
            unlock_record,
            index: RwLock::default(),
            index_folder: folder.join("index"),
            index_key: Arc::new(keys.index),
            embedder: Mutex::new(None),
            token_counter: Mutex::new(None),
            used: Mutex::new(Instant::now()),
            jobs: AtomicU32::new(1),
            closed: closed.clone(),
            _lock: lock,
            _closes: closed.drop_guard(),
        })
    }

    /// Is cancelled when all of this is gone: keys, database and lock.
    pub(crate) fn closed(&self) -> CancellationToken {
        self.closed.clone()
    }

    /// The id of the publication whose file has this BLAKE3 hash.
    pub(crate) fn publication_id(&self, content: &blake3::Hash) -> PublicationId {
        PublicationId::from_bytes(self.ids.publication_id(content.as_bytes()))
    }

    pub(crate) fn next_job(&self) -> u32 {
        self.jobs.fetch_add(1, Ordering::Relaxed)
    }

    /// Tells the shells; without one listening there is nobody to tell.
    pub(crate) fn tell(&self, event: Event) {
        let _nobody_listens = self.events.send(event);
    }

    /// The embedding model, loaded when first asked for. Blocks; call from a blocking thread.
    pub(crate) fn embedder(&self) -> Result<Arc<Embedder>, LoadError> {
        self.touch();
        let mut slot = self.embedder.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(embedder) = &*slot {
            return Ok(Arc::clone(embedder));
        }
        let embedder = Arc::new(Embedder::load(&RuntimeFiles::locate()?, threads())?);
        *slot = Some(Arc::clone(&embedder));
        Ok(embedder)
    }

    /// The model's tokeniser for measuring text, loaded when first asked for. Blocks.
    pub(crate) fn token_counter(&self) -> Result<Arc<TokenCounter>, LoadError> {
        self.touch();
        let mut slot = self.token_counter.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counter) = &*slot {
            return Ok(Arc::clone(counter));
        }
        let counter = Arc::new(TokenCounter::load(&RuntimeFiles::locate()?)?);
        *slot = Some(Arc::clone(&counter));
        Ok(counter)
    }

    /// Notes that the model or the index is being used.
    pub(crate) fn touch(&self) {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// When the model or the index was used last; when the library was opened, if never.
    pub(super) fn last_used(&self) -> Instant {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the model, the vectors or a book's large resource are in memory.
    pub(super) fn holds_memory(&self) -> bool {
        self.embedder.lock().unwrap_or_else(PoisonError::into_inner).is_some()
            || self.token_counter.lock().unwrap_or_else(PoisonError::into_inner).is_some()
            || self.with_open_index(VectorIndex::holds_memory)
            || self.open_books.holds_memory()
    }

    /// Gives up the model, the vectors and a book's large resource; whoever is using them keeps them until then. They
    /// are loaded again when needed. Returns whether there was anything to give up.
    pub(super) fn release_memory(&self) -> bool {
        let embedder = self.embedder.lock().unwrap_or_else(PoisonError::into_inner).take();
        let counter = self.token_counter.lock().unwrap_or_else(PoisonError::into_inner).take();
        let vectors = self.with_open_index(VectorIndex::release_memory);
        let resource = self.open_books.release_memory();
        embedder.is_some() || counter.is_some() || vectors || resource
    }
}

/// Threads for heavy work: all but none of a small laptop's cores, and never more than four.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get).clamp(1, 4)
}
