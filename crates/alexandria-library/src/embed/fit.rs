//! Whether the vectors in the index are those the database has marked, passage by passage.
//!
//! A passage's vector follows from its text and never changes, and a passage's id is never used again. So every vector of a
//! passage that the library has is right, wherever it came from; what can be wrong is that some are missing, that some
//! are there twice, or that some belong to passages that are gone.

use std::ops::RangeInclusive;
use std::sync::Arc;

use alexandria_domain::PassageId;
use alexandria_index::VectorIndex;
use alexandria_store::EmbeddingMark;

use crate::open::{Core, IndexFailure};
use crate::worker::blocking;

/// How index and database differ.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// Publications marked too high, by row, and how many of their passages have vectors, from the first on.
    pub(crate) short: Vec<(i64, u32)>,
    /// Ranges of passages whose vectors are to be removed: not marked, or not usable because others are missing.
    pub(crate) unmarked: Vec<RangeInclusive<PassageId>>,
    /// Whether some of these are of passages that the library does not have.
    pub(crate) foreign: bool,
}

impl Misfit {
    /// Compares the index with the database.
    pub(crate) async fn of<E: IndexFailure>(core: &Arc<Core>, index: &VectorIndex) -> Result<Self, E> {
        let held = index.passages().await?;
        let worker = Arc::clone(core);
        blocking(move || Ok(Self::between(&held, &worker.store.embedding_marks()?))).await
    }

    /// Whether they do not differ.
    pub(crate) fn is_none(&self) -> bool {
        self.short.is_empty() && self.unmarked.is_empty()
    }

    /// The difference between `held`, the sorted passages in the index, and `marks`, sorted by row.
    fn between(held: &[PassageId], marks: &[EmbeddingMark]) -> Self {
        let mut misfit = Self::default();
        for mark in marks {
            let range = PassageId::range_of(mark.row);
            let start = held.partition_point(|passage| passage < range.start());
            let end = held.partition_point(|passage| passage <= range.end());
            misfit.compare(held.get(start..end).unwrap_or_default(), mark);
        }
        for passages in held.chunk_by(|a, b| a.publication_row() == b.publication_row()) {
            let row = passages.first().map_or(0, |passage| passage.publication_row());
            if marks.binary_search_by_key(&row, |mark| mark.row).is_err() {
                misfit.unmarked.push(PassageId::range_of(row));
                misfit.foreign = true;
            }
        }
        misfit
    }

    /// Compares the passages that the index has of one publication with its mark.
    fn compare(&mut self, held: &[PassageId], mark: &EmbeddingMark) {
        let in_order = (0_i64..i64::from(mark.embedded)).zip(held).take_while(|(at, passage)| passage.ordinal() == *at);
        let mut usable = in_order.count();
        // The last one may be there twice; removing the second would remove the first.
        if let (Some(at), Some(next)) = (usable.checked_sub(1), held.get(usable))
            && held.get(at) == Some(next)
        {
            usable = at;
        }
        let embedded = u32::try_from(usable).unwrap_or(mark.embedded);
        if embedded < mark.embedded {
            self.short.push((mark.row, embedded));
        }
        if usable < held.len()
            && let Some(first) = PassageId::new(mark.row, embedded)
        {
            self.unmarked.push(first..=*PassageId::range_of(mark.row).end());
        }
        self.foreign |= held.last().is_some_and(|last| last.ordinal() >= i64::from(mark.passages));
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
        held: &[(i64, u32)],
        marks: &[(i64, u32, u32)],
        short: &[(i64, u32)],
        unmarked: &[(i64, u32)],
        foreign: bool,
    ) {
        let held: Vec<_> = held.iter().copied().map(passage).collect();
        let mark = |&(row, embedded, passages): &(i64, u32, u32)| EmbeddingMark { row, embedded, passages };
        let marks: Vec<_> = marks.iter().map(mark).collect();
        let to_end = |&from: &(i64, u32)| passage(from)..=*PassageId::range_of(from.0).end();
        let expect = Misfit { short: short.to_vec(), unmarked: unmarked.iter().map(to_end).collect(), foreign };
        assert_eq!(Misfit::between(&held, &marks), expect);
    }

    #[test]
    fn what_fits_fits() {
        check(&[], &[], &[], &[], false);
        check(&[], &[(1, 0, 5)], &[], &[], false);
        check(&[(1, 0), (1, 1), (3, 0)], &[(1, 2, 2), (2, 0, 9), (3, 1, 4)], &[], &[], false);
    }

    #[test]
    fn vectors_the_database_was_not_told_of_are_removed() {
        check(&[(1, 0), (1, 1), (1, 2)], &[(1, 2, 3)], &[], &[(1, 2)], false);
        check(&[(4, 0)], &[(4, 0, 3)], &[], &[(4, 0)], false);
    }

    #[test]
    fn marks_are_lowered_to_what_is_there() {
        check(&[], &[(1, 2, 2)], &[(1, 0)], &[], false);
        check(&[(1, 0), (2, 0)], &[(1, 2, 2), (2, 1, 1)], &[(1, 1)], &[], false);
        check(&[(1, 0), (1, 2)], &[(1, 3, 3)], &[(1, 1)], &[(1, 1)], false);
    }

    #[test]
    fn what_is_there_twice_is_made_again() {
        check(&[(1, 0), (1, 1), (1, 1)], &[(1, 2, 2)], &[(1, 1)], &[(1, 1)], false);
        check(&[(1, 0), (1, 0), (1, 1)], &[(1, 2, 2)], &[(1, 0)], &[(1, 0)], false);
    }

    #[test]
    fn vectors_of_passages_that_are_gone_are_foreign() {
        check(&[(1, 0), (2, 0), (2, 1)], &[(1, 1, 1)], &[], &[(2, 0)], true);
        check(&[(1, 0), (1, 7)], &[(1, 1, 2)], &[], &[(1, 1)], true);
    }
}
