//! Finding a query's words in a passage, for snippets and highlights.

use std::ops::Range;

use alexandria_domain::Query;

use super::pattern::{Pattern, Start, Wanted};
use super::scan::analyse;

/// The parts of `text` that match the query's words and phrases, as byte ranges in order, without overlap.
///
/// The same analysis as in the index decides. Excluded words and filters are not looked at.
#[must_use]
pub fn matches(text: &str, query: &Query) -> Vec<Range<usize>> {
    let wanted = Wanted::of(query);
    let terms = Terms::of(text);
    let mut found: Vec<Range<usize>> = wanted.positive().flat_map(|pattern| terms.find(pattern)).collect();
    found.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The terms of a text.
struct Terms(Vec<Entry>);

struct Entry {
    term: String,
    /// The folded word, if it is not the term.
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
        let length = pattern.whole.len() + usize::from(pattern.start.is_some());
        self.0.windows(length.max(1)).filter_map(|window| match_window(window, pattern)).collect()
    }
}

/// The bytes a pattern covers, if it is what the window holds.
fn match_window(window: &[Entry], pattern: &Pattern) -> Option<Range<usize>> {
    let (whole, last) = window.split_at_checked(pattern.whole.len())?;
    if !whole.iter().zip(&pattern.whole).all(|(entry, term)| entry.term == *term) {
        return None;
    }
    let start = window.first()?.range.start;
    let end = match (&pattern.start, last.first()) {
        (None, _) => whole.last()?.range.end,
        (Some(begin), Some(entry)) => begins(entry, begin, whole.is_empty())?,
        (Some(_), None) => return None,
    };
    Some(start..end)
}

/// Where the entry's matching part ends, if it begins like that. Other forms of a word are indexed outside the running
/// text, so they cannot continue a phrase.
fn begins(entry: &Entry, begin: &Start, alone: bool) -> Option<usize> {
    let form = entry.form.as_ref().filter(|_| alone && !begin.character);
    let fits = entry.term.starts_with(&begin.text) || form.is_some_and(|form| form.starts_with(&begin.text));
    fits.then(|| entry.first_end.filter(|_| begin.character).unwrap_or(entry.range.end))
}
