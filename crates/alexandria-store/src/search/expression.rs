//! FTS5 expressions. Only terms of the analysis get into them, always inside quotation marks: they consist of letters,
//! digits and marks, so nothing a reader types can be an operator.
//!
//! The terms of headings, forms and repetitions begin with marks of their own, so an expression needs no column filter,
//! which would cost half as much again.

use crate::analysis::{FORM_MARK, HEADING_MARK, Pattern, REPEATED_MARKS, Start, Wanted, is_stop_word};

/// The expression whose matches are the matches of the query; `None` if it has no words.
pub(super) fn of(wanted: &Wanted) -> Option<String> {
    let groups = join(wanted.all.iter().filter_map(|group| any(group)), "AND")?;
    Some(excluding(groups, wanted))
}

/// What `matching` matches, but not with the query's excluded words.
pub(super) fn excluding(matching: String, wanted: &Wanted) -> String {
    match any(&wanted.none) {
        Some(excluded) => without(&matching, &excluded),
        None => matching,
    }
}

/// Passages that have one of the words that say something again and again, for each degree of repetition, the highest
/// first. Empty if the query has no such word.
pub(super) fn repeated(patterns: &[&Pattern]) -> Vec<String> {
    let degree = |mark: &str| {
        let terms = patterns.iter().flat_map(|pattern| &pattern.whole).filter(|term| !is_stop_word(term));
        join(terms.map(|term| format!("\"{mark}{term}\"")), "OR")
    };
    REPEATED_MARKS.iter().rev().filter_map(|(_, mark)| degree(mark)).collect()
}

/// One term.
pub(super) fn term(term: &str) -> String {
    format!("\"{term}\"")
}

/// One pattern, in a passage's text or in its headings.
pub(super) fn anywhere(pattern: &Pattern) -> String {
    let headings = Pattern {
        whole: pattern.whole.iter().map(|term| format!("{HEADING_MARK}{term}")).collect(),
        start: pattern.start.clone().map(|start| Start {
            text: format!("{HEADING_MARK}{}", start.text),
            // The forms of words in headings are not indexed.
            character: true,
        }),
    };
    format!("({}) OR ({})", one(pattern), one(&headings))
}

pub(super) fn both(left: &str, right: &str) -> String {
    format!("({left}) AND ({right})")
}

pub(super) fn without(left: &str, right: &str) -> String {
    format!("({left}) NOT ({right})")
}

/// Several expressions joined by an operator, each in brackets; `None` if there are none.
pub(super) fn join(parts: impl Iterator<Item = String>, operator: &str) -> Option<String> {
    parts.map(|part| format!("({part})")).reduce(|all, part| format!("{all} {operator} {part}"))
}

fn any(patterns: &[Pattern]) -> Option<String> {
    join(patterns.iter().map(one), "OR")
}

fn one(pattern: &Pattern) -> String {
    let words = pattern.whole.join(" ");
    match &pattern.start {
        None => format!("\"{words}\""),
        Some(start) if pattern.whole.is_empty() && !start.character => {
            format!("\"{0}\" * OR \"{FORM_MARK}{0}\" *", start.text)
        }
        Some(start) if pattern.whole.is_empty() => format!("\"{}\" *", start.text),
        Some(start) => format!("\"{words} {}\" *", start.text),
    }
}
