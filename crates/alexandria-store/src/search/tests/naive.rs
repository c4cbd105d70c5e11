//! The index against a naive scan of the texts.

use alexandria_domain::Query;
use proptest::prelude::*;

use super::find;
use crate::analysis::matches;
use crate::fixture::Shelf;

/// Whether a passage satisfies the query, decided by its text alone.
fn satisfies(text: &str, query: &Query) -> bool {
    query.clauses.iter().all(|clause| {
        let mut alone = clause.clone();
        alone.negated = false;
        let is_match = !matches(text, &Query { clauses: vec![alone], filters: Vec::new() }).is_empty();
        is_match != clause.negated
    })
}

const WORDS: &[&str] = &[
    "whale",
    "whales",
    "Whaling",
    "whale’s",
    "white",
    "café",
    "cafe",
    "the",
    "don’t",
    "don't",
    "世界",
    "世",
    "新世界へ",
    "한국어",
    "run",
    "running",
    "happy",
    "happiness",
    "well-known",
    "Ångström",
    "3.14",
    "ab\u{ad}c",
    "ｆｕｌｌ",
    "L’Œuvre",
];
fn word() -> impl Strategy<Value = String> {
    proptest::sample::select(WORDS).prop_map(str::to_owned)
}

fn term() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => word(),
        2 => proptest::collection::vec(word(), 1..3).prop_map(|words| format!("\"{}\"", words.join(" "))),
        1 => (word(), 1usize..4).prop_map(|(word, length)| format!("{}*", word.chars().take(length).collect::<String>())),
    ]
}

fn query() -> impl Strategy<Value = String> {
    let clause = prop_oneof![4 => term(), 1 => term().prop_map(|term| format!("-{term}")), 1 => (term(), term()).prop_map(|(a, b)| format!("{a} OR {b}"))];
    proptest::collection::vec(clause, 1..4).prop_map(|clauses| clauses.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The index finds exactly the passages that a naive scan with the same analysis finds.
    #[test]
    fn search_agrees_with_a_naive_scan(
        texts in proptest::collection::vec(proptest::collection::vec(word(), 0..8).prop_map(|words| words.join(" ")), 1..25),
        queries in proptest::collection::vec(query(), 25),
    ) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let shelf = Shelf::of(&texts);
        for text in &queries {
            let Ok(query) = Query::parse(text) else { continue };
            let expect: Vec<i64> = texts.iter().zip(0..).filter(|(text, _)| satisfies(text, &query)).map(|(_, n)| n).collect();
            prop_assert_eq!(find(&shelf.store, text), expect, "{}", text);
        }
    }
}
