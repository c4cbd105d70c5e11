//! The index against a naive scan of the texts.

use alexandria_domain::Query;
use alexandria_domain::op::Membership;
use proptest::prelude::*;

use super::find;
use crate::analysis::matches;
use crate::fixture::{Shelf, id, insert, membership};
use crate::{ExactHit, ExactHits, Scope};

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
    "of",
    "to",
    "be",
    "or",
    "not",
    "was",
];
fn word() -> impl Strategy<Value = String> {
    proptest::sample::select(WORDS).prop_map(str::to_owned)
}

fn stop_word() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["the", "of", "to", "be", "or", "not"])
}

/// Text in which runs of stop words are frequent.
fn text() -> impl Strategy<Value = String> {
    let words = proptest::collection::vec(prop_oneof![word(), stop_word().prop_map(str::to_owned)], 0..12);
    words.prop_map(|words| words.join(" "))
}

fn term() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => word(),
        2 => proptest::collection::vec(word(), 1..6).prop_map(|words| format!("\"{}\"", words.join(" "))),
        2 => proptest::collection::vec(stop_word(), 1..7).prop_map(|words| format!("\"{}\"", words.join(" "))),
        2 => (word(), 1usize..4).prop_map(|(word, length)| format!("{}*", word.chars().take(length).collect::<String>())),
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
        texts in proptest::collection::vec(text(), 1..25),
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

    /// Common sets change neither hits nor scores: not after deletions, and not within filters and scopes.
    #[test]
    fn search_with_common_sets_agrees_with_the_term_index(
        books in proptest::collection::vec(proptest::collection::vec(text(), 1..12), 2..7),
        changes in proptest::collection::vec((0usize..7, 0u8..3), 0..4),
        scope in proptest::option::of(proptest::collection::vec(1i64..8, 1..5)),
        queries in proptest::collection::vec((query(), 0u8..4), 25),
    ) {
        let shelf = Shelf::new();
        for (texts, number) in books.iter().zip(1..) {
            insert(&shelf.store, number, &texts.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        }
        for (stamp, (book, change)) in changes.into_iter().enumerate() {
            let number = u8::try_from(book % books.len() + 1).unwrap();
            let change = [Membership::Bin, Membership::Shelf, Membership::Gone][usize::from(change)];
            shelf.store.apply(&[membership(100 + u8::try_from(stamp).unwrap(), number, change)]).unwrap();
            if change == Membership::Gone {
                shelf.store.purge(&id(number)).unwrap();
            }
        }
        let scope = Scope { publications: scope };
        let filters = ["", " title:\"title 2\"", " -title:1", " lang:en"];
        let texts = queries.iter().map(|(text, filter)| format!("{text}{}", filters[usize::from(*filter)]));
        let texts: Vec<String> = texts.filter(|text| Query::parse(text).is_ok()).collect();
        let search = |fast: bool| -> Vec<ExactHits> {
            let set = format!("UPDATE publication SET has_common_sets = {}", u8::from(fast));
            shelf.store.with_writer(|connection| connection.execute_batch(&set)).unwrap();
            let search = |text: &String| shelf.store.search(&Query::parse(text).unwrap(), &scope, 500, 0).unwrap();
            texts.iter().map(search).collect()
        };
        for ((fast, slow), query) in search(true).iter().zip(search(false)).zip(&texts) {
            prop_assert_eq!(fast.total, slow.total, "{}", query);
            let by_passage = |hits: &ExactHits| {
                let mut hits: Vec<ExactHit> = hits.hits.clone();
                hits.sort_unstable_by_key(|hit| hit.passage);
                hits
            };
            // FTS5 counts a prefix twice, in words and in their stems; and of a long run only a bound is known.
            let has_exact_scores = !query.contains('*') && query.matches(' ').count() < 3 && !query.contains('世');
            for (fast, slow) in by_passage(fast).iter().zip(by_passage(&slow)) {
                prop_assert_eq!(fast.passage, slow.passage, "{}", query);
                prop_assert!(!has_exact_scores || (fast.score - slow.score).abs() < 1e-9, "{}: {} {}", query, fast.score, slow.score);
            }
        }
    }
}
