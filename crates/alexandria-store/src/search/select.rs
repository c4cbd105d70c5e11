//! The most selective words of a long query.

use std::collections::HashSet;

use alexandria_domain::Query;
use alexandria_domain::query::{Clause, MAX_TERMS};

use super::expression;
use super::term_index::count_up_to;
use crate::analysis::Pattern;
use crate::error::StoreError;
use crate::store::Store;

/// Maximum clauses that are all searched: more than a query with operators can have.
const MAX_CLAUSES: usize = 2 * MAX_TERMS;
/// Words kept of a longer query.
const SELECTED_WORDS: usize = MAX_TERMS;
/// Maximum distinct words that are compared; those that follow are left out. A page has fewer.
const MAX_CANDIDATES: usize = 512;
/// Passages up to which a word's matches are counted. Words that occur in more are equally common.
const MAX_COUNTED: u64 = 1_000;

/// The part of a query that exact search can evaluate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The query, or the most selective words of a long one.
    pub query: Query,
    /// The words that are not in `query`, as they were typed, each once; empty unless the query was too long.
    pub unused_words: Vec<String>,
}

/// A word of the query, with its position there.
struct Candidate<'a> {
    position: usize,
    clause: &'a Clause,
    pattern: Pattern,
}

impl Store {
    /// Reduces a query of more than 128 clauses, which only plain text can have, to the 64 words that occur in the fewest
    /// passages. Stop words are used only if there are no others. A shorter query is returned as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub fn select_words(&self, query: Query) -> Result<Selection, StoreError> {
        if query.clauses.len() <= MAX_CLAUSES {
            return Ok(Selection { query, unused_words: Vec::new() });
        }
        let distinct = distinct_words(&query);
        let any_informative = distinct.iter().any(|word| word.pattern.is_informative());
        let candidates = distinct.iter().filter(|word| !any_informative || word.pattern.is_informative());
        let candidates: Vec<&Candidate<'_>> = candidates.take(MAX_CANDIDATES).collect();
        let mut counted: Vec<(u64, &Candidate<'_>)> = self.read(|connection| {
            let mut counted = Vec::with_capacity(candidates.len());
            for word in candidates {
                counted.push((count_up_to(connection, &expression::in_text(&word.pattern), MAX_COUNTED)?, word));
            }
            Ok(counted)
        })?;
        // Stable: of equally common words the first are kept.
        counted.sort_by_key(|(count, _)| *count);
        let selected: HashSet<usize> = counted.iter().take(SELECTED_WORDS).map(|(_, word)| word.position).collect();
        let (used, unused): (Vec<_>, Vec<_>) = distinct.iter().partition(|word| selected.contains(&word.position));
        let excluded = query.clauses.iter().filter(|clause| clause.negated);
        let clauses = used.iter().map(|word| word.clause).chain(excluded).cloned().collect();
        let unused_words = unused.iter().map(|word| text_of(word.clause)).collect();
        Ok(Selection { query: Query { clauses, filters: query.filters.clone() }, unused_words })
    }
}

/// The clauses that are not negated, without those that repeat another's words.
fn distinct_words(query: &Query) -> Vec<Candidate<'_>> {
    let mut seen = HashSet::new();
    let mut words = Vec::new();
    for (position, clause) in query.clauses.iter().enumerate().filter(|(_, clause)| !clause.negated) {
        let Some(pattern) = clause.any_of.first().and_then(Pattern::of) else { continue };
        if seen.insert(pattern.clone()) {
            words.push(Candidate { position, clause, pattern });
        }
    }
    words
}

/// A clause's words without surrounding punctuation.
fn text_of(clause: &Clause) -> String {
    let words = clause.any_of.iter().map(|term| term.text().trim_matches(|c: char| !c.is_alphanumeric()));
    words.collect::<Vec<_>>().join(" ")
}
