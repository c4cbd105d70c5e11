//! Queries and their results, as data.

use alexandria_domain::op::Membership;
use alexandria_domain::{Identifier, Metadata, PassageId, Query, Series};

mod naive;
mod select;

use super::Scope;
use crate::analysis::relaxed;
use crate::fixture::{Shelf, id, insert, insert_with, membership, metadata};
use crate::{PreparedPassage, Store};

fn parse(query: &str) -> Query {
    Query::parse(query).unwrap()
}

/// Ordinals of the matching passages, in reading order.
fn find(store: &Store, query: &str) -> Vec<i64> {
    let hits = store.search(&parse(query), &Scope::default(), 1000, 0).unwrap();
    assert_eq!(hits.total, hits.hits.len() as u64, "{query}");
    let mut ordinals: Vec<i64> = hits.hits.iter().map(|hit| hit.passage.ordinal()).collect();
    ordinals.sort_unstable();
    ordinals
}

const PASSAGES: [&str; 10] = [
    "Call me Ishmael.",
    "The White Whale swam; white and huge.",
    "A white sail, and a whale.",
    "Whaling is running after whales.",
    "The whale’s jaw, and the café.",
    "He didn't know. O'clock!",
    "新しい世界へようこそ。",
    "世の中は広い。ABC世",
    "한국어 책을 읽다",
    "He runs a well-known university on Łódź street.",
];

#[test]
fn search_finds_passages() {
    let shelf = Shelf::of(&PASSAGES);
    let check = |query: &str, expect: &[i64]| assert_eq!(find(&shelf.store, query), expect, "{query}");
    check("ishmael", &[0]);
    check("whale", &[1, 2, 3, 4]);
    check("WHALES", &[1, 2, 3, 4]);
    check("white whale", &[1, 2]);
    check("\"white whale\"", &[1]);
    check("\"whale white\"", &[]);
    check("whale -white", &[3, 4]);
    check("whale -\"white whale\"", &[2, 3, 4]);
    check("whale -sail -jaw", &[1, 3]);
    check("sail OR jaw", &[2, 4]);
    check("white sail OR swam", &[1, 2]);
    check("whale's", &[1, 2, 3, 4]);
    check("\"whale’s jaw\"", &[4]);
    check("didn’t", &[5]);
    check("o'clock", &[5]);
    check("cafe", &[4]);
    check("CAFÉ", &[4]);
    check("run", &[3, 9]);
    check("runn*", &[3]);
    check("whal*", &[1, 2, 3, 4]);
    check("whali*", &[3]);
    check("universiti*", &[]);
    check("univers*", &[9]);
    check("well-known", &[9]);
    check("well-kno*", &[9]);
    check("lodz", &[9]);
    check("世", &[6, 7]);
    check("世界", &[6]);
    check("界", &[6]);
    check("新しい世界", &[6]);
    check("世の中", &[7]);
    check("世広", &[]);
    check("\"ABC世\"", &[7]);
    check("한국", &[8]);
    check("국어", &[8]);
    check("책", &[8]);
    // Exact search ignores the headings, which every passage has.
    check("part", &[]);
    check("nowhere", &[]);
}

#[test]
fn search_never_passes_fts5_operators() {
    let shelf = Shelf::of(&["near and or not body heading whale", "col sea"]);
    for query in [
        "NEAR(whale)",
        "body:whale2",
        "\"whale\" + ^x",
        "{body} : whale",
        "whale) OR (sea",
        "near whale",
        "-sea whale'",
        "whale;--",
        "~whale",
        "+whale",
        "^whale",
        "whale\u{0}x",
        "* whale* x",
        "a*b",
        "\u{301} whale",
    ] {
        if let Ok(query) = Query::parse(query) {
            shelf.store.search(&query, &Scope::default(), 10, 0).unwrap();
            shelf.store.rank_any(&query, &Scope::default(), 10).unwrap();
        }
    }
    assert_eq!(find(&shelf.store, "near whale"), [0]);
    assert_eq!(find(&shelf.store, "~whale"), [0]);
    assert_eq!(find(&shelf.store, "body"), [0]);
}

#[test]
fn search_ranks_by_score_and_then_in_reading_order() {
    let shelf = Shelf::of(&["sea one two", "sea sea sea", "sea one two", "nothing", "other", "none", "more"]);
    let hits = shelf.store.search(&parse("sea"), &Scope::default(), 10, 0).unwrap().hits;
    assert_eq!(hits.iter().map(|hit| hit.passage.ordinal()).collect::<Vec<_>>(), [1, 0, 2]);
    assert!(hits[0].score > hits[1].score && hits[1].score > 0.0);
    let page = shelf.store.search(&parse("sea"), &Scope::default(), 1, 1).unwrap();
    assert_eq!((page.total, page.hits.as_slice()), (3, &hits[1..2]));
}

