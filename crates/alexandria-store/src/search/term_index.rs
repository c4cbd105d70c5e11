//! Queries of the term index: counting, ranking and listing the passages that match an FTS5 expression.

use alexandria_domain::PassageId;
use rusqlite::Connection;

use super::ExactHit;
use super::ranges::{PassageRange, PassageRanges};
use crate::number::{signed, unsigned};
use crate::passage_set::PassageSet;

/// Maximum matches that are all scored. Scoring costs ten times as much as counting.
pub(super) const MAX_RANKED: u64 = 10_000;

/// The passages that match.
pub(super) fn set(
    connection: &Connection,
    matching: &str,
    ranges: &PassageRanges,
) -> Result<PassageSet, rusqlite::Error> {
    let mut set = PassageSet::default();
    for range in &ranges.ranges {
        let condition = range.condition();
        let query = format!("SELECT rowid FROM passage_terms WHERE passage_terms MATCH ?1 AND {condition}");
        let mut select = connection.prepare_cached(&query)?;
        let mut rows = select.query((matching, range.first, range.last, &range.publications))?;
        while let Some(row) = rows.next()? {
            set.insert(PassageId::from_i64(row.get(0)?));
        }
    }
    Ok(set)
}

/// How many passages of the library match, in the bin or not; at most `max`.
pub(super) fn count_up_to(connection: &Connection, matching: &str, max: u64) -> Result<u64, rusqlite::Error> {
    connection
        .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM passage_terms WHERE passage_terms MATCH ?1 LIMIT ?2)")?
        .query_row((matching, signed(max)), |row| unsigned(row, 0))
}

/// How many passages match.
pub(super) fn count(connection: &Connection, matching: &str, ranges: &PassageRanges) -> Result<u64, rusqlite::Error> {
    ranges.ranges.iter().map(|range| count_in(connection, matching, range)).sum()
}

fn count_in(connection: &Connection, matching: &str, range: &PassageRange) -> Result<u64, rusqlite::Error> {
    let condition = range.condition();
    connection
        .prepare_cached(&format!("SELECT count(*) FROM passage_terms WHERE passage_terms MATCH ?1 AND {condition}"))?
        .query_row((matching, range.first, range.last, &range.publications), |row| unsigned(row, 0))
}

/// The best matches from `offset` on.
pub(super) fn ranked(
    connection: &Connection,
    matching: &str,
    ranges: &PassageRanges,
    limit: usize,
    offset: usize,
) -> Result<Vec<ExactHit>, rusqlite::Error> {
    let mut hits = Vec::new();
    for range in &ranges.ranges {
        let order = "ORDER BY rank, rowid";
        hits.extend(page(connection, order, matching, range, limit.saturating_add(offset), 0)?);
    }
    // The best of all are among the best of each range.
    best_first(&mut hits);
    Ok(hits.into_iter().skip(offset).take(limit).collect())
}

/// Matches from `offset` on, in reading order. Only those returned are scored.
pub(super) fn in_reading_order(
    connection: &Connection,
    matching: &str,
    ranges: &PassageRanges,
    limit: usize,
    offset: usize,
) -> Result<Vec<ExactHit>, rusqlite::Error> {
    let mut hits = Vec::new();
    let mut skip = offset;
    for range in &ranges.ranges {
        if hits.len() >= limit {
            break;
        }
        let matches = page(connection, "ORDER BY rowid", matching, range, limit - hits.len(), skip)?;
        if matches.is_empty() && skip > 0 {
            let skipped = count_in(connection, matching, range)?;
            skip = skip.saturating_sub(usize::try_from(skipped).unwrap_or(usize::MAX));
        } else {
            skip = 0;
        }
        hits.extend(matches);
    }
    Ok(hits)
}

pub(super) fn best_first(hits: &mut [ExactHit]) {
    hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.passage.cmp(&b.passage)));
}

/// Matches in one range, in the order of an SQL clause.
pub(super) fn page(
    connection: &Connection,
    order: &str,
    matching: &str,
    range: &PassageRange,
    limit: usize,
    offset: usize,
) -> Result<Vec<ExactHit>, rusqlite::Error> {
    let condition = range.condition();
    connection
        .prepare_cached(&format!(
            "SELECT rowid, rank FROM passage_terms WHERE passage_terms MATCH ?1 AND {condition} \
             {order} LIMIT ?5 OFFSET ?6"
        ))?
        .query_map(
            (matching, range.first, range.last, &range.publications, signed(limit as u64), signed(offset as u64)),
            |row| Ok(ExactHit { passage: PassageId::from_i64(row.get(0)?), score: -row.get::<_, f64>(1)? }),
        )?
        .collect()
}
