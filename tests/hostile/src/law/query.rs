//! The query language: every text is understood or answered with what is wrong, and a query written out in full means
//! the same again.

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
    assert!(query.clauses.iter().any(|clause| !clause.negated), "{text:?} looks for nothing");
    assert!(query.clauses.iter().all(|clause| !clause.any_of.is_empty()));
    assert!(query.clauses.len() + query.filters.len() <= MAX_QUERY_CHARS);
    assert!(relaxed(&query).clauses.iter().all(|clause| !clause.any_of.is_empty()));
    let written = written(&query);
    match Query::parse(&written) {
        Ok(again) => assert_eq!(again, query, "{text:?} was written as {written:?}"),
        // Writing out may take more words and letters.
        Err(error) => assert_eq!(error, QueryError::TooLong, "{text:?} was written as {written:?}"),
    }
}

/// The query as a reader would type it.
fn written(query: &Query) -> String {
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

/// An error points at a character that is there.
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
