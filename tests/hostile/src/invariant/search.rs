//! Indexing and searching: terms are on character boundaries, and for any query the database finds the passages that a
//! scan of their texts finds.
//!
//! The input is a query, a zero byte, and a text.

use std::sync::LazyLock;

use alexandria_domain::query::Clause;
use alexandria_domain::{Query, Term};
use alexandria_store::Scope;
use alexandria_store::analysis::{analyse, fold, matches, relaxed};

use super::fixture::LibraryFixture;

/// The passages of the publication.
const TEXTS: &[&str] = &[
    "The white whale’s wake; whales, whaling.",
    "don't don’t dont café CAFE\u{301} Ångström",
    "世界 新世界へ 한국어 トンネルを抜けると雪国",
    "well-known 3.14 1,000 foo_bar ab\u{ad}c ｆｕｌｌ L’Œuvre",
    "happy happiness running runs the THE of and",
    "a a a a a a a b b b c",
    "",
    "שָׁלוֹם كِتَاب कि ไทย 👩‍👩‍👧 ß ﬁ ŀ İstanbul",
];

static LIBRARY: LazyLock<Option<LibraryFixture>> = LazyLock::new(|| LibraryFixture::new(TEXTS));

pub(super) fn check(bytes: &[u8]) {
    let input = String::from_utf8_lossy(bytes);
    let (typed, text) = input.split_once('\0').unwrap_or((&input, ""));
    terms(text);
    let query = Query::parse(typed);
    let Ok(query) = query else { return };
    let mut end = 0;
    for range in matches(text, &query) {
        assert!(range.start >= end && text.get(range.clone()).is_some_and(|found| !found.is_empty()), "{range:?}");
        end = range.end;
    }
    let Some(library) = &*LIBRARY else { return };
    for query in [relaxed(&query), query] {
        let found = library.store.search(&query, &Scope::default(), TEXTS.len(), 0);
        assert!(found.is_ok(), "the database failed for {typed:?}: {found:?}");
        if query.filters.is_empty() {
            let wanted = TEXTS.iter().filter(|text| satisfies(text, &query)).count();
            assert_eq!(found.ok().map(|found| found.total), Some(wanted as u64), "{typed:?}");
        }
    }
}

fn terms(text: &str) {
    let mut end = 0;
    analyse(text, |token| {
        assert!(text.get(token.range.clone()).is_some_and(|part| !part.is_empty()), "{token:?} cuts a character");
        assert!(token.range.end >= end, "{token:?} is before the last one");
        end = token.range.end;
        let term = |term: &str| !term.is_empty() && !term.contains(|c: char| c.is_whitespace() || "\"~#+*".contains(c));
        assert!(term(token.term) && term(token.form), "{token:?} could be an operator");
    });
    let folded = fold(text);
    assert_eq!(fold(&folded), folded, "folding is not idempotent");
}

/// Whether the text of a passage matches the query. A clause without terms (a lone combining mark) is ignored, and a query
/// without clauses matches nothing.
fn satisfies(text: &str, query: &Query) -> bool {
    let has_any = |clause: &&Clause| clause.any_of.iter().any(has_terms);
    let is_satisfied = |clause: &Clause| {
        let mut alone = clause.clone();
        alone.negated = false;
        matches(text, &Query { clauses: vec![alone], filters: Vec::new() }).is_empty() == clause.negated
    };
    query.clauses.iter().filter(has_any).any(|clause| !clause.negated)
        && query.clauses.iter().filter(has_any).all(is_satisfied)
}

fn has_terms(term: &Term) -> bool {
    let (Term::Word(text) | Term::Prefix(text) | Term::Phrase(text)) = term;
    let mut any = false;
    analyse(text, |_| any = true);
    any
}
