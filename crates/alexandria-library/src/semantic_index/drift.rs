//! Differences between the vectors in the index and the marks in the database, passage by passage.
//!
//! A passage's vector follows from its text and never changes, and a passage id is never reused. So every vector of a
//! passage that the library has is right, wherever it came from; what can be wrong is that vectors are missing, that some
//! are there twice, or that some belong to passages that are gone.

use std::ops::RangeInclusive;
use std::sync::Arc;

use alexandria_domain::PassageId;
use alexandria_index::VectorIndex;
use alexandria_store::{EmbeddedCount, EmbeddingMark};

use super::error::IndexOpError;
use crate::blocking::blocking;
use crate::engines::Engines;

/// How index and database differ.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct IndexDrift {
    /// Publications whose mark is too high, with the number of their passages that do have vectors, counted from the first
    /// without a gap.
    pub(crate) lowered: Vec<EmbeddedCount>,
    /// Ranges of passages whose vectors are to be removed: without a mark, or behind a gap.
    pub(crate) surplus: Vec<RangeInclusive<PassageId>>,
    /// Whether some of these belong to passages that the library does not have.
    pub(crate) has_foreign: bool,
}

impl IndexDrift {
    /// Compares the index with the database.
    pub(crate) async fn measure(engines: &Arc<Engines>, index: &VectorIndex) -> Result<Self, IndexOpError> {
        let indexed = index.passages().await?;
        let engines = Arc::clone(engines);
        blocking(move || Ok(Self::between(&indexed, &engines.store.embedding_marks()?))).await
    }

    /// Whether they agree.
    pub(crate) fn is_none(&self) -> bool {
        self.lowered.is_empty() && self.surplus.is_empty()
    }

    /// The difference between `indexed`, the sorted passages in the index, and `marks`, sorted by row.
    fn between(indexed: &[PassageId], marks: &[EmbeddingMark]) -> Self {
        let mut drift = Self::default();
        for mark in marks {
            let range = PassageId::range_of(mark.row);
            let from_first = indexed.split_at(indexed.partition_point(|passage| passage < range.start())).1;
            let of_publication = from_first.split_at(from_first.partition_point(|passage| passage <= range.end())).0;
            drift.compare(of_publication, mark);
        }
        for passages in indexed.chunk_by(|a, b| a.publication_row() == b.publication_row()) {
            let row = passages.first().map_or(0, |passage| passage.publication_row());
            if marks.binary_search_by_key(&row, |mark| mark.row).is_err() {
                drift.surplus.push(PassageId::range_of(row));
                drift.has_foreign = true;
            }
        }
        drift
    }

    /// Compares the indexed passages of one publication with its mark.
    fn compare(&mut self, indexed: &[PassageId], mark: &EmbeddingMark) {
        let without_gap = (0_i64..i64::from(mark.embedded)).zip(indexed);
        let mut usable = without_gap.take_while(|(ordinal, passage)| passage.ordinal() == *ordinal).count();
        // The last one may be there twice; removing the second would remove the first.
        if let (Some(last), Some(next)) = (usable.checked_sub(1), indexed.get(usable))
            && indexed.get(last) == Some(next)
        {
            usable = last;
        }
        let embedded = u32::try_from(usable).unwrap_or(mark.embedded);
        if embedded < mark.embedded {
            self.lowered.push(EmbeddedCount { row: mark.row, embedded });
        }
        if usable < indexed.len()
            && let Some(first) = PassageId::new(mark.row, embedded)
        {
            self.surplus.push(first..=*PassageId::range_of(mark.row).end());
        }
        self.has_foreign |= indexed.last().is_some_and(|last| last.ordinal() >= i64::from(mark.passages));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage((row, ordinal): (i64, u32)) -> PassageId {
        PassageId::new(row, ordinal).unwrap()
    }

    /// Marks are (row, embedded, passages).
    #[track_caller]
    fn check(
        indexed: &[(i64, u32)],
        marks: &[(i64, u32, u32)],
        lowered: &[(i64, u32)],
        surplus: &[(i64, u32)],
        has_foreign: bool,
    ) {
        let indexed: Vec<_> = indexed.iter().copied().map(passage).collect();
        let mark = |&(row, embedded, passages): &(i64, u32, u32)| EmbeddingMark { row, embedded, passages };
        let marks: Vec<_> = marks.iter().map(mark).collect();
        let count = |&(row, embedded): &(i64, u32)| EmbeddedCount { row, embedded };
        let to_end = |&from: &(i64, u32)| passage(from)..=*PassageId::range_of(from.0).end();
        let expect = IndexDrift {
            lowered: lowered.iter().map(count).collect(),
            surplus: surplus.iter().map(to_end).collect(),
            has_foreign,
        };
        assert_eq!(IndexDrift::between(&indexed, &marks), expect);
    }

    #[test]
    fn index_drift_is_none_when_marks_match_vectors() {
        check(&[], &[], &[], &[], false);
        check(&[], &[(1, 0, 5)], &[], &[], false);
        check(&[(1, 0), (1, 1), (3, 0)], &[(1, 2, 2), (2, 0, 9), (3, 1, 4)], &[], &[], false);
    }

    #[test]
    fn index_drift_removes_vectors_without_marks() {
        check(&[(1, 0), (1, 1), (1, 2)], &[(1, 2, 3)], &[], &[(1, 2)], false);
        check(&[(4, 0)], &[(4, 0, 3)], &[], &[(4, 0)], false);
    }

    #[test]
    fn index_drift_lowers_marks_to_gapless_vectors() {
        check(&[], &[(1, 2, 2)], &[(1, 0)], &[], false);
        check(&[(1, 0), (2, 0)], &[(1, 2, 2), (2, 1, 1)], &[(1, 1)], &[], false);
        check(&[(1, 0), (1, 2)], &[(1, 3, 3)], &[(1, 1)], &[(1, 1)], false);
    }

    #[test]
    fn index_drift_drops_duplicate_vectors() {
        check(&[(1, 0), (1, 1), (1, 1)], &[(1, 2, 2)], &[(1, 1)], &[(1, 1)], false);
        check(&[(1, 0), (1, 0), (1, 1)], &[(1, 2, 2)], &[(1, 0)], &[(1, 0)], false);
    }

    #[test]
    fn index_drift_reports_vectors_of_missing_passages_as_foreign() {
        check(&[(1, 0), (2, 0), (2, 1)], &[(1, 1, 1)], &[], &[(2, 0)], true);
        check(&[(1, 0), (1, 7)], &[(1, 1, 2)], &[], &[(1, 1)], true);
    }
}
