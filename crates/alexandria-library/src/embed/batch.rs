//! Batches: passages whose vectors go into the index in one commit, of as many publications as it takes.

use std::sync::Arc;

use alexandria_domain::PassageId;
use alexandria_index::VectorRow;

use super::EmbedError;
use crate::open::Core;
use crate::worker::blocking;

/// Passages that go into the index in one commit.
const BATCH: u32 = 1024;
/// Passages between two looks at cancellation and pause, and two reports of progress.
pub(super) const STEP: usize = 32;

/// Passages of one publication in a batch.
struct Portion {
    row: i64,
    /// Passages of the publication that had vectors before.
    before: u32,
    count: u32,
}

/// Passages without vectors, and the vectors made for them.
pub(super) struct Batch {
    portions: Vec<Portion>,
    waiting: Vec<(PassageId, String)>,
    made: Vec<VectorRow>,
}

impl Batch {
    /// The next passages without vectors, oldest publication first. None are waiting when nothing is left to do.
    pub(super) async fn next(core: &Arc<Core>) -> Result<Self, EmbedError> {
        let worker = Arc::clone(core);
        blocking(move || {
            let mut room = BATCH;
            let mut batch = Self { portions: Vec::new(), waiting: Vec::new(), made: Vec::new() };
            for backlog in worker.store.embedding_backlog()? {
                if room == 0 {
                    break;
                }
                let passages = worker.store.passages_from(backlog.row, backlog.embedded, room)?;
                let count = u32::try_from(passages.len()).unwrap_or(room).min(room);
                if count == 0 {
                    // Fewer passages than counted: mark it, or it would be asked for for ever.
                    worker.store.mark_embedded(backlog.row, backlog.passages)?;
                    continue;
                }
                room -= count;
                batch.waiting.extend(passages.into_iter().map(|passage| (passage.id, passage.text)));
                batch.portions.push(Portion { row: backlog.row, before: backlog.embedded, count });
            }
            Ok(batch)
        })
        .await
    }

    /// Whether there are passages without vectors in it.
    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Takes out the next few passages. Their vectors belong to [`add`](Self::add) before the next are taken.
    pub(super) fn step(&mut self) -> Vec<(PassageId, String)> {
        self.waiting.drain(..STEP.min(self.waiting.len())).collect()
    }

    /// Adds the vectors of what was taken out.
    pub(super) fn add(&mut self, vectors: Vec<VectorRow>) {
        self.made.extend(vectors);
    }

    /// The vectors made by now.
    pub(super) fn made(&self) -> &[VectorRow] {
        &self.made
    }

    /// How many passages of each publication have vectors when those made by now are in the index, by the publications'
    /// rows.
    pub(super) fn marks(&self) -> Vec<(i64, u32)> {
        let mut made = u32::try_from(self.made.len()).unwrap_or(u32::MAX);
        let mark = |portion: &Portion| {
            let count = portion.count.min(made);
            made -= count;
            (count > 0).then_some((portion.row, portion.before + count))
        };
        self.portions.iter().map_while(mark).collect()
    }
}

#[cfg(test)]
mod tests {
    use alexandria_index::DIMENSIONS;

    use super::*;

    /// Portions are (row, before, count).
    #[track_caller]
    fn check(portions: &[(i64, u32, u32)], made: usize, expect: &[(i64, u32)]) {
        let row = VectorRow { passage: PassageId::new(1, 0).unwrap(), vector: [0.0; DIMENSIONS] };
        let portions = portions.iter().map(|&(row, before, count)| Portion { row, before, count }).collect();
        let batch = Batch { portions, waiting: Vec::new(), made: vec![row; made] };
        assert_eq!(batch.marks(), expect, "{made} made");
    }

    #[test]
    fn as_much_is_marked_as_was_made() {
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
