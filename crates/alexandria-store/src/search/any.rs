//! Ranked search for any of the words: the exact half of hybrid search.

use alexandria_domain::Query;
use rusqlite::Connection;

use super::ranges::PassageRanges;
use super::term_index::{count_up_to, ranked};
use super::{ExactHit, Scope, expression};
use crate::analysis::{Pattern, QueryPatterns};
use crate::error::StoreError;
use crate::store::Store;

/// Maximum passages that are scored.
const MAX_RANKED: u64 = 5_000;

/// Maximum passages of a library in which prefixes of one or two letters are searched. In a larger one the index would
/// visit every word with the prefix, only to find too many passages to rank.
const MAX_PASSAGES_FOR_SHORT_PREFIXES: u32 = 20_000;

impl Store {
    /// The best passages on the shelf that have any of the query's words in their text or headings. Exclusions and filters
    /// hold. Matches are not counted.
    ///
    /// If very many passages match, only those with one of the rarer words, or with repetitions of a common one, are
    /// candidates. The other words then only add to the score, and the words that selected a candidate count double.
    ///
    /// # Errors
    /// When the database fails.
    pub fn rank_any(&self, query: &Query, scope: &Scope, limit: usize) -> Result<Vec<ExactHit>, StoreError> {
        let query_patterns = QueryPatterns::of(query);
        self.read(|connection| {
            let ranges = PassageRanges::of(connection, scope, &query.filters)?;
            let mut patterns: Vec<&Pattern> = query_patterns.positive().collect();
            if !patterns.iter().all(|pattern| pattern.is_informative()) && !allows_short_prefixes(connection)? {
                patterns.retain(|pattern| pattern.is_informative() || pattern.prefix.is_none());
            }
            let Some(matching) = bounded_expression(connection, &patterns)? else { return Ok(Vec::new()) };
            ranked(connection, &expression::excluding(matching, &query_patterns), &ranges, limit, 0)
        })
    }
}

/// Whether the library has at most [`MAX_PASSAGES_FOR_SHORT_PREFIXES`] passages.
fn allows_short_prefixes(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection
        .prepare_cached("SELECT ifnull(sum(passages), 0) <= ?1 FROM publication")?
        .query_row([MAX_PASSAGES_FOR_SHORT_PREFIXES], |row| row.get(0))
}

/// Passages that match one of the patterns.
struct Candidates {
    /// Their number, counted up to one more than [`MAX_RANKED`].
    count: u64,
    expression: String,
}

/// The expression for any of the patterns. If together they match too many passages, it is restricted to candidates: those
/// with the rarer words, and of a common word only those that repeat it. `None` if there are no patterns, or only stop
/// words that match too many passages.
fn bounded_expression(connection: &Connection, patterns: &[&Pattern]) -> Result<Option<String>, rusqlite::Error> {
    let mut words = Vec::with_capacity(patterns.len());
    for pattern in patterns {
        words.push((candidates(connection, expression::anywhere(pattern))?, *pattern));
    }
    words.sort_by_key(|(word, _)| word.count);
    let all = expression::join(words.iter().map(|(word, _)| word.expression.clone()), "OR");
    if words.iter().map(|(word, _)| word.count).sum::<u64>() <= MAX_RANKED {
        return Ok(all);
    }
    let mut budget = MAX_RANKED;
    let mut chosen = Vec::new();
    for (word, pattern) in words {
        let word = narrowed(connection, word, pattern, budget)?;
        // The rarest informative word is always included.
        if word.count <= budget || (chosen.is_empty() && pattern.is_informative()) {
            budget = budget.saturating_sub(word.count);
            chosen.push(word.expression);
        }
    }
    let chosen = expression::join(chosen.into_iter(), "OR");
    Ok(chosen.zip(all).map(|(chosen, all)| expression::both(&chosen, &all)))
}

/// The candidates, narrowed to those that repeat the word as often as the budget requires.
fn narrowed(
    connection: &Connection,
    word: Candidates,
    pattern: &Pattern,
    budget: u64,
) -> Result<Candidates, rusqlite::Error> {
    let mut narrowest = word;
    let repetitions = expression::repeated(&[pattern]);
    // From the lowest degree of repetition to the highest.
    for repeated in repetitions.into_iter().rev() {
        if narrowest.count <= budget {
            break;
        }
        narrowest = candidates(connection, expression::both(&expression::anywhere(pattern), &repeated))?;
    }
    Ok(narrowest)
}

fn candidates(connection: &Connection, expression: String) -> Result<Candidates, rusqlite::Error> {
    let count = count_up_to(connection, &expression, MAX_RANKED + 1)?;
    Ok(Candidates { count, expression })
}
