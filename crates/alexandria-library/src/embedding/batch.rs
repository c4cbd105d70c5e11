//! Batches: passages of one or more publications whose vectors are added to the index in one commit.

use std::sync::Arc;

use alexandria_domain::PassageId;
use alexandria_index::VectorRow;
use alexandria_store::EmbeddedCount;

use super::error::EmbedError;
use crate::blocking::blocking;
use crate::engines::Engines;

/// Passages added to the index in one commit.
const BATCH_PASSAGES: u32 = 1024;

/// Passages embedded between two checks for cancellation and pause, and between two progress events.
pub(super) const STEP_PASSAGES: usize = 32;

/// A passage that has no vector yet.
pub(super) struct PendingPassage {
    pub(super) id: PassageId,
    pub(super) text: String,
}

/// Passages of one publication in a batch.
struct Portion {
    row: i64,
    /// Passages of the publication that already have vectors.
    embedded: u32,
    /// Passages of it in this batch.
    count: u32,
}

/// Passages without vectors, and the vectors made for them so far.
pub(super) struct Batch {
    portions: Vec<Portion>,
    pending: Vec<PendingPassage>,
    vectors: Vec<VectorRow>,
}

impl Batch {
    /// The next passages without vectors, oldest publication first; empty when everything is embedded.
    pub(super) async fn next(engines: &Arc<Engines>) -> Result<Self, EmbedError> {
        let engines = Arc::clone(engines);
        blocking(move || {
            let mut room = BATCH_PASSAGES;
            let mut batch = Self { portions: Vec::new(), pending: Vec::new(), vectors: Vec::new() };
            for backlog in engines.store.embedding_backlog()? {
                if room == 0 {
                    break;
                }
                let passages = engines.store.passages_from(backlog.row, backlog.embedded, room)?;
                let count = u32::try_from(passages.len()).unwrap_or(room).min(room);
                if count == 0 {
                    // The publication has fewer passages than its row says; without this it would stay in the backlog.
                    engines.store.mark_embedded(backlog.row, backlog.passages)?;
                    continue;
                }
                room -= count;
                let pending = passages.into_iter().map(|passage| PendingPassage { id: passage.id, text: passage.text });
                batch.pending.extend(pending);
                batch.portions.push(Portion { row: backlog.row, embedded: backlog.embedded, count });
            }
            Ok(batch)
        })
        .await
    }

    /// Whether it has passages that are still to be embedded.
    pub(super) fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Takes the next few passages. Their vectors must be [pushed](Self::push) before the next ones are taken.
    pub(super) fn take_step(&mut self) -> Vec<PendingPassage> {
        self.pending.drain(..STEP_PASSAGES.min(self.pending.len())).collect()
    }

    /// Adds the vectors of the passages taken last.
    pub(super) fn push(&mut self, vectors: Vec<VectorRow>) {
        self.vectors.extend(vectors);
    }

    /// The vectors made so far.
    pub(super) fn vectors(&self) -> &[VectorRow] {
        &self.vectors
    }

    /// How many passages of each publication have vectors once [`vectors`](Self::vectors) are in the index.
    pub(super) fn marks(&self) -> Vec<EmbeddedCount> {
        let mut remaining = u32::try_from(self.vectors.len()).unwrap_or(u32::MAX);
        let mark = |portion: &Portion| {
            let count = portion.count.min(remaining);
            remaining -= count;
            (count > 0).then_some(EmbeddedCount { row: portion.row, embedded: portion.embedded + count })
        };
        self.portions.iter().map_while(mark).collect()
    }
}

#[cfg(test)]
mod tests {
    use alexandria_index::DIMENSIONS;

    use super::*;

    /// Portions are (row, embedded, count).
    #[track_caller]
    fn check(portions: &[(i64, u32, u32)], vectors: usize, expect: &[(i64, u32)]) {
        let row = VectorRow { passage: PassageId::new(1, 0).unwrap(), vector: [0.0; DIMENSIONS] };
        let portions = portions.iter().map(|&(row, embedded, count)| Portion { row, embedded, count }).collect();
        let batch = Batch { portions, pending: Vec::new(), vectors: vec![row; vectors] };
        let expect: Vec<_> = expect.iter().map(|&(row, embedded)| EmbeddedCount { row, embedded }).collect();
        assert_eq!(batch.marks(), expect, "{vectors} vectors");
    }

    #[test]
    fn batch_marks_as_many_passages_as_it_has_vectors() {
        let portions = [(4, 10, 3), (7, 0, 5), (9, 0, 1)];
        check(&portions, 0, &[]);
        check(&portions, 2, &[(4, 12)]);
        check(&portions, 3, &[(4, 13)]);
        check(&portions, 4, &[(4, 13), (7, 1)]);
        check(&portions, 8, &[(4, 13), (7, 5)]);
        check(&portions, 9, &[(4, 13), (7, 5), (9, 1)]);
        check(&[], 0, &[]);
    }
}
