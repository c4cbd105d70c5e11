//! The words that are selected from long queries.

use alexandria_domain::query::MAX_TERMS;

use super::parse;
use crate::Selection;
use crate::fixture::Shelf;

/// A text of `n` different words.
fn words(stem: &str, n: usize) -> String {
    (0..n).map(|number| format!("{stem}{number}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn select_words_returns_a_query_with_operators_unchanged() {
    let shelf = Shelf::of(&["sea"]);
    for text in ["sea -ship", &"sea ".repeat(MAX_TERMS), &"a\"b c\" ".repeat(MAX_TERMS), &words("w", 2 * MAX_TERMS)] {
        let query = parse(text);
        let expect = Selection { query: query.clone(), unused_words: Vec::new() };
        assert_eq!(shelf.store.select_words(query).unwrap(), expect, "{text}");
    }
}

#[test]
fn select_words_keeps_the_rarest_words_and_reports_the_others() {
    let common = words("common", 150);
    let shelf = Shelf::of(&[&common, &common, &format!("{} the sea", words("rare", 10))]);
    let query = parse(&format!("The {common}, common3 {} the. Sea lang:en", words("rare", 10)));
    let Selection { query, unused_words } = shelf.store.select_words(query).unwrap();
    // The ten rare words and "Sea" occur once, the others twice.
    let expect = format!("{} {} Sea", words("common", MAX_TERMS - 11), words("rare", 10));
    let terms: Vec<&str> = query.clauses.iter().flat_map(|clause| &clause.any_of).map(|term| term.text()).collect();
    assert_eq!(terms.join(" "), expect);
    assert_eq!(query.filters, parse("sea lang:en").filters);
    let left: Vec<String> = (MAX_TERMS - 11..150).map(|number| format!("common{number}")).collect();
    assert_eq!(unused_words, [&["The".to_owned()], &left[..]].concat());
}

#[test]
fn select_words_uses_stop_words_only_without_others() {
    let shelf = Shelf::of(&["the of and"]);
    let stop_words = "the of and to in that it is was for on as with be by at this not are but from or have an they which \
                      you were all her she there would their we him been has when who will no more if out so up into \
                      do any your what could can only other than then its over our some these may such me";
    let query = parse(&format!("{stop_words} {stop_words} whale"));
    assert_eq!(shelf.store.select_words(query).unwrap().query, parse("whale"));
    let only_stop_words = parse(&format!("{stop_words} {stop_words}"));
    assert_eq!(shelf.store.select_words(only_stop_words).unwrap().query.clauses.len(), MAX_TERMS);
}
