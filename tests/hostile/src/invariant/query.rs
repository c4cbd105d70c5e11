//! The query language: every text is parsed or rejected with the position of the error, and a formatted query parses to
//! the same query.

use alexandria_domain::query::MAX_QUERY_CHARS;
use alexandria_domain::{Query, QueryError, Term};
use alexandria_store::analysis::relaxed;

pub(super) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let query = match Query::parse(&text) {
        Ok(query) => query,
        Err(error) => return check_error(&error, &text),
    };
    assert!(text.chars().count() <= MAX_QUERY_CHARS);
    assert!(query.clauses.iter().any(|clause| !clause.negated), "{text:?} has no positive clause");
    assert!(query.clauses.iter().all(|clause| !clause.any_of.is_empty()));
    assert!(query.clauses.len() + query.filters.len() <= MAX_QUERY_CHARS);
    assert!(relaxed(&query).clauses.iter().all(|clause| !clause.any_of.is_empty()));
    let formatted = format(&query);
    match Query::parse(&formatted) {
        Ok(again) => assert_eq!(again, query, "{text:?} was formatted as {formatted:?}"),
        // The formatted query may be longer.
        Err(error) => assert_eq!(error, QueryError::TooLong, "{text:?} was formatted as {formatted:?}"),
    }
}

/// Formats a query in the query language.
fn format(query: &Query) -> String {
    let term = |term: &Term| match term {
        Term::Word(word) => word.clone(),
        Term::Prefix(start) => format!("{start}*"),
        Term::Phrase(words) => format!("\"{words}\""),
    };
    let sign = |negated| if negated { "-" } else { "" };
    let clauses = query.clauses.iter().map(|clause| {
        let terms: Vec<String> = clause.any_of.iter().map(term).collect();
        format!("{}{}", sign(clause.negated), terms.join(" OR "))
    });
    let filters = query.filters.iter().map(|filter| {
        let quote = if filter.value.contains(char::is_whitespace) { "\"" } else { "" };
        format!("{}{}:{quote}{}{quote}", sign(filter.negated), filter.field.name(), filter.value)
    });
    clauses.chain(filters).collect::<Vec<_>>().join(" ")
}

/// The position of an error is that of a character.
fn check_error(error: &QueryError, text: &str) {
    let place = match error {
        QueryError::UnclosedQuote { at }
        | QueryError::EmptyPhrase { at }
        | QueryError::BareWildcard { at }
        | QueryError::DanglingOr { at }
        | QueryError::DanglingNot { at } => *at,
        _ => return,
    };
    assert!((1..=text.chars().count()).contains(&place), "{error}: {text:?}");
}
