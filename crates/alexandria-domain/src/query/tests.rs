//! The query language as data: texts, and the queries or errors they parse to.

use super::{FilterField, MAX_QUERY_CHARS, MAX_TERMS, Query, QueryError, Term};

/// A query in a short canonical form.
fn canonical(query: &Query) -> String {
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
    assert_eq!(Query::parse(text).map(|query| canonical(&query)), Ok(expect.to_owned()), "{text}");
}

fn check_error(text: &str, expect: QueryError) {
    assert_eq!(Query::parse(text), Err(expect), "{text}");
}

#[test]
fn parse_reads_words_phrases_and_prefixes() {
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
fn parse_reads_exclusions_and_alternatives() {
    check("whale -ship", "whale -ship");
    check("whale NOT ship", "whale -ship");
    check(r#"whale -"white whale""#, r#"whale -"white whale""#);
    check("whale OR fish sea", "whale|fish sea");
    check("a OR b OR c", "a|b|c");
    check(r#"a OR"b c" NOT"d e""#, r#"a|"b c" -"d e""#);
    check_error(r#"OR"a""#, QueryError::DanglingOr { at: 1 });
    check_error("-ship", QueryError::OnlyExclusions);
    check_error("whale -", QueryError::DanglingNot { at: 7 });
    check_error("whale NOT", QueryError::DanglingNot { at: 7 });
    check_error("OR whale", QueryError::DanglingOr { at: 1 });
    check_error("whale OR", QueryError::DanglingOr { at: 7 });
    check_error("whale OR -ship", QueryError::DanglingOr { at: 7 });
    check_error("whale OR author:x", QueryError::DanglingOr { at: 7 });
}

#[test]
fn parse_reads_filters() {
    check("whale author:melville", "whale author:melville");
    check(r#"whale title:"moby dick" -lang:fr"#, "whale title:moby dick -lang:fr");
    check("whale Format:epub", "whale format:epub");
    check("at 10:30", "at 10:30");
    check_error("whale foo:bar", QueryError::UnknownFilter { name: "foo".into() });
    check_error("whale author:", QueryError::EmptyFilter { name: "author", example: "melville" });
    check_error("whale format:doc", QueryError::UnknownFormat { value: "doc".into() });
    check_error("author:melville", QueryError::Empty);
    assert_eq!(FilterField::ALL.len(), 9);
}

#[test]
fn parse_reports_malformed_queries() {
    check_error("", QueryError::Empty);
    check_error("  ", QueryError::Empty);
    check_error("!?", QueryError::Empty);
    check_error(r#"a "white"#, QueryError::UnclosedQuote { at: 3 });
    check_error(r#"a """#, QueryError::EmptyPhrase { at: 3 });
    check_error("whale *", QueryError::BareWildcard { at: 7 });
    check_error("whale -*", QueryError::BareWildcard { at: 8 });
    check_error("a NOT **", QueryError::BareWildcard { at: 8 });
}

#[test]
fn parse_accepts_up_to_the_maximum_length() {
    let text = |chars: usize| "鯨 ".repeat(chars / 2) + &"x".repeat(chars % 2);
    let words = |text: &str| Query::parse(text).map(|query| query.clauses.len());
    assert_eq!(words(&text(MAX_QUERY_CHARS)), Ok(MAX_QUERY_CHARS / 2));
    check_error(&text(MAX_QUERY_CHARS + 1), QueryError::TooLong);
    assert_eq!(words(&"x".repeat(MAX_QUERY_CHARS)), Ok(1));
    check_error(&"x".repeat(MAX_QUERY_CHARS + 1), QueryError::TooLong);
}

/// Text that makes a query longer than [`MAX_TERMS`].
fn padding() -> String {
    "sea ".repeat(MAX_TERMS)
}

#[test]
fn parse_reads_operators_up_to_the_maximum_of_terms() {
    let sea = "sea ".repeat(MAX_TERMS - 1);
    check(&format!("{sea}-ship"), &format!("{sea}-ship"));
    check_error(&format!("{sea}note:this"), QueryError::UnknownFilter { name: "note".into() });
    check_error(&format!("{sea}*"), QueryError::BareWildcard { at: sea.len() + 1 });
    // A phrase is one term, however many words it has.
    let phrase = format!("\"{}\"", "x ".repeat(500).trim());
    check(&phrase, &phrase);
}

#[test]
fn parse_reads_a_longer_text_without_operators() {
    let check_plain = |text: &str, expect: &str| {
        check(&format!("{}{text}", padding()), format!("{}{expect}", padding()).trim_end());
    };
    check_plain("whale, -ship - -- … end.", "whale, ship end.");
    check_plain("OR AND NOT OR", "or and not or");
    check_plain("whal* * ** a*b", "whal a*b");
    check_plain("“Call me,” said he", "Call me, said he");
    check_plain("“Call me", "Call me");
    check_plain("a\"b\"c", "a b c");
    check_plain("note:this Note: x 10:30 http://a.b", "note this Note: x 10:30 http://a.b");
    check_plain("author: title:\"\" format:doc a:b:c", "author title format doc a b c");
    // Filters keep their meaning.
    check_plain("author:melville", "author:melville");
    check_plain("-author:melville title:\"moby dick\"", "-author:melville title:moby dick");
    check_plain("“unclosed -lang:de", "unclosed -lang:de");
    check_error(&"— ".repeat(MAX_TERMS + 1), QueryError::Empty);
    check_error(&"lang:de ".repeat(MAX_TERMS + 1), QueryError::Empty);
}

proptest::proptest! {
    /// Any text parses or is an error, and a parsed query has a term that is not excluded.
    #[test]
    fn parse_never_panics(text in ".{0,60}") {
        if let Ok(query) = Query::parse(&text) {
            proptest::prop_assert!(query.clauses.iter().any(|clause| !clause.negated && !clause.any_of.is_empty()));
        }
    }

    #[test]
    fn parse_never_panics_on_operators(text in r#"[a "*:\-ORNOT]{0,30}"#) {
        let _ = Query::parse(&text);
    }

    /// The terms of a plain text mean the same in a query with operators.
    #[test]
    fn plain_text_terms_are_not_syntax(text in r#"([a "“*:\-]|OR |NOT |author:|no:te){0,30}"#) {
        let Ok(query) = Query::parse(&format!("{}{text}", padding())) else { return Ok(()) };
        for clause in query.clauses {
            let [Term::Word(word)] = &clause.any_of[..] else { panic!("{clause:?} is not a word") };
            proptest::prop_assert_eq!(Query::parse(word).map(|query| query.clauses), Ok(vec![clause.clone()]));
        }
    }
}
