//! Finding a query's words in a passage, for snippets and highlights.

use std::collections::HashMap;
use std::ops::Range;

use alexandria_domain::Query;

use super::pattern::{Pattern, Prefix, QueryPatterns};
use super::scan::analyse;

/// The parts of `text` that match the query's words and phrases, as byte ranges in order, without overlap.
///
/// Uses the same analysis as the index. Excluded words and filters are ignored.
#[must_use]
pub fn matches(text: &str, query: &Query) -> Vec<Range<usize>> {
    let patterns = QueryPatterns::of(query);
    let terms = Terms::of(text);
    let mut ranges: Vec<Range<usize>> = patterns.positive().flat_map(|pattern| terms.find(pattern)).collect();
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// Counts how often patterns occur in texts, without a copy of every word.
pub(crate) struct MatchCounter<'a> {
    patterns: Vec<NumberedPattern<'a>>,
    /// The terms of all patterns, numbered from 1.
    numbers: HashMap<&'a str, u32>,
}

struct NumberedPattern<'a> {
    pattern: &'a Pattern,
    terms: Vec<u32>,
}

impl<'a> MatchCounter<'a> {
    pub(crate) fn new(patterns: impl Iterator<Item = &'a Pattern>) -> Self {
        let mut numbers = HashMap::new();
        let mut number = |term: &'a String| {
            let next = u32::try_from(numbers.len() + 1).unwrap_or(u32::MAX);
            *numbers.entry(term.as_str()).or_insert(next)
        };
        let patterns =
            patterns.map(|pattern| NumberedPattern { pattern, terms: pattern.terms.iter().map(&mut number).collect() });
        let patterns = patterns.collect();
        Self { patterns, numbers }
    }

    /// How often each pattern occurs in the text.
    pub(crate) fn count(&self, text: &str) -> Vec<usize> {
        let mut counts = vec![0; self.patterns.len()];
        let mut numbers = Vec::new();
        analyse(text, |token| {
            numbers.push(self.numbers.get(token.term).copied().unwrap_or_default());
            for (NumberedPattern { pattern, terms }, count) in self.patterns.iter().zip(&mut counts) {
                if let Some(prefix) = &pattern.prefix
                    && terms.is_empty()
                {
                    *count += usize::from(has_prefix(token.term, Some(token.form), prefix));
                }
            }
        });
        for (NumberedPattern { pattern, terms }, count) in self.patterns.iter().zip(&mut counts) {
            if pattern.prefix.is_none() {
                *count = numbers.windows(terms.len().max(1)).filter(|window| *window == terms).count();
            } else if !terms.is_empty() {
                *count = Terms::of(text).find(pattern).len();
            }
        }
        counts
    }
}

/// The terms of a text.
struct Terms(Vec<Entry>);

struct Entry {
    term: String,
    /// The folded word, if it differs from the term.
    form: Option<String>,
    range: Range<usize>,
    first_end: Option<usize>,
}

impl Terms {
    fn of(text: &str) -> Self {
        let mut terms = Vec::new();
        analyse(text, |token| {
            terms.push(Entry {
                term: token.term.to_owned(),
                form: (token.form != token.term).then(|| token.form.to_owned()),
                range: token.range,
                first_end: token.first_end,
            });
        });
        Self(terms)
    }

    fn find(&self, pattern: &Pattern) -> Vec<Range<usize>> {
        let length = pattern.terms.len() + usize::from(pattern.prefix.is_some());
        self.0.windows(length.max(1)).filter_map(|window| match_window(window, pattern)).collect()
    }
}

/// The bytes that a pattern covers, if it matches the window.
fn match_window(window: &[Entry], pattern: &Pattern) -> Option<Range<usize>> {
    let (terms, last) = window.split_at_checked(pattern.terms.len())?;
    if !terms.iter().zip(&pattern.terms).all(|(entry, term)| entry.term == *term) {
        return None;
    }
    let start = window.first()?.range.start;
    let end = match (&pattern.prefix, last.first()) {
        (None, _) => terms.last()?.range.end,
        (Some(prefix), Some(entry)) => match_prefix(entry, prefix, terms.is_empty())?,
        (Some(_), None) => return None,
    };
    Some(start..end)
}

/// The end of the entry's matching part, if it has the prefix. Forms are indexed outside the running text, so they match
/// only a prefix that `is_alone`, not one that ends a phrase.
fn match_prefix(entry: &Entry, prefix: &Prefix, is_alone: bool) -> Option<usize> {
    let form = entry.form.as_deref().filter(|_| is_alone);
    has_prefix(&entry.term, form, prefix)
        .then(|| entry.first_end.filter(|_| prefix.is_character).unwrap_or(entry.range.end))
}

/// Whether a term, or its form where that counts, has the prefix. A bigram is its own form.
fn has_prefix(term: &str, form: Option<&str>, prefix: &Prefix) -> bool {
    let form = form.filter(|_| !prefix.is_character);
    term.starts_with(&prefix.text) || form.is_some_and(|form| form.starts_with(&prefix.text))
}
