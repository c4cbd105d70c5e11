//! The query language as data: what is typed, and what it means or what is said about it.

use super::{FilterField, Query, QueryError, Term};

/// Prints a query in a short canonical form.
fn show(query: &Query) -> String {
    let term = |term: &Term| match term {
        Term::Word(word) => word.clone(),
        Term::Prefix(start) => format!("{start}*"),
        Term::Phrase(words) => format!("\"{words}\""),
    };
    let sign = |negated| if negated { "-" } else { "" };
    let clauses = query.clauses.iter().map(|clause| {
        format!("{}{}", sign(clause.negated), clause.any_of.iter().map(term).collect::<Vec<_>>().join("|"))
    });
    let filters =
        query.filters.iter().map(|filter| format!("{}{}:{}", sign(filter.negated), filter.field.name(), filter.value));
    clauses.chain(filters).collect::<Vec<_>>().join(" ")
}

fn check(text: &str, expect: &str) {
    assert_eq!(Query::parse(text).map(|query| show(&query)), Ok(expect.to_owned()), "{text}");
}

fn refuse(text: &str, expect: QueryError) {
    assert_eq!(Query::parse(text), Err(expect), "{text}");
}

#[test]
fn words_phrases_and_prefixes() {
    check("white whale", "white whale");
    check(r#""white whale" ahab"#, r#""white whale" ahab"#);
    check("“white whale”", r#""white whale""#);
    check("whal*", "whal*");
    check("well-known", "well-known");
    check("  ...  whale ", "whale");
    check("AND whale AND ship", "whale ship");
    check("Note: whale", "Note: whale");
}

#[test]
fn exclusions_and_alternatives() {
    check("whale -ship", "whale -ship");
    check("whale NOT ship", "whale -ship");
    check(r#"whale -"white whale""#, r#"whale -"white whale""#);
    check("whale OR fish sea", "whale|fish sea");
    check("a OR b OR c", "a|b|c");
    check(r#"a OR"b c" NOT"d e""#, r#"a|"b c" -"d e""#);
    refuse(r#"OR"a""#, QueryError::DanglingOr { at: 1 });
    refuse("-ship", QueryError::OnlyExclusions);
    refuse("whale -", QueryError::DanglingNot { at: 7 });
    refuse("whale NOT", QueryError::DanglingNot { at: 7 });
    refuse("OR whale", QueryError::DanglingOr { at: 1 });
    refuse("whale OR", QueryError::DanglingOr { at: 7 });
    refuse("whale OR -ship", QueryError::DanglingOr { at: 7 });
    refuse("whale OR author:x", QueryError::DanglingOr { at: 7 });
}

#[test]
fn filters() {
    check("whale author:melville", "whale author:melville");
    check(r#"whale title:"moby dick" -lang:fr"#, "whale title:moby dick -lang:fr");
    check("whale Format:epub", "whale format:epub");
    check("at 10:30", "at 10:30");
    refuse("whale foo:bar", QueryError::UnknownFilter { name: "foo".into() });
    refuse("whale author:", QueryError::EmptyFilter { name: "author", example: "melville" });
    refuse("whale format:doc", QueryError::UnknownFormat { value: "doc".into() });
    refuse("author:melville", QueryError::Empty);
    assert_eq!(FilterField::ALL.len(), 6);
}

#[test]
fn malformed_queries_say_what_is_wrong() {
    refuse("", QueryError::Empty);
    refuse("  ", QueryError::Empty);
    refuse("!?", QueryError::Empty);
    refuse(r#"a "white"#, QueryError::UnclosedQuote { at: 3 });
    refuse(r#"a """#, QueryError::EmptyPhrase { at: 3 });
    refuse("whale *", QueryError::BareWildcard { at: 7 });
    refuse("whale -*", QueryError::BareWildcard { at: 8 });
    refuse("a NOT **", QueryError::BareWildcard { at: 8 });
    refuse(&"x ".repeat(65), QueryError::TooLong);
    refuse(&"x".repeat(5000), QueryError::TooLong);
}

proptest::proptest! {
    /// Law: whatever is typed, the parser answers, and a parsed query looks for something.
    #[test]
    fn never_panics(text in ".{0,60}") {
        if let Ok(query) = Query::parse(&text) {
            proptest::prop_assert!(query.clauses.iter().any(|clause| !clause.negated && !clause.any_of.is_empty()));
        }
    }

    #[test]
    fn never_panics_on_operators(text in r#"[a "*:\-ORNOT]{0,30}"#) {
        let _ = Query::parse(&text);
    }
}
