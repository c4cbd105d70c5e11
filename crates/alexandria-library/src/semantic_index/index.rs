//! Opening, leasing and rebuilding the vector index.
//!
//! Nothing is pruned from the index before the database has recorded what is kept, so the recorded commit is always
//! there. Damage inside a file does not show when the index is opened but when the file is read. The index is then
//! rebuilt once for all operations that run into the damage, after the last of them has released its lease.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use alexandria_crypto::keys::IndexKey;
use alexandria_domain::{CodedError, ErrorCode};
use alexandria_index::{IndexError, VectorIndex};
use alexandria_store::EmbeddedCount;
use tokio::sync::{RwLock, RwLockReadGuard};

use super::drift::IndexDrift;
use super::error::IndexOpError;
use super::lineage::Lineage;
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::event::Event;
use crate::models::Activity;

/// How often a damaged index is rebuilt, counted from the opening of the library, before damage is reported as an error.
/// More than that is a failing disk, and making all vectors again and again would not help.
pub(super) const MAX_REBUILDS: u32 = 3;

/// A boxed operation on the index: LanceDB's futures nest so deep that ours around them exceed the compiler's limit.
pub(crate) type IndexFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, IndexOpError>> + Send + 'a>>;

/// The open index. It is not rebuilt while a lease on it exists. A task must not ask for a second lease while it holds
/// one: a rebuild that waits between the two would deadlock.
pub(crate) type IndexLease<'a> = RwLockReadGuard<'a, Arc<VectorIndex>>;

/// The vector index of an open library.
pub(crate) struct SemanticIndex {
    slot: RwLock<Slot>,
    folder: PathBuf,
    key: Arc<IndexKey>,
    activity: Arc<Activity>,
    /// Last, so that the index and its key are dropped before the library counts as closed.
    pub(super) engines: Arc<Engines>,
}

/// The index, once it is open.
#[derive(Default)]
struct Slot {
    open: Option<Arc<VectorIndex>>,
    /// How often it was rebuilt because it was damaged.
    rebuilds: u32,
}

impl SemanticIndex {
    /// The index in `folder`, which is opened when it is first used.
    pub(crate) fn new(folder: &Path, key: IndexKey, activity: Arc<Activity>, engines: Arc<Engines>) -> Self {
        Self { slot: RwLock::default(), folder: folder.to_owned(), key: Arc::new(key), activity, engines }
    }

