//! Exact search: counting and ranking.

use alexandria_domain::Query;
use rusqlite::Connection;

use super::ranges::PassageRanges;
use super::term_index::{MAX_RANKED, best_first, count, count_up_to, in_reading_order, page, ranked};
use super::{ExactHit, ExactHits, Scope, expression, set_search};
use crate::analysis::QueryPatterns;
use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// The passages on the shelf that satisfy the query, best first, equally good ones in reading order. The total is always
    /// exact, and `offset` reaches every match.
    ///
    /// Stop words and short prefixes rank only up to 128 matches; beyond those, they just have to be there.
    ///
    /// If more than 10,000 passages match, a complete ranking would be slow and of little use. Then passages that repeat one
    /// of the words come first, in two ranked tiers, and the others follow in reading order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn search(&self, query: &Query, scope: &Scope, limit: usize, offset: usize) -> Result<ExactHits, StoreError> {
        let patterns = QueryPatterns::of(query);
        self.read(|connection| {
            let ranges = PassageRanges::of(connection, scope, &query.filters)?;
            match set_search::search(connection, &patterns, &ranges, limit, offset)? {
                Some(hits) => Ok(hits),
                None => by_index(connection, &patterns, &ranges, limit, offset),
            }
        })
    }
}

/// A search in the term index alone.
pub(super) fn by_index(
    connection: &Connection,
    patterns: &QueryPatterns,
    ranges: &PassageRanges,
    limit: usize,
    offset: usize,
) -> Result<ExactHits, rusqlite::Error> {
    let Some(matching) = expression::of(patterns) else { return Ok(ExactHits::default()) };
    if has_rare_term(connection, patterns)? {
        // One pass for counting and ranking.
        let all = all(connection, &matching, ranges)?;
        let total = all.len() as u64;
        return Ok(ExactHits { total, hits: all.into_iter().skip(offset).take(limit).collect() });
    }
    let total = count(connection, &matching, ranges)?;
    let hits = if total <= MAX_RANKED {
        ranked(connection, &matching, ranges, limit, offset)?
    } else {
        tiered(connection, &matching, patterns, ranges, limit, offset)?
    };
    Ok(ExactHits { total, hits })
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
