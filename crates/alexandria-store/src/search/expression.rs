//! FTS5 expressions. They contain only terms of the analysis, always in quotation marks: these consist of letters, digits
//! and marks, so nothing in a query can be an operator.
//!
//! The terms of headings, forms and repetitions have prefixes of their own, so an expression needs no column filter, which
//! would add half of the cost.

use crate::analysis::{FORM_MARK, HEADING_MARK, Pattern, Prefix, QueryPatterns, REPETITION_DEGREES, is_stop_word};

/// The expression for the query; `None` if it has no words.
pub(super) fn of(query: &QueryPatterns) -> Option<String> {
    let groups = join(query.required.iter().filter_map(|group| any(group)), "AND")?;
    Some(excluding(groups, query))
}

/// `matching` without passages that contain the query's excluded words.
pub(super) fn excluding(matching: String, query: &QueryPatterns) -> String {
    match any(&query.excluded) {
        Some(excluded) => without(&matching, &excluded),
        None => matching,
    }
}

/// Passages that repeat one of the informative words, for each degree of repetition, highest first. Empty if the query has
/// no such word.
pub(super) fn repeated(patterns: &[&Pattern]) -> Vec<String> {
    let repetition = |mark: &str| {
        let terms = patterns.iter().flat_map(|pattern| &pattern.terms).filter(|term| !is_stop_word(term));
        join(terms.map(|term| format!("\"{mark}{term}\"")), "OR")
    };
    REPETITION_DEGREES.iter().rev().filter_map(|degree| repetition(degree.mark)).collect()
}

/// Passages with a term in their text.
pub(super) fn term(term: &str) -> String {
    format!("\"{term}\"")
}

/// Passages that match a pattern in their text or in their headings.
pub(super) fn anywhere(pattern: &Pattern) -> String {
    let headings = Pattern {
        terms: pattern.terms.iter().map(|term| format!("{HEADING_MARK}{term}")).collect(),
        prefix: pattern.prefix.as_ref().map(|prefix| Prefix {
            text: format!("{HEADING_MARK}{}", prefix.text),
            // The forms of words in headings are not indexed.
            is_character: true,
        }),
    };
    format!("({}) OR ({})", in_text(pattern), in_text(&headings))
}

pub(super) fn both(left: &str, right: &str) -> String {
    format!("({left}) AND ({right})")
}

pub(super) fn without(left: &str, right: &str) -> String {
    format!("({left}) NOT ({right})")
}

/// Expressions in brackets, joined by an operator; `None` if there are none.
pub(super) fn join(parts: impl Iterator<Item = String>, operator: &str) -> Option<String> {
    parts.map(|part| format!("({part})")).reduce(|all, part| format!("{all} {operator} {part}"))
}

pub(super) fn any(patterns: &[Pattern]) -> Option<String> {
    join(patterns.iter().map(in_text), "OR")
}

/// Passages that match a pattern in their text.
pub(super) fn in_text(pattern: &Pattern) -> String {
    let terms = pattern.terms.join(" ");
    match &pattern.prefix {
        None => format!("\"{terms}\""),
        Some(prefix) if pattern.terms.is_empty() && !prefix.is_character => {
            format!("\"{0}\" * OR \"{FORM_MARK}{0}\" *", prefix.text)
        }
        Some(prefix) if pattern.terms.is_empty() => format!("\"{}\" *", prefix.text),
        Some(prefix) => format!("\"{terms} {}\" *", prefix.text),
    }
}
