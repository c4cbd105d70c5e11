//! The vector index of an open library: opened when first needed, believed only if it is the one that was left, and
//! begun anew when it is damaged.
//!
//! After every commit of the index the database is told its fingerprint, in the same transaction as what that commit
//! stored. A process that dies between the two leaves an index that has gone on from what the database knows: that is
//! seen by the known commit still lying there, and accepted unless it holds passages that the library does not have.
//! Any other index, such as an older copy of the folder, is destroyed and made again by the embedding job. Nothing is
//! pruned before the database knows what is kept, so that the known commit always lies there.
//! `docs/adr/0010-index-rollback.md`
//!
//! Damage inside a file does not show at opening, but when somebody reads it. Then the index is begun anew, once for
//! all who come upon it, while nobody uses it. What is done with an open index is in `vectors`.

use std::pin::Pin;
use std::sync::Arc;

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_index::{Fingerprint, IndexError, VectorIndex};
use alexandria_store::StoreError;
use tokio::sync::RwLockReadGuard;

use super::Core;
use crate::embed::{EmbedError, Misfit};
use crate::event::Event;
use crate::search::SearchError;
use crate::shelf::ShelfError;
use crate::worker::{Panicked, blocking};

/// How often a damaged index is begun anew before that is told as a failure, counted from the opening of the library.
/// More than that is a disk that fails, and making all vectors again and again would not help it.
const MOST_RENEWALS: u32 = 3;

/// The error of an operation that uses the index.
pub(crate) trait IndexFailure: From<IndexError> + From<StoreError> + From<Panicked> + Send + 'static {
    /// The index's own error, if it is the index that failed.
    fn of_index(&self) -> Option<&IndexError>;
}

impl IndexFailure for EmbedError {
    fn of_index(&self) -> Option<&IndexError> {
        if let Self::Index(error) = self { Some(error) } else { None }
    }
}

impl IndexFailure for SearchError {
    fn of_index(&self) -> Option<&IndexError> {
        if let Self::Index(error) = self { Some(error) } else { None }
    }
}

impl IndexFailure for ShelfError {
    fn of_index(&self) -> Option<&IndexError> {
        if let Self::Index(error) = self { Some(error) } else { None }
    }
}

/// Whether an operation failed because the index is damaged.
pub(super) fn is_damage<E: IndexFailure>(error: &E) -> bool {
    error.of_index().is_some_and(|error| error.code() == ErrorCode::Damaged)
}

/// A step of an operation on the index. Boxed, because LanceDB's futures are nested so deep that ours around them
/// exceed the compiler's limit.
pub(crate) type Step<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

/// The index while it is used: nobody begins it anew meanwhile. Whoever holds one must not ask for another, as somebody
/// who waits to begin it anew would be between the two.
pub(crate) type IndexUse<'a> = RwLockReadGuard<'a, Arc<VectorIndex>>;

/// The index, once it is open.
#[derive(Default)]
pub(super) struct IndexSlot {
    open: Option<Arc<VectorIndex>>,
    /// How often it was begun anew because it was damaged.
    renewals: u32,
}

