//! What the library does with its vector index. An operation that finds it damaged begins it anew and goes on: what was
//! to be removed is gone with it, and what was to be added is made again by the embedding job.

use std::sync::Arc;

use alexandria_index::{VectorIndex, VectorRow};

use super::Core;
use super::index::{IndexFailure, Step, is_damage};
use crate::worker::blocking;

impl Core {
    /// Adds vectors, and marks how many passages of each publication, by its row, have vectors then. If the index was
    /// begun anew while they were made, they are left out: the passages before them have none any more, and all of them
    /// are made again in order.
    pub(crate) async fn add_vectors<E: IndexFailure>(
        self: &Arc<Self>,
        rows: &[VectorRow],
        marks: Vec<(i64, u32)>,
    ) -> Result<(), E> {
        let index = self.index::<E>().await?;
        let adding: Step<'_, (), E> = Box::pin(self.add_to(&index, rows, marks));
        let added = adding.await;
        self.unless_damaged(index, added).await.map(|_anew| ())
    }

    async fn add_to<E: IndexFailure>(
        self: &Arc<Self>,
        index: &VectorIndex,
        rows: &[VectorRow],
        marks: Vec<(i64, u32)>,
    ) -> Result<(), E> {
        if !self.goes_on_with::<E>(rows, &marks).await? {
            return Ok(());
        }
        index.add(rows).await?;
        self.record_index(index, marks).await
    }

    /// Whether the database has marked, of each publication, as many passages as were marked when these were chosen.
    async fn goes_on_with<E: IndexFailure>(
        self: &Arc<Self>,
        rows: &[VectorRow],
        marks: &[(i64, u32)],
    ) -> Result<bool, E> {
        let before = |&(publication, through): &(i64, u32)| {
            let added = rows.iter().filter(|row| row.passage.publication_row() == publication).count();
            (publication, u32::try_from(added).map_or(0, |added| through.saturating_sub(added)))
        };
        let before: Vec<(i64, u32)> = marks.iter().map(before).collect();
        let worker = Arc::clone(self);
        blocking(move || {
            let now = worker.store.embedding_marks()?;
            let is_so = |was: &(i64, u32)| now.iter().any(|now| (now.row, now.embedded) == *was);
            Ok(before.iter().all(is_so))
        })
        .await
    }

    /// Removes the vectors of these publications, given by their rows, and leaves nothing of them on the disk.
    pub(crate) async fn remove_vectors<E: IndexFailure>(self: &Arc<Self>, publications: &[i64]) -> Result<(), E> {
        let index = self.index::<E>().await?;
        let removing: Step<'_, (), E> = Box::pin(self.remove_from(&index, publications));
        let removed = removing.await;
        match self.unless_damaged(index, removed).await {
            // Begun anew once too often; but these are gone with the others.
            Err(error) if is_damage(&error) => Ok(()),
            removed => removed.map(|_anew| ()),
        }
    }

    async fn remove_from<E: IndexFailure>(
        self: &Arc<Self>,
        index: &VectorIndex,
        publications: &[i64],
    ) -> Result<(), E> {
        index.remove_publications(publications).await?;
        self.record_index::<E>(index, Vec::new()).await?;
        self.compact(index).await
    }

    /// Makes the index small, and leaves nothing of what was removed from it on the disk. Returns whether it was whole:
    /// one that was not is empty now.
    pub(crate) async fn compact_index<E: IndexFailure>(self: &Arc<Self>) -> Result<bool, E> {
        let index = self.index::<E>().await?;
        let compacting: Step<'_, (), E> = Box::pin(self.compact(&index));
        let compacted = compacting.await;
        Ok(self.unless_damaged(index, compacted).await?.is_some())
    }

    /// What [`compact_index`](Self::compact_index) does, with an index that is in use already.
    pub(crate) async fn compact<E: IndexFailure>(self: &Arc<Self>, index: &VectorIndex) -> Result<(), E> {
        index.compact().await?;
        // Before anything is pruned: after a crash, the commit that the database knows must still be there.
        self.record_index::<E>(index, Vec::new()).await?;
        Ok(index.prune().await?)
    }

    /// Reads all of the index, and begins it anew if it is damaged anywhere.
    pub(crate) async fn mend_index<E: IndexFailure>(self: &Arc<Self>) -> Result<(), E> {
        let index = self.index::<E>().await?;
        let read = index.verify().await.map_err(E::from);
        self.unless_damaged(index, read).await.map(|_anew| ())
    }
}