fn described(title: &str, author: &str, tag: &str, language: &str) -> Metadata {
    Metadata {
        authors: vec!["Someone Else".into(), author.into()],
        subjects: vec![tag.into()],
        language: language.into(),
        series: Some(Series { name: format!("The {tag} Series"), position: Some("1".into()) }),
        identifiers: vec![Identifier { scheme: "isbn".into(), value: "1".into() }],
        ..metadata(title)
    }
}

#[test]
fn search_applies_filters() {
    let shelf = Shelf::new();
    let books = [
        described("Wuthering Heights", "Emily Brontë", "Love", "en-gb"),
        described("L’Étranger", "Albert Camus", "Absurd", "fr"),
        described("Moby-Dick", "Herman Melville", "Whales", "en"),
    ];
    for (book, number) in books.iter().zip(1..) {
        insert_with(&shelf.store, number, &["sea", "sea and more"], book).unwrap();
    }
    let check = |query: &str, expect: &[i64]| {
        let hits = shelf.store.search(&parse(query), &Scope::default(), 100, 0).unwrap();
        let mut rows: Vec<i64> = hits.hits.iter().map(|hit| hit.passage.publication_row()).collect();
        rows.sort_unstable();
        rows.dedup();
        assert_eq!((rows.as_slice(), hits.total), (expect, 2 * expect.len() as u64), "{query}");
    };
    check("sea", &[1, 2, 3]);
    check("sea author:bronte", &[1]);
    check("sea author:\"EMILY BRONTË\"", &[1]);
    check("sea author:\"else emily\"", &[]);
    check("sea -author:bronte", &[2, 3]);
    check("sea title:\"l'etranger\"", &[2]);
    check("sea title:moby", &[3]);
    check("sea tag:whale", &[3]);
    check("sea lang:en", &[1, 3]);
    check("sea lang:EN-GB", &[1]);
    check("sea lang:e", &[]);
    check("sea -lang:en", &[2]);
    check("sea in:\"whales series\"", &[3]);
    check(&format!("sea in:{}", id(2)), &[2]);
    check("sea in:0303", &[3]);
    check("sea format:epub", &[1, 2, 3]);
    check("sea format:txt", &[]);
    check("sea lang:en author:melville", &[3]);
    let within = |rows: &[i64], query: &str| {
        let scope = Scope { publications: Some(rows.to_vec()) };
        shelf.store.search(&parse(query), &scope, 100, 0).unwrap().total
    };
    assert_eq!(within(&[1, 3], "sea"), 4);
    assert_eq!(within(&[2], "sea lang:en"), 0);
    assert_eq!(within(&[], "sea"), 0);
    assert_eq!(shelf.store.rows_matching(&parse("sea lang:en").filters).unwrap(), Some(vec![1, 3]));
    assert_eq!(shelf.store.rows_matching(&[]).unwrap(), None);
}

#[test]
fn search_excludes_the_bin() {
    let shelf = Shelf::new();
    for number in 1..=40 {
        insert(&shelf.store, number, &["sea"]).unwrap();
    }
    let total = || shelf.store.search(&parse("sea"), &Scope::default(), 100, 0).unwrap();
    assert_eq!(total().total, 40);
    for number in 1..=40 {
        if number % 2 == 0 {
            shelf.store.apply(&[membership(100 + number, number, Membership::Bin)]).unwrap();
            // Few hidden publications become ranges between them, many a list of the others.
            let hits = total();
            assert_eq!(hits.total, u64::from(40 - number / 2));
            assert!(
                hits.hits
                    .iter()
                    .all(|hit| hit.passage.publication_row() % 2 == 1
                        || hit.passage.publication_row() > i64::from(number))
            );
        }
    }
    let every_third = Scope { publications: Some((1..=40).step_by(3).collect()) };
    assert_eq!(shelf.store.search(&parse("sea"), &every_third, 100, 0).unwrap().total, 7);
    assert_eq!(shelf.store.rank_any(&parse("sea"), &Scope::default(), 100).unwrap().len(), 20);
    shelf.store.apply(&[membership(200, 2, Membership::Shelf)]).unwrap();
    assert_eq!(total().total, 21);
}