impl Core {
    /// The vector index, opened when first asked for. A damaged or foreign one is begun anew: it is derived data.
    pub(crate) async fn index<E: IndexFailure>(self: &Arc<Self>) -> Result<IndexUse<'_>, E> {
        self.touch();
        loop {
            let slot = self.index.read().await;
            if let Ok(index) = RwLockReadGuard::try_map(slot, |slot| slot.open.as_ref()) {
                return Ok(index);
            }
            let mut slot = self.index.write().await;
            if slot.open.is_none() {
                let opening: Step<'_, VectorIndex, E> = Box::pin(self.open_index());
                slot.open = Some(Arc::new(opening.await?));
            }
        }
    }

    /// Asks the index, if it is open; `false` if it is not, or is just being opened.
    pub(super) fn with_open_index(&self, ask: impl FnOnce(&VectorIndex) -> bool) -> bool {
        self.index.try_read().is_ok_and(|slot| slot.open.as_deref().is_some_and(ask))
    }

    /// How many vectors the index holds, as it is; `None` if it is damaged anywhere, gone, or not the one that was
    /// left, which it stays. All of it is read. One that was never made is empty, and is not made here.
    pub(crate) async fn vectors_as_left<E: IndexFailure>(self: &Arc<Self>) -> Result<Option<u64>, E> {
        // Nobody opens it meanwhile, or begins it anew.
        let slot = self.index.read().await;
        let counted = match &slot.open {
            Some(index) => whole(index).await,
            None if !self.index_folder.is_dir() => {
                return Ok(self.index_record::<E>().await?.is_none().then_some(0));
            }
            None => match VectorIndex::open(&self.index_folder, Arc::clone(&self.index_key)).await {
                Ok(index) => match self.kinship::<E>(&index).await? {
                    Kinship::Same | Kinship::Later => whole(&index).await,
                    Kinship::None => return Ok(None),
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

    /// Tells the database what the index is now, and how many passages of these publications are in it.
    pub(crate) async fn record_index<E: IndexFailure>(
        self: &Arc<Self>,
        index: &VectorIndex,
        embedded: Vec<(i64, u32)>,
    ) -> Result<(), E> {
        let record = index.fingerprint().await?.to_bytes();
        let worker = Arc::clone(self);
        blocking(move || Ok(worker.store.record_index(&record, &embedded)?)).await
    }

    /// Takes the `answer` of `index`. If that turned out to be damaged, begins it anew and gives `None`: then it is
    /// empty, and whoever asked goes on with that.
    pub(crate) async fn unless_damaged<T, E: IndexFailure>(
        self: &Arc<Self>,
        index: IndexUse<'_>,
        answer: Result<T, E>,
    ) -> Result<Option<T>, E> {
        let error = match answer {
            Ok(value) => return Ok(Some(value)),
            Err(error) => error,
        };
        let code = error.of_index().map(IndexError::code);
        let damaged = match code {
            Some(ErrorCode::Damaged) => true,
            // LanceDB keeps the cause of some failures to itself; then the files tell.
            Some(ErrorCode::Internal) => shows_damage(&index).await,
            _ => false,
        };
        if !damaged {
            return Err(error);
        }
        if self.begin_anew::<E>(index).await? > MOST_RENEWALS {
            return Err(IndexError::Damaged(None).into());
        }
        Ok(None)
    }

    /// Begins the index anew, of which `damaged` turned out to be damaged, unless somebody has done so since. Returns
    /// how often that was done.
    async fn begin_anew<E: IndexFailure>(self: &Arc<Self>, damaged: IndexUse<'_>) -> Result<u32, E> {
        let known = Arc::downgrade(&damaged);
        // Those who are using it end first, and nobody else begins to.
        drop(damaged);
        let mut slot = self.index.write().await;
        if slot.open.as_ref().is_some_and(|index| known.ptr_eq(&Arc::downgrade(index))) {
            tracing::warn!("vector index damaged; building it anew");
            slot.open = None;
            slot.renewals += 1;
            if slot.renewals <= MOST_RENEWALS {
                self.vectors_wanted.notify_one();
            }
            let beginning: Step<'_, VectorIndex, E> = Box::pin(self.begin_index());
            slot.open = Some(Arc::new(beginning.await?));
        }
        Ok(slot.renewals)
    }

    async fn open_index<E: IndexFailure>(self: &Arc<Self>) -> Result<VectorIndex, E> {
        match VectorIndex::open(&self.index_folder, Arc::clone(&self.index_key)).await {
            Ok(index) => match self.recognise::<E>(&index).await? {
                true => return Ok(index),
                false => tracing::warn!("vector index is not the one that was left; building it anew"),
            },
            Err(error) if error.code() == ErrorCode::Damaged => {
                tracing::warn!("vector index damaged; building it anew");
            }
            Err(error) => return Err(error.into()),
        }
        self.vectors_wanted.notify_one();
        self.begin_index().await
    }

    /// Whether `index` is the one the database knows, or what became of it before the database could be told.
    async fn recognise<E: IndexFailure>(self: &Arc<Self>, index: &VectorIndex) -> Result<bool, E> {
        match self.kinship::<E>(index).await? {
            Kinship::Same => Ok(true),
            Kinship::Later => match self.catch_up::<E>(index).await {
                Err(error) if is_damage(&error) => Ok(false),
                caught_up => caught_up,
            },
            Kinship::None => Ok(false),
        }
    }

    async fn kinship<E: IndexFailure>(self: &Arc<Self>, index: &VectorIndex) -> Result<Kinship, E> {
        let kinship = match self.index_record::<E>().await? {
            // Made by a process that died before it could tell. One with vectors would have been told of.
            None => index.is_empty().await.map(|empty| if empty { Kinship::Later } else { Kinship::None }),
            Some(recorded) => kinship_with(index, &recorded).await,
        };
        match kinship {
            Err(error) if error.code() == ErrorCode::Damaged => Ok(Kinship::None),
            kinship => Ok(kinship?),
        }
    }

    /// The fingerprint the database was told last, in its stored form.
    async fn index_record<E: IndexFailure>(self: &Arc<Self>) -> Result<Option<Vec<u8>>, E> {
        let worker = Arc::clone(self);
        blocking(move || Ok(worker.store.index_record()?)).await
    }

    /// Takes over commits that the database was not told of, if all they hold is the library's. Where they have removed
    /// vectors, the marks follow; what is not marked, the embedding job removes.
    async fn catch_up<E: IndexFailure>(self: &Arc<Self>, index: &VectorIndex) -> Result<bool, E> {
        let misfit = Misfit::of::<E>(self, index).await?;
        if misfit.foreign {
            return Ok(false);
        }
        self.record_index::<E>(index, misfit.short).await?;
        Ok(true)
    }

    /// Begins an empty index in place of whatever is there, which nobody has open.
    async fn begin_index<E: IndexFailure>(self: &Arc<Self>) -> Result<VectorIndex, E> {
        let worker = Arc::clone(self);
        blocking(move || {
            // The database forgets first: an index it knows nothing of is believed only while it is empty, so that a
            // crash anywhere in here leads here again.
            worker.store.forget_index()?;
            Ok::<_, E>(VectorIndex::destroy(&worker.index_folder)?)
        })
        .await?;
        let index = VectorIndex::open(&self.index_folder, Arc::clone(&self.index_key)).await?;
        self.record_index::<E>(&index, Vec::new()).await?;
        self.tell(Event::Changed);
        Ok(index)
    }
}

/// What an index has to do with the one the database knows.
enum Kinship {
    /// It is that one.
    Same,
    /// It has gone on from that one.
    Later,
    /// Nothing.
    None,
}

async fn kinship_with(index: &VectorIndex, recorded: &[u8]) -> Result<Kinship, IndexError> {
    let Some(recorded) = Fingerprint::from_bytes(recorded) else { return Ok(Kinship::None) };
    if index.fingerprint().await? == recorded {
        return Ok(Kinship::Same);
    }
    Ok(if index.descends_from(&recorded).await? { Kinship::Later } else { Kinship::None })
}

/// Reads all of the index; gives the number of its vectors.
async fn whole(index: &VectorIndex) -> Result<u64, IndexError> {
    index.verify().await?;
    index.len().await
}

async fn shows_damage(index: &VectorIndex) -> bool {
    let reading: Step<'_, (), IndexError> = Box::pin(index.verify());
    reading.await.is_err_and(|error| error.code() == ErrorCode::Damaged)
}

#[cfg(test)]
mod tests;
