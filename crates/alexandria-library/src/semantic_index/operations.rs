//! Adding, removing and compacting vectors, each recorded in the database.

use std::sync::Arc;

use alexandria_index::{VectorIndex, VectorRow};
use alexandria_store::EmbeddedCount;

use super::drift::IndexDrift;
use super::error::IndexOpError;
use super::index::{IndexFuture, SemanticIndex};
use crate::blocking::blocking;

impl SemanticIndex {
    /// Adds vectors, and marks how many passages of each publication have vectors then. If the index was
    /// rebuilt since the vectors were made, they are dropped: the passages before them lost their vectors, and all are
    /// made again in order.
    pub(crate) async fn add(&self, rows: &[VectorRow], marks: Vec<EmbeddedCount>) -> Result<(), IndexOpError> {
        let index = self.lease().await?;
        let adding: IndexFuture<'_, ()> = Box::pin(self.add_to(&index, rows, marks));
        let added = adding.await;
        self.rebuild_if_damaged(index, added).await.map(|_rebuilt| ())
    }

    async fn add_to(
        &self,
        index: &VectorIndex,
        rows: &[VectorRow],
        marks: Vec<EmbeddedCount>,
    ) -> Result<(), IndexOpError> {
        if !self.follows_marks(rows, &marks).await? {
            return Ok(());
        }
        index.add(rows).await?;
        self.record(index, marks).await
    }

    /// Whether the database still has the marks, of each publication, that were there when these passages were chosen.
    async fn follows_marks(&self, rows: &[VectorRow], marks: &[EmbeddedCount]) -> Result<bool, IndexOpError> {
        let before = |mark: &EmbeddedCount| {
            let added = rows.iter().filter(|row| row.passage.publication_row() == mark.row).count();
            let embedded = u32::try_from(added).map_or(0, |added| mark.embedded.saturating_sub(added));
            EmbeddedCount { row: mark.row, embedded }
        };
        let before: Vec<EmbeddedCount> = marks.iter().map(before).collect();
        let engines = Arc::clone(&self.engines);
        blocking(move || {
            let current = engines.store.embedding_marks()?;
            let is_current =
                |mark: &EmbeddedCount| current.iter().any(|now| now.row == mark.row && now.embedded == mark.embedded);
            Ok(before.iter().all(is_current))
        })
        .await
    }

    /// Removes the vectors of these publications, given by their rows, and every trace of them on disk.
    pub(crate) async fn remove_publications(&self, publications: &[i64]) -> Result<(), IndexOpError> {
        let index = self.lease().await?;
        let removing: IndexFuture<'_, ()> = Box::pin(self.remove_from(&index, publications));
        let removed = removing.await;
        match self.rebuild_if_damaged(index, removed).await {
            // Rebuilt once too often; but these vectors are gone with all others.
            Err(error) if error.is_index_damage() => Ok(()),
            removed => removed.map(|_rebuilt| ()),
        }
    }

    async fn remove_from(&self, index: &VectorIndex, publications: &[i64]) -> Result<(), IndexOpError> {
        index.remove_publications(publications).await?;
        self.record(index, Vec::new()).await?;
        self.compact_leased(index).await
    }

    /// Compacts the index, and removes from disk every trace of removed vectors. Returns whether the index was intact; if
    /// not, it was rebuilt and is empty.
    pub(crate) async fn compact(&self) -> Result<bool, IndexOpError> {
        let index = self.lease().await?;
        let compacting: IndexFuture<'_, ()> = Box::pin(self.compact_leased(&index));
        let compacted = compacting.await;
        Ok(self.rebuild_if_damaged(index, compacted).await?.is_some())
    }

    /// [`compact`](Self::compact) for a caller that has a lease already.
    async fn compact_leased(&self, index: &VectorIndex) -> Result<(), IndexOpError> {
        index.compact().await?;
        // Before pruning: after a crash, the commit that the database knows must still be there.
        self.record(index, Vec::new()).await?;
        Ok(index.prune().await?)
    }

    /// Reads the whole index, and rebuilds it if it is damaged anywhere.
    pub(crate) async fn repair(&self) -> Result<(), IndexOpError> {
        let index = self.lease().await?;
        let verified = index.verify().await.map_err(IndexOpError::from);
        self.rebuild_if_damaged(index, verified).await.map(|_rebuilt| ())
    }

    /// Makes index and database agree: lowers marks that are too high, and removes vectors without a mark.
    pub(crate) async fn reconcile(&self) -> Result<(), IndexOpError> {
        let index = self.lease().await?;
        let reconciling: IndexFuture<'_, ()> = Box::pin(self.reconcile_leased(&index));
        let reconciled = reconciling.await;
        self.rebuild_if_damaged(index, reconciled).await.map(|_rebuilt| ())
    }

    async fn reconcile_leased(&self, index: &VectorIndex) -> Result<(), IndexOpError> {
        let drift = IndexDrift::measure(&self.engines, index).await?;
        if drift.is_none() {
            return Ok(());
        }
        tracing::warn!(lowered = drift.lowered.len(), surplus = drift.surplus.len(), "vector index reconciled");
        // Marks first: a mark that is too high would hide missing vectors, one that is too low hides nothing.
        self.record(index, drift.lowered).await?;
        index.remove_ranges(&drift.surplus).await?;
        self.record(index, Vec::new()).await?;
        if drift.has_foreign {
            self.compact_leased(index).await?;
        }
        Ok(())
    }
}
