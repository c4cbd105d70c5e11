//! The vector index of an open library: opened when first needed, and believed only if it is the one that was left.
//!
//! After every commit of the index the database is told its fingerprint, in the same transaction as what that commit
//! stored. A process that dies between the two leaves an index that has gone on from what the database knows: that is
//! seen by the known commit still lying there, and accepted unless it holds passages that the library does not have. Any
//! other index, such as an older copy of the folder, is destroyed and made again by the embedding job. Nothing is pruned
//! before the database knows what is kept, so that the known commit always lies there. `docs/adr/0010-index-rollback.md`

use std::pin::Pin;
use std::sync::Arc;

use alexandria_domain::ErrorCode;
use alexandria_index::{Fingerprint, IndexError, VectorIndex};
use alexandria_store::StoreError;

use super::Core;
use crate::embed::Misfit;
use crate::event::Event;
use crate::worker::{Panicked, blocking};

/// The error of an operation that uses the index.
pub(crate) trait IndexFailure: From<IndexError> + From<StoreError> + From<Panicked> + Send + 'static {}

impl<E: From<IndexError> + From<StoreError> + From<Panicked> + Send + 'static> IndexFailure for E {}

type Opening<'a, E> = Pin<Box<dyn Future<Output = Result<VectorIndex, E>> + Send + 'a>>;

impl Core {
    /// The vector index, opened when first asked for. A damaged or foreign one is begun anew: it is derived data.
    pub(crate) async fn index<E: IndexFailure>(self: &Arc<Self>) -> Result<&VectorIndex, E> {
        self.touch();
        // Boxed, because LanceDB's futures are nested so deep that ours around them exceed the compiler's limit.
        let open = || -> Opening<'_, E> { Box::pin(self.open_index()) };
        self.index.get_or_try_init(open).await
    }

    /// How many vectors the index holds, as it is; `None` if it is damaged, gone, or not the one that was left, which it
    /// stays. One that was never made is empty, and is not made here.
    pub(crate) async fn vectors_as_left<E: IndexFailure>(self: &Arc<Self>) -> Result<Option<u64>, E> {
        if self.index.get().is_none() && !self.index_folder.is_dir() {
            return Ok(self.index_record::<E>().await?.is_none().then_some(0));
        }
        let counted = match self.index.get() {
            Some(index) => index.len().await,
            None => match VectorIndex::open(&self.index_folder, Arc::clone(&self.index_key)).await {
                Ok(index) => match self.kinship::<E>(&index).await? {
                    Kinship::Same | Kinship::Later => index.len().await,
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

    /// Makes the index small, and leaves nothing of what was removed from it on the disk.
    pub(crate) async fn compact_index<E: IndexFailure>(self: &Arc<Self>) -> Result<(), E> {
        let index = self.index::<E>().await?;
        index.compact().await?;
        // Before anything is pruned: after a crash, the commit that the database knows must still be there.
        self.record_index::<E>(index, Vec::new()).await?;
        Ok(index.prune().await?)
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
        self.begin_index().await
    }

    /// Whether `index` is the one the database knows, or what became of it before the database could be told.
    async fn recognise<E: IndexFailure>(self: &Arc<Self>, index: &VectorIndex) -> Result<bool, E> {
        match self.kinship::<E>(index).await? {
            Kinship::Same => Ok(true),
            Kinship::Later => self.catch_up(index).await,
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

    /// Begins an empty index in place of whatever is there.
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
