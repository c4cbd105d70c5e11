//! Exact search: counting and ranking.

use alexandria_domain::{PassageId, Query};
use rusqlite::Connection;

use super::ranges::{PassageRange, PassageRanges};
use super::{ExactHit, ExactHits, Scope, expression};
use crate::analysis::QueryPatterns;
use crate::error::StoreError;
use crate::number::{signed, unsigned};
use crate::store::Store;

/// Maximum matches that are all scored. Scoring costs ten times as much as counting.
const MAX_RANKED: u64 = 10_000;

impl Store {
    /// The passages on the shelf that satisfy the query, best first, equally good ones in reading order. The total is always
    /// exact, and `offset` reaches every match.
    ///
    /// If more than 10,000 passages match, a complete ranking would be slow and of little use. Then passages that repeat one
    /// of the words come first, in two ranked tiers, and the others follow in reading order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn search(&self, query: &Query, scope: &Scope, limit: usize, offset: usize) -> Result<ExactHits, StoreError> {
        let patterns = QueryPatterns::of(query);
        let Some(matching) = expression::of(&patterns) else { return Ok(ExactHits::default()) };
        self.read(|connection| {
            let ranges = PassageRanges::of(connection, scope, &query.filters)?;
            if has_rare_term(connection, &patterns)? {
                // One pass for counting and ranking.
                let all = all(connection, &matching, &ranges)?;
                let total = all.len() as u64;
                return Ok(ExactHits { total, hits: all.into_iter().skip(offset).take(limit).collect() });
            }
            let total = count(connection, &matching, &ranges)?;
            let hits = if total <= MAX_RANKED {
                ranked(connection, &matching, &ranges, limit, offset)?
            } else {
                tiered(connection, &matching, &patterns, &ranges, limit, offset)?
            };
            Ok(ExactHits { total, hits })
        })
    }
}

/// Whether a required word occurs in few passages.
fn has_rare_term(connection: &Connection, query: &QueryPatterns) -> Result<bool, rusqlite::Error> {
    for group in &query.required {
        let mut bound = 0_u64;
        for pattern in group {
            let mut rarest = u64::MAX;
            for term in &pattern.terms {
                rarest = rarest.min(count_up_to(connection, &expression::term(term), MAX_RANKED + 1)?);
            }
            bound = bound.saturating_add(rarest);
        }
        if bound <= MAX_RANKED {
            return Ok(true);
        }
    }
    Ok(false)
}

/// All matches, ranked.
fn all(connection: &Connection, matching: &str, ranges: &PassageRanges) -> Result<Vec<ExactHit>, rusqlite::Error> {
    let mut hits = Vec::new();
    for range in &ranges.ranges {
        hits.extend(page(connection, "", matching, range, usize::MAX, 0)?);
    }
    best_first(&mut hits);
    Ok(hits)
}

/// A page of very many matches, in disjoint tiers: first one for each degree of repetition, ranked, then the rest. A tier
/// that is itself too large to rank stays in reading order.
fn tiered(
    connection: &Connection,
    matching: &str,
    query: &QueryPatterns,
    ranges: &PassageRanges,
    limit: usize,
    offset: usize,
) -> Result<Vec<ExactHit>, rusqlite::Error> {
    let mut hits = Vec::new();
    let mut skip = offset;
    let mut above: Option<String> = None;
    for repeated in expression::repeated(&query.positive().collect::<Vec<_>>()) {
        let tier = expression::both(matching, &repeated);
        let tier = above.map_or_else(|| tier.clone(), |above| expression::without(&tier, &above));
        above = Some(repeated);
        if hits.len() == limit {
            return Ok(hits);
        }
        let matches = count(connection, &tier, ranges)?;
        let room = limit - hits.len();
        hits.extend(if matches <= MAX_RANKED {
            ranked(connection, &tier, ranges, room, skip)?
        } else {
            in_reading_order(connection, &tier, ranges, room, skip)?
        });
        skip = skip.saturating_sub(usize::try_from(matches).unwrap_or(usize::MAX));
    }
    let rest = above.map_or_else(|| matching.to_owned(), |above| expression::without(matching, &above));
    let room = limit - hits.len();
    hits.extend(in_reading_order(connection, &rest, ranges, room, skip)?);
    Ok(hits)
}

/// How many passages of the library match, in the bin or not; at most `max`.
pub(super) fn count_up_to(connection: &Connection, matching: &str, max: u64) -> Result<u64, rusqlite::Error> {
    connection
        .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM passage_terms WHERE passage_terms MATCH ?1 LIMIT ?2)")?
        .query_row((matching, signed(max)), |row| unsigned(row, 0))
}

/// How many passages match.
fn count(connection: &Connection, matching: &str, ranges: &PassageRanges) -> Result<u64, rusqlite::Error> {
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
fn in_reading_order(
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

fn best_first(hits: &mut [ExactHit]) {
    hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.passage.cmp(&b.passage)));
}

/// Matches in one range, in the order of an SQL clause.
fn page(
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
