//! Scores of single passages, computed from their text: BM25 as FTS5 computes it.
//!
//! FTS5 reads the complete list of every word of a query to learn how many passages have it, however few match. Here those
//! numbers come from common sets, for the words that most passages have. Not here: headings, which exact search ignores.

use alexandria_domain::PassageId;
use rusqlite::{Connection, OptionalExtension};

use super::expression;
use super::ranges::PassageRanges;
use super::term_index;
use crate::analysis::{Coverage, MatchCounter, Pattern, QueryPatterns};
use crate::common_sets;

/// How soon repetitions of a word stop to count, as in FTS5.
const K1: f64 = 1.2;
/// How much the length of a passage counts, as in FTS5.
const B: f64 = 0.75;
/// The least weight of a word, as in FTS5: of those that more than half of the passages have.
const MIN_WEIGHT: f64 = 1e-6;

/// Scores passages for one query.
pub(super) struct Scorer<'a> {
    connection: &'a Connection,
    counter: MatchCounter<'a>,
    /// The inverse document frequency of each pattern.
    weights: Vec<f64>,
    /// Terms of a passage.
    average_length: f64,
}

impl<'a> Scorer<'a> {
    /// A scorer for the query. `known` is how many passages of the library match its only pattern.
    pub(super) fn of(
        connection: &'a Connection,
        query: &'a QueryPatterns,
        known: Option<u64>,
    ) -> Result<Self, rusqlite::Error> {
        let totals: Vec<u8> =
            connection.query_row("SELECT block FROM passage_terms_data WHERE id = 1", [], |row| row.get(0))?;
        let mut totals = varints(&totals).map(as_float);
        let passages = totals.next().unwrap_or_default();
        let terms: f64 = totals.sum();
        let mut weights = Vec::new();
        for pattern in query.positive() {
            let with = as_float(match known {
                Some(known) => known,
                None => frequency(connection, pattern)?,
            });
            let weight = ((passages - with + 0.5) / (with + 0.5)).ln();
            weights.push(if weight > 0.0 { weight } else { MIN_WEIGHT });
        }
        let counter = MatchCounter::new(query.positive());
        Ok(Self { connection, counter, weights, average_length: terms / passages.max(1.0) })
    }

    /// The score of a passage; greater is better.
    pub(super) fn score(&self, passage: PassageId) -> Result<f64, rusqlite::Error> {
        let text = text(self.connection, passage)?;
        let length: Option<Vec<u8>> = self
            .connection
            .prepare_cached("SELECT sz FROM passage_terms_docsize WHERE id = ?1")?
            .query_row([passage.to_i64()], |row| row.get(0))
            .optional()?;
        let length: f64 = varints(&length.unwrap_or_default()).map(as_float).sum();
        let norm = K1 * (1.0 - B + B * length / self.average_length);
        let score = |(count, weight): (usize, &f64)| {
            let count = as_float(count as u64);
            weight * count * (K1 + 1.0) / (count + norm)
        };
        Ok(self.counter.count(&text).into_iter().zip(&self.weights).map(score).sum())
    }
}

/// The text of a passage.
pub(super) fn text(connection: &Connection, passage: PassageId) -> Result<String, rusqlite::Error> {
    connection.prepare_cached("SELECT text FROM passage WHERE id = ?1")?.query_row([passage.to_i64()], |row| row.get(0))
}

/// How many passages of the library, in the bin or not, match a pattern; for a long run of stop words an upper bound.
fn frequency(connection: &Connection, pattern: &Pattern) -> Result<u64, rusqlite::Error> {
    let count = |key| Ok::<_, rusqlite::Error>(common_sets::read(connection, key, None)?.count());
    match pattern.coverage() {
        Some(Coverage::Equal(key)) => count(&key),
        Some(Coverage::Within(keys)) => keys.iter().map(count).try_fold(u64::MAX, |least, count| Ok(least.min(count?))),
        None => term_index::count(connection, &expression::in_text(pattern), &PassageRanges::everything()),
    }
}

/// The numbers in a record of FTS5: up to nine bytes each, the most significant bits first.
fn varints(record: &[u8]) -> impl Iterator<Item = u64> + '_ {
    let mut rest = record.iter();
    std::iter::from_fn(move || {
        let mut number = 0_u64;
        for at in 0..9 {
            let byte = *rest.next()?;
            if at == 8 {
                return Some(number << 8 | u64::from(byte));
            }
            number = number << 7 | u64::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    })
}

#[expect(clippy::cast_precision_loss, reason = "numbers of passages and terms are far below 2^52")]
const fn as_float(number: u64) -> f64 {
    number as f64
}
