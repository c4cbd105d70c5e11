//! The passages that a search covers, as ranges of ids.

use alexandria_domain::{Filter, PassageId};
use rusqlite::Connection;

use super::Scope;
use crate::json::to_json;
use crate::publication::{off_shelf_rows, rows_matching, shelf_rows};

/// Maximum ranges that are searched one after the other. Beyond that, one search that looks up each passage's publication
/// is faster.
const MAX_RANGES: usize = 16;

/// The passages that a search covers: ascending ranges that do not overlap.
pub(super) struct PassageRanges {
    pub(super) ranges: Vec<PassageRange>,
}

/// The passages with ids from `first` to `last`, inclusive.
pub(super) struct PassageRange {
    pub(super) first: i64,
    pub(super) last: i64,
    /// If set, only those of these publication rows, a JSON array.
    pub(super) publications: Option<String>,
    /// The same rows, ascending.
    rows: Option<Vec<i64>>,
}

impl PassageRange {
    fn new(first: i64, last: i64) -> Self {
        Self { first, last, publications: None, rows: None }
    }

    /// Whether it has the passages of the publication.
    fn has_publication(&self, row: i64) -> bool {
        // Ranges begin and end with publications.
        let first = PassageId::range_of(row).start().to_i64();
        let has_ids = (self.first..=self.last).contains(&first);
        has_ids && self.rows.as_ref().is_none_or(|rows| rows.binary_search(&row).is_ok())
    }

    /// The condition on `rowid`, with `?2` and `?3` for the bounds and `?4` for the list.
    pub(super) const fn condition(&self) -> &'static str {
        match self.publications {
            None => "rowid BETWEEN ?2 AND ?3 AND ?4 IS NULL",
            Some(_) => "rowid BETWEEN ?2 AND ?3 AND (rowid >> 20) IN (SELECT value FROM json_each(?4))",
        }
    }
}

impl PassageRanges {
    /// The passages on the shelf that scope and filters allow.
    pub(super) fn of(connection: &Connection, scope: &Scope, filters: &[Filter]) -> Result<Self, rusqlite::Error> {
        let hidden = off_shelf_rows(connection)?;
        let matching = rows_matching(connection, filters)?;
        let allowed = match (&scope.publications, matching) {
            (None, None) if hidden.len() < MAX_RANGES => return Ok(Self::all_but(&hidden)),
            (None, None) => shelf_rows(connection)?,
            (Some(rows), None) => rows.clone(),
            (None, Some(rows)) => rows,
            (Some(rows), Some(matching)) => {
                rows.iter().copied().filter(|row| matching.binary_search(row).is_ok()).collect()
            }
        };
        Self::only(allowed.into_iter().filter(|row| hidden.binary_search(row).is_err()).collect())
    }

    /// Every passage, on the shelf or not.
    pub(super) fn everything() -> Self {
        Self::all_but(&[])
    }

    /// Whether it is all passages of the library.
    pub(super) fn is_everything(&self) -> bool {
        matches!(self.ranges.as_slice(), [PassageRange { first: 0, last: i64::MAX, publications: None, .. }])
    }

    /// Whether the passages of the publication are covered.
    pub(super) fn have_publication(&self, row: i64) -> bool {
        self.ranges.iter().any(|range| range.has_publication(row))
    }

    /// All passages except those of `hidden` rows, which are sorted.
    fn all_but(hidden: &[i64]) -> Self {
        let mut ranges = Vec::with_capacity(hidden.len() + 1);
        let mut from = 0;
        for row in hidden {
            let (first, last) = PassageId::range_of(*row).into_inner();
            if first.to_i64() > from {
                ranges.push(PassageRange::new(from, first.to_i64() - 1));
            }
            from = last.to_i64() + 1;
        }
        ranges.push(PassageRange::new(from, i64::MAX));
        Self { ranges }
    }

    /// Only these publications.
    fn only(mut rows: Vec<i64>) -> Result<Self, rusqlite::Error> {
        rows.sort_unstable();
        rows.dedup();
        let runs: Vec<PassageRange> = rows.chunk_by(|a, b| a + 1 == *b).filter_map(range_of).collect();
        if runs.len() <= MAX_RANGES {
            return Ok(Self { ranges: runs });
        }
        let publications = Some(to_json(&rows)?);
        let all = range_of(&rows);
        let rows = Some(rows);
        Ok(Self { ranges: all.map(|range| PassageRange { publications, rows, ..range }).into_iter().collect() })
    }
}

/// From the first passage of the first publication to the last of the last; `None` for no publications.
fn range_of(rows: &[i64]) -> Option<PassageRange> {
    let (first, last) = (PassageId::range_of(*rows.first()?), PassageId::range_of(*rows.last()?));
    Some(PassageRange::new(first.start().to_i64(), last.end().to_i64()))
}
