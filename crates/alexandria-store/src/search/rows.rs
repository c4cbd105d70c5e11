//! Which passages a search may find, as ranges of ids.

use alexandria_domain::{Filter, PassageId};
use rusqlite::Connection;

use super::Scope;
use crate::publication::{off_shelf_rows, rows_matching, shelf_rows};
use crate::stored::to_json;

/// Ranges that are searched one after the other; beyond that, one search that looks up each passage's publication is
/// quicker.
const MOST_RANGES: usize = 16;

/// Passages a search may find: those of all parts, which are in order and do not overlap.
pub(super) struct Rows {
    pub(super) parts: Vec<Part>,
}

/// Passages with ids from `first` to `last`, both included.
pub(super) struct Part {
    pub(super) first: i64,
    pub(super) last: i64,
    /// Of those, only passages of these publication rows, as JSON.
    pub(super) listed: Option<String>,
}

impl Part {
    fn range(first: i64, last: i64) -> Self {
        Self { first, last, listed: None }
    }

    /// The condition on `rowid`, with `?2` and `?3` for the bounds and `?4` for the list.
    pub(super) const fn condition(&self) -> &'static str {
        match self.listed {
            None => "rowid BETWEEN ?2 AND ?3 AND ?4 IS NULL",
            Some(_) => "rowid BETWEEN ?2 AND ?3 AND (rowid >> 20) IN (SELECT value FROM json_each(?4))",
        }
    }
}

impl Rows {
    /// The shelf, narrowed to what scope and filters allow.
    pub(super) fn of(connection: &Connection, scope: &Scope, filters: &[Filter]) -> Result<Self, rusqlite::Error> {
        let hidden = off_shelf_rows(connection)?;
        let matching = rows_matching(connection, filters)?;
        let allowed = match (&scope.publications, matching) {
            (None, None) if hidden.len() < MOST_RANGES => return Ok(Self::all_but(&hidden)),
            (None, None) => shelf_rows(connection)?,
            (Some(rows), None) => rows.clone(),
            (None, Some(rows)) => rows,
            (Some(rows), Some(matching)) => {
                rows.iter().copied().filter(|row| matching.binary_search(row).is_ok()).collect()
            }
        };
        Self::only(allowed.into_iter().filter(|row| hidden.binary_search(row).is_err()).collect())
    }

    /// Everything between the hidden rows, which are in order.
    fn all_but(hidden: &[i64]) -> Self {
        let mut parts = Vec::with_capacity(hidden.len() + 1);
        let mut from = 0;
        for row in hidden {
            let (first, last) = PassageId::range_of(*row);
            if first.to_i64() > from {
                parts.push(Part::range(from, first.to_i64() - 1));
            }
            from = last.to_i64() + 1;
        }
        parts.push(Part::range(from, i64::MAX));
        Self { parts }
    }

    /// Only these publications.
    fn only(mut rows: Vec<i64>) -> Result<Self, rusqlite::Error> {
        rows.sort_unstable();
        rows.dedup();
        let runs = || rows.chunk_by(|a, b| a + 1 == *b).filter_map(|run| Some((*run.first()?, *run.last()?)));
        let range =
            |(first, last)| Part::range(PassageId::range_of(first).0.to_i64(), PassageId::range_of(last).1.to_i64());
        if runs().nth(MOST_RANGES).is_none() {
            return Ok(Self { parts: runs().map(range).collect() });
        }
        let all = rows.first().copied().zip(rows.last().copied()).map(range);
        let listed = to_json(&rows)?;
        Ok(Self { parts: all.map(|all| Part { listed: Some(listed), ..all }).into_iter().collect() })
    }
}
