//! The word half of hybrid search: passages with any of the words, the best ones only.

use alexandria_domain::Query;
use rusqlite::Connection;

use super::exact::{count_up_to, ranked};
use super::rows::Rows;
use super::{ExactHit, Scope, expression};
use crate::analysis::{Pattern, Wanted};
use crate::error::StoreError;
use crate::store::Store;

/// Passages up to which candidates are added to be scored.
const MOST_RANKED: u64 = 5_000;

/// Passages above which beginnings of one or two letters are not looked up: the index would visit every word that begins
/// so, only for the many passages found to be left out.
const SMALL: u32 = 20_000;

impl Store {
    /// The best passages on the shelf that have any of the query's words in their text or headings. Excluded words and
    /// filters hold. Nothing is counted.
    ///
    /// Where very many passages match, only those are considered that have one of the rarer words, or a common one again
    /// and again; the other words then only add to the score, and those that chose the passage count double.
    ///
    /// # Errors
    /// When the database fails.
    pub fn rank_any(&self, query: &Query, scope: &Scope, limit: usize) -> Result<Vec<ExactHit>, StoreError> {
        let wanted = Wanted::of(query);
        self.read(|connection| {
            let rows = Rows::of(connection, scope, &query.filters)?;
            let mut patterns: Vec<&Pattern> = wanted.positive().collect();
            if !patterns.iter().all(|pattern| pattern.tells()) && !is_small(connection)? {
                patterns.retain(|pattern| pattern.tells() || pattern.start.is_none());
            }
            let Some(matching) = affordable(connection, &patterns)? else { return Ok(Vec::new()) };
            ranked(connection, &expression::excluding(matching, &wanted), &rows, limit, 0)
        })
    }
}

/// Whether the library has at most [`SMALL`] passages.
fn is_small(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection
        .prepare_cached("SELECT ifnull(sum(passages), 0) <= ?1 FROM publication")?
        .query_row([SMALL], |row| row.get(0))
}

/// Passages that have one of the words.
struct Candidates {
    /// How many, counted up to one more than [`MOST_RANKED`].
    count: u64,
    expression: String,
}

/// The expression for any of the patterns. If together they match too many passages, only candidates are scored: those
/// with the rarer words, and of a common word only those that have it again and again. `None` if there are no patterns, or
/// only stop words that are everywhere.
fn affordable(connection: &Connection, patterns: &[&Pattern]) -> Result<Option<String>, rusqlite::Error> {
    let mut words = Vec::with_capacity(patterns.len());
    for pattern in patterns {
        words.push((candidates(connection, expression::anywhere(pattern))?, *pattern));
    }
    words.sort_by_key(|(word, _)| word.count);
    let all = expression::join(words.iter().map(|(word, _)| word.expression.clone()), "OR");
    if words.iter().map(|(word, _)| word.count).sum::<u64>() <= MOST_RANKED {
        return Ok(all);
    }
    let mut budget = MOST_RANKED;
    let mut chosen = Vec::new();
    for (word, pattern) in words {
        let word = narrowed(connection, word, pattern, budget)?;
        // The rarest word that says something has to be there, whatever it costs.
        if word.count <= budget || (chosen.is_empty() && pattern.tells()) {
            budget = budget.saturating_sub(word.count);
            chosen.push(word.expression);
        }
    }
    let chosen = expression::join(chosen.into_iter(), "OR");
    Ok(chosen.zip(all).map(|(chosen, all)| expression::both(&chosen, &all)))
}

/// The candidates, or as few of them that repeat the word as the budget asks for.
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
    let count = count_up_to(connection, &expression, MOST_RANKED + 1)?;
    Ok(Candidates { count, expression })
}