    /// Leases the index, and opens it if necessary. A damaged or unrelated one is replaced by an empty one.
    pub(crate) async fn lease(&self) -> Result<IndexLease<'_>, IndexOpError> {
        self.activity.touch();
        loop {
            let slot = self.slot.read().await;
            if let Ok(index) = RwLockReadGuard::try_map(slot, |slot| slot.open.as_ref()) {
                return Ok(index);
            }
            let mut slot = self.slot.write().await;
            if slot.open.is_none() {
                let opening: IndexFuture<'_, VectorIndex> = Box::pin(self.open());
                slot.open = Some(Arc::new(opening.await?));
            }
        }
    }

    /// Whether the index is open and has vectors in memory.
    pub(crate) fn holds_memory(&self) -> bool {
        self.if_open(VectorIndex::holds_memory)
    }

    /// Releases the vectors in memory. Returns whether there were any.
    pub(crate) fn release_memory(&self) -> bool {
        self.if_open(VectorIndex::release_memory)
    }

    /// Asks the index if it is open; `false` if it is not, or is being opened.
    fn if_open(&self, ask: impl FnOnce(&VectorIndex) -> bool) -> bool {
        self.slot.try_read().is_ok_and(|slot| slot.open.as_deref().is_some_and(ask))
    }

    /// Reads the whole index, changes nothing, and returns the number of its vectors; `None` if it is damaged, missing, or
    /// not the one this library wrote. An index that was never created counts as empty and is not created here.
    pub(crate) async fn inspect(&self) -> Result<Option<u64>, IndexOpError> {
        // The read lock keeps others from opening or rebuilding it meanwhile.
        let slot = self.slot.read().await;
        let counted = match &slot.open {
            Some(index) => verify_and_count(index).await,
            None if !self.folder.is_dir() => return Ok(self.recorded().await?.is_none().then_some(0)),
            None => match VectorIndex::open(&self.folder, Arc::clone(&self.key)).await {
                Ok(index) => match Lineage::of(&index, self.recorded().await?.as_deref()).await? {
                    Lineage::Recorded | Lineage::Descendant => verify_and_count(&index).await,
                    Lineage::Unrelated => return Ok(None),
                },
                Err(error) => Err(error),
            },
        };
        match counted {
            Ok(count) => Ok(Some(count)),
            Err(error) if error.code() == ErrorCode::Damaged => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Checks the `result` of an operation on a leased index. If the index turns out to be damaged, it is rebuilt and the
    /// answer is `None`: the index is then empty, and the caller goes on with that.
    pub(crate) async fn rebuild_if_damaged<T>(
        &self,
        lease: IndexLease<'_>,
        result: Result<T, IndexOpError>,
    ) -> Result<Option<T>, IndexOpError> {
        let error = match result {
            Ok(value) => return Ok(Some(value)),
            Err(error) => error,
        };
        let damaged = match &error {
            IndexOpError::Index(failure) => match failure.code() {
                ErrorCode::Damaged => true,
                // LanceDB hides the cause of some failures; verifying the files reveals it.
                ErrorCode::Internal => is_damaged(&lease).await,
                _ => false,
            },
            IndexOpError::Store(_) | IndexOpError::Panicked(_) => false,
        };
        if !damaged {
            return Err(error);
        }
        if self.rebuild(lease).await? > MAX_REBUILDS {
            return Err(IndexError::Damaged(None).into());
        }
        Ok(None)
    }

    /// Rebuilds the index that `damaged` leases, unless that has happened since. Returns the number of rebuilds so far.
    async fn rebuild(&self, damaged: IndexLease<'_>) -> Result<u32, IndexOpError> {
        let known = Arc::downgrade(&damaged);
        // The write lock below waits for all other leases.
        drop(damaged);
        let mut slot = self.slot.write().await;
        if slot.open.as_ref().is_some_and(|index| known.ptr_eq(&Arc::downgrade(index))) {
            tracing::warn!("vector index damaged; rebuilding it");
            slot.open = None;
            slot.rebuilds += 1;
            if slot.rebuilds <= MAX_REBUILDS {
                self.engines.embedding_wanted.notify_one();
            }
            let creating: IndexFuture<'_, VectorIndex> = Box::pin(self.create());
            slot.open = Some(Arc::new(creating.await?));
        }
        Ok(slot.rebuilds)
    }

    async fn open(&self) -> Result<VectorIndex, IndexOpError> {
        match VectorIndex::open(&self.folder, Arc::clone(&self.key)).await {
            Ok(index) => match self.accept(&index).await? {
                true => return Ok(index),
                false => tracing::warn!("vector index is not the one this library wrote; rebuilding it"),
            },
            Err(error) if error.code() == ErrorCode::Damaged => {
                tracing::warn!("vector index damaged; rebuilding it");
            }
            Err(error) => return Err(error.into()),
        }
        self.engines.embedding_wanted.notify_one();
        self.create().await
    }

    /// Whether `index` can be used: it is the recorded version, or newer and with nothing foreign in it.
    async fn accept(&self, index: &VectorIndex) -> Result<bool, IndexOpError> {
        match Lineage::of(index, self.recorded().await?.as_deref()).await? {
            Lineage::Recorded => Ok(true),
            Lineage::Descendant => match self.catch_up(index).await {
                Err(error) if error.is_index_damage() => Ok(false),
                caught_up => caught_up,
            },
            Lineage::Unrelated => Ok(false),
        }
    }

    /// Records commits that the database does not know, unless they hold passages that the library does not have. Where
    /// those commits removed vectors, the marks follow; vectors that are not marked are removed by the embedding job.
    async fn catch_up(&self, index: &VectorIndex) -> Result<bool, IndexOpError> {
        let drift = IndexDrift::measure(&self.engines, index).await?;
        if drift.has_foreign {
            return Ok(false);
        }
        self.record(index, drift.lowered).await?;
        Ok(true)
    }

    /// Replaces whatever is in the folder, which nobody has open, by an empty index.
    async fn create(&self) -> Result<VectorIndex, IndexOpError> {
        let (engines, folder) = (Arc::clone(&self.engines), self.folder.clone());
        blocking(move || {
            // First the record: an index without one is accepted only while it is empty, so a crash anywhere in here
            // leads here again.
            engines.store.reset_index()?;
            Ok::<_, IndexOpError>(VectorIndex::destroy(&folder)?)
        })
        .await?;
        let index = VectorIndex::open(&self.folder, Arc::clone(&self.key)).await?;
        self.record(&index, Vec::new()).await?;
        self.engines.events.emit(Event::Changed);
        Ok(index)
    }

    /// The fingerprint of the index that the database recorded last, in its stored form.
    async fn recorded(&self) -> Result<Option<Vec<u8>>, IndexOpError> {
        let engines = Arc::clone(&self.engines);
        blocking(move || Ok(engines.store.index_record()?)).await
    }

    /// Records the present version of the index, and how many passages of these publications have vectors in it.
    pub(crate) async fn record(&self, index: &VectorIndex, marks: Vec<EmbeddedCount>) -> Result<(), IndexOpError> {
        let fingerprint = index.fingerprint().await?.to_bytes();
        let engines = Arc::clone(&self.engines);
        blocking(move || Ok(engines.store.record_index(&fingerprint, &marks)?)).await
    }
}

async fn verify_and_count(index: &VectorIndex) -> Result<u64, IndexError> {
    index.verify().await?;
    index.len().await
}

async fn is_damaged(index: &VectorIndex) -> bool {
    let verifying: Pin<Box<dyn Future<Output = Result<(), IndexError>> + Send + '_>> = Box::pin(index.verify());
    verifying.await.is_err_and(|error| error.code() == ErrorCode::Damaged)
}
