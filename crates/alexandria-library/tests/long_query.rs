//! Queries of up to a page, with the real embedding model.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::fs;
use std::ops::Range;

use alexandria_domain::query::MAX_TERMS;
use alexandria_domain::{CodedError, ErrorCode, PublicationId, QueryError};
use alexandria_library::{
    CancellationToken, Library, Passphrase, Results, SearchError, SearchMode, SearchRequest, Unlock,
};
use tempfile::TempDir;

const GARDEN: &str = "The gardener waters the roses every evening and prunes them in spring. She turns the soil, sows beans \
                      and peas, and carries the weeds to the compost before the rain comes.";
const CHESS: &str = "She opened with the queen's pawn and castled before he could attack her king. He sacrificed a rook for \
                     two bishops, but the passed pawn decided the endgame.";
const SEA: &str = "The ship left the harbour at dawn, and by noon the storm had torn her sails. The captain lashed himself \
                   to the wheel, and the crew pumped water from the hold all night.";

/// A library with the given texts, one book each, all embedded.
async fn library_of(texts: &[&str]) -> (TempDir, Library, Vec<PublicationId>) {
    let folder = TempDir::new().unwrap();
    let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
    let library = Library::create(&folder.path().join("library"), unlock).await.unwrap();
    let mut books = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let file = folder.path().join(format!("{number}.txt"));
        fs::write(&file, text).unwrap();
        books.push(library.import(vec![file]).wait().await.imported.first().unwrap().id);
    }
    library.embed(&CancellationToken::new()).await.unwrap();
    (folder, library, books)
}

async fn search(library: &Library, query: &str, mode: SearchMode) -> Result<Results, SearchError> {
    let request = SearchRequest { query: query.to_owned(), mode, limit: 10, offset: 0, publication: None };
    library.search(request).await
}

/// More than the model's input: a page on `subject`, with `other` in between.
fn page(subject: &str, other: &str) -> String {
    [subject, subject, other, subject, subject, other, subject, subject, subject, other, subject].join("\n\n").repeat(2)
}

/// The first sentence of a text.
fn sentence(text: &str) -> &str {
    text.split_inclusive(". ").next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn semantic_and_hybrid_search_find_a_pasted_page() {
    let (_folder, library, books) = library_of(&[GARDEN, CHESS, SEA]).await;
    for (book, subject, other) in [(0, GARDEN, SEA), (1, CHESS, GARDEN), (2, SEA, CHESS)] {
        // Words are compared as a set, so a page with all words of two books is as much about the one as about the other.
        // Vectors see how much of the page each of them is.
        for (mode, other) in [(SearchMode::Semantic, other), (SearchMode::Hybrid, sentence(other))] {
            let query = page(subject, other);
            assert!(query.split_whitespace().count() > 6 * MAX_TERMS && query.chars().count() < 8_000, "{mode:?}");
            let results = search(&library, &query, mode).await.unwrap();
            assert_eq!(results.hits.first().map(|hit| hit.publication), books.get(book).copied(), "{mode:?}");
            assert!(results.unused_words.is_empty(), "the complete text was compared");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exact_search_reports_the_unused_words_of_a_long_text() {
    let words = |numbers: Range<usize>| numbers.map(|number| format!("w{number}")).collect::<Vec<_>>();
    let text = [words(0..MAX_TERMS).join(" "), words(MAX_TERMS..200).join(" ")].join("\n\n");
    let (_folder, library, books) = library_of(&[&text, CHESS]).await;
    let results = search(&library, &format!("{text} {CHESS}"), SearchMode::Exact).await.unwrap();
    assert_eq!(results.hits.first().map(|hit| hit.publication), books.first().copied());
    assert!(!results.relaxed, "the words used are all in the first paragraph");
    let unused = &results.unused_words;
    assert!(unused.starts_with(&words(MAX_TERMS..200)), "{unused:?}");
    assert!(unused.iter().any(|word| word == "queen's"), "{unused:?}");
    assert_eq!(search(&library, CHESS, SearchMode::Exact).await.unwrap().unused_words, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn search_rejects_a_text_longer_than_a_page() {
    let (_folder, library, _books) = library_of(&[SEA]).await;
    for mode in [SearchMode::Exact, SearchMode::Semantic, SearchMode::Hybrid] {
        let error = search(&library, &"sea ".repeat(2_001), mode).await.unwrap_err();
        assert!(matches!(error, SearchError::Query(QueryError::TooLong)), "{error}");
        assert_eq!(error.code(), ErrorCode::MalformedQuery);
    }
}
