//! Counting and ranking.

use alexandria_domain::{PassageId, Query};
use rusqlite::Connection;

use super::rows::{Part, Rows};
use super::{ExactHit, ExactHits, Scope, expression};
use crate::analysis::Wanted;
use crate::error::StoreError;
use crate::number::{signed, unsigned};
use crate::store::Store;

/// Matches up to which all are scored. Scoring costs ten times what counting does.
const MOST_RANKED: u64 = 10_000;

impl Store {
    /// Finds the passages on the shelf that satisfy the query, best first, equal ones in reading order. The total is always
    /// exact, and every match can be reached by `offset`.
    ///
    /// Where more than 10,000 passages match, a full ranking would say little and take long. Then those come first that
    /// have one of the words again and again, in two degrees and each degree ranked, and the others follow in reading order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn search(&self, query: &Query, scope: &Scope, limit: usize, offset: usize) -> Result<ExactHits, StoreError> {
        let wanted = Wanted::of(query);
        let Some(matching) = expression::of(&wanted) else { return Ok(ExactHits::default()) };
        self.read(|connection| {
            let rows = Rows::of(connection, scope, &query.filters)?;
            if is_surely_few(connection, &wanted)? {
                // Matched once, for counting and ranking.
                let all = all(connection, &matching, &rows)?;
                let total = all.len() as u64;
                return Ok(ExactHits { total, hits: all.into_iter().skip(offset).take(limit).collect() });
            }
            let total = count(connection, &matching, &rows)?;
            let hits = if total <= MOST_RANKED {
                ranked(connection, &matching, &rows, limit, offset)?
            } else {
                tiered(connection, &matching, &wanted, &rows, limit, offset)?
            };
            Ok(ExactHits { total, hits })
        })
    }
}

/// Whether a word that has to be there stands in few passages.
fn is_surely_few(connection: &Connection, wanted: &Wanted) -> Result<bool, rusqlite::Error> {
    for group in &wanted.all {
        let mut most = 0;
        for pattern in group {
            let mut rarest = u64::MAX;
            for term in &pattern.whole {
                rarest = rarest.min(count_up_to(connection, &expression::term(term), MOST_RANKED + 1)?);
            }
            most = rarest.saturating_add(most);
        }
        if most <= MOST_RANKED {
            return Ok(true);
        }
    }
    Ok(false)
}

/// All matches, ranked.
fn all(connection: &Connection, matching: &str, rows: &Rows) -> Result<Vec<ExactHit>, rusqlite::Error> {
    let mut hits = Vec::new();
    for part in &rows.parts {
        hits.extend(page(connection, "", matching, part, usize::MAX, 0)?);
    }
    best_first(&mut hits);
    Ok(hits)
}

/// A page of very many matches, shared out among expressions none of which matches what another does: first those for the
/// degrees of repetition, ranked, then the rest. What is too much even so stays in reading order.
fn tiered(
    connection: &Connection,
    matching: &str,
    wanted: &Wanted,
    rows: &Rows,
    limit: usize,
    offset: usize,
) -> Result<Vec<ExactHit>, rusqlite::Error> {
    let mut hits = Vec::new();
    let mut skip = offset;
    let mut above: Option<String> = None;
    for repeated in expression::repeated(&wanted.positive().collect::<Vec<_>>()) {
        let tier = expression::both(matching, &repeated);
        let tier = above.map_or_else(|| tier.clone(), |above| expression::without(&tier, &above));
        above = Some(repeated);
        if hits.len() == limit {
            return Ok(hits);
        }
        let found = count(connection, &tier, rows)?;
        let room = limit - hits.len();
        hits.extend(if found <= MOST_RANKED {
            ranked(connection, &tier, rows, room, skip)?
        } else {
            in_reading_order(connection, &tier, rows, room, skip)?
        });
        skip = skip.saturating_sub(usize::try_from(found).unwrap_or(usize::MAX));
    }
    let rest = above.map_or_else(|| matching.to_owned(), |above| expression::without(matching, &above));
    let room = limit - hits.len();
    hits.extend(in_reading_order(connection, &rest, rows, room, skip)?);
    Ok(hits)
}

/// How many passages of the whole library match, counted no further than `most`.
pub(super) fn count_up_to(connection: &Connection, matching: &str, most: u64) -> Result<u64, rusqlite::Error> {
    connection
        .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM passage_terms WHERE passage_terms MATCH ?1 LIMIT ?2)")?
        .query_row((matching, signed(most)), |row| unsigned(row, 0))
}

/// How many passages match.
fn count(connection: &Connection, matching: &str, rows: &Rows) -> Result<u64, rusqlite::Error> {
    rows.parts.iter().map(|part| count_part(connection, matching, part)).sum()
}

fn count_part(connection: &Connection, matching: &str, part: &Part) -> Result<u64, rusqlite::Error> {
    let condition = part.condition();
    connection
        .prepare_cached(&format!("SELECT count(*) FROM passage_terms WHERE passage_terms MATCH ?1 AND {condition}"))?
        .query_row((matching, part.first, part.last, &part.listed), |row| unsigned(row, 0))
}

/// The best matches from number `offset` on.
pub(super) fn ranked(
    connection: &Connection,
    matching: &str,
    rows: &Rows,
    limit: usize,
    offset: usize,
) -> Result<Vec<ExactHit>, rusqlite::Error> {
    let mut hits = Vec::new();
    for part in &rows.parts {
        let order = "ORDER BY rank, rowid";
        hits.extend(page(connection, order, matching, part, limit.saturating_add(offset), 0)?);
    }
    // The best of all are among the best of each part.
    best_first(&mut hits);
    Ok(hits.into_iter().skip(offset).take(limit).collect())
}

/// Matches from number `offset` on, in the order of the shelf. Only those returned are scored.
fn in_reading_order(
    connection: &Connection,
    matching: &str,
    rows: &Rows,
    limit: usize,
    offset: usize,
) -> Result<Vec<ExactHit>, rusqlite::Error> {
    let mut hits = Vec::new();
    let mut skip = offset;
    for part in &rows.parts {
        if hits.len() >= limit {
            break;
        }
        let found = page(connection, "ORDER BY rowid", matching, part, limit - hits.len(), skip)?;
        if found.is_empty() && skip > 0 {
            let passed = count_part(connection, matching, part)?;
            skip = skip.saturating_sub(usize::try_from(passed).unwrap_or(usize::MAX));
        } else {
            skip = 0;
        }
        hits.extend(found);
    }
    Ok(hits)
}

fn best_first(hits: &mut [ExactHit]) {
    hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.passage.cmp(&b.passage)));
}

/// Matches of one part in that order.
fn page(
    connection: &Connection,
    order: &str,
    matching: &str,
    part: &Part,
    limit: usize,
    offset: usize,
) -> Result<Vec<ExactHit>, rusqlite::Error> {
    let condition = part.condition();
    connection
        .prepare_cached(&format!(
            "SELECT rowid, rank FROM passage_terms WHERE passage_terms MATCH ?1 AND {condition} \
             {order} LIMIT ?5 OFFSET ?6"
        ))?
        .query_map(
            (matching, part.first, part.last, &part.listed, signed(limit as u64), signed(offset as u64)),
            |row| Ok(ExactHit { passage: PassageId::from_i64(row.get(0)?), score: -row.get::<_, f64>(1)? }),
        )?
        .collect()
}