#[test]
fn rank_any_finds_passages_with_any_word() {
    let shelf = Shelf::of(&["the white whale", "a whale of a time", "the of and", "white sail", "one"]);
    let ranked = |query: &str| -> Vec<i64> {
        let hits = shelf.store.rank_any(&relaxed(&parse(query)), &Scope::default(), 10).unwrap();
        hits.iter().map(|hit| hit.passage.ordinal()).collect()
    };
    assert_eq!(ranked("the white whale"), [0, 3, 1]);
    assert_eq!(ranked("white -sail"), [0]);
    // Stop words count if there are no others.
    assert_eq!(ranked("the"), [0, 2]);
    // "part" is in the heading of every passage.
    assert_eq!(ranked("part").len(), 5);
    assert_eq!(ranked("nowhere"), Vec::<i64>::new());
    // Prefixes of two letters are as uninformative as stop words.
    assert_eq!(ranked("wh* sail"), [3]);
    assert_eq!(ranked("wh*").len(), 3);
}

#[test]
fn relaxed_keeps_exclusions_filters_and_informative_words() {
    let check = |query: &str, expect: &str| assert_eq!(relaxed(&parse(query)), parse(expect), "{query}");
    check("white whale -ship author:melville", "white OR whale -ship author:melville");
    check("a scientist or the creature", "scientist OR creature");
    check("\"of the\" \"the whale\" th* who*", "\"the whale\" OR who*");
    check("to be or not", "to OR be OR or OR not");
    check("-the whale of", "whale -the");
}

#[test]
fn search_counts_and_reaches_very_many_matches() {
    let shelf = Shelf::new();
    let text = |n: i64| match n {
        n if n % 1000 == 0 => "sea sea sea sea sea sea",
        n if n % 500 == 0 => "sea sea sea",
        _ => "the sea",
    };
    let texts: Vec<&str> = (0..16_600).map(text).collect();
    insert(&shelf.store, 1, &texts).unwrap();
    let page = |limit, offset| shelf.store.search(&parse("sea"), &Scope::default(), limit, offset).unwrap();
    let first = page(10, 0);
    assert_eq!(first.total, 16_600);
    assert!(first.hits.iter().all(|hit| hit.passage.ordinal() % 1000 == 0));
    let second = page(10, 17);
    assert!(second.hits.iter().all(|hit| hit.passage.ordinal() % 1000 == 500));
    let mut seen: Vec<PassageId> = Vec::new();
    for offset in (0..16_600).step_by(830) {
        seen.extend(page(830, offset).hits.iter().map(|hit| hit.passage));
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 16_600);
    assert_eq!(shelf.store.search(&parse("the"), &Scope::default(), 5, 16_000).unwrap().hits.len(), 5);
}

#[test]
fn search_for_common_words_reaches_every_match_once() {
    let shelf = Shelf::new();
    let text = |n: i64| match n {
        n if n % 100 == 0 => "the sea sea sea of the ship",
        n if n % 5 == 0 => "of the sea",
        _ => "the ship",
    };
    let texts: Vec<&str> = (0..11_000).map(text).collect();
    insert(&shelf.store, 1, &texts).unwrap();
    let check = |query: &str, expect_total: u64, expect_first: i64| {
        let page = |limit, offset| shelf.store.search(&parse(query), &Scope::default(), limit, offset).unwrap();
        let mut seen = Vec::new();
        for offset in (0..).step_by(1_000).take_while(|offset| *offset < usize::try_from(expect_total).unwrap()) {
            let hits = page(1_000, offset);
            assert_eq!(hits.total, expect_total, "{query}");
            seen.extend(hits.hits.iter().map(|hit| hit.passage));
        }
        assert_eq!(seen.first().map(|passage| passage.ordinal()), Some(expect_first), "{query}");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len() as u64, expect_total, "{query}");
    };
    check("the", 11_000, 0);
    check("\"of the\"", 2_200, 0);
    check("t*", 11_000, 0);
    check("the sea", 2_200, 0);
    check("the ship -\"of the ship\"", 8_800, 1);
    check("the OR sea", 11_000, 0);
    check("th* -sea", 8_800, 1);
}

#[test]
fn rank_any_ranks_many_common_words() {
    let shelf = Shelf::new();
    let texts: Vec<&str> = (0..13_000).map(|n| if n == 7_000 { "sea squid" } else { "sea ship" }).collect();
    insert(&shelf.store, 1, &texts).unwrap();
    let hits = shelf.store.rank_any(&parse("sea ship squid"), &Scope::default(), 3).unwrap();
    assert_eq!(hits.first().map(|hit| hit.passage.ordinal()), Some(7_000));
}

#[test]
fn store_and_prepared_passage_are_send_and_sync() {
    fn is_send<T: Send + Sync>() {}
    is_send::<PreparedPassage>();
    is_send::<Store>();
}
