//! Search in the 22 books of the corpus: every hit is counted, and opens at its quote.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::collections::HashSet;

use alexandria_library::domain::op::Membership;
use alexandria_library::{Book, Hit, Library, SearchMode};
use alexandria_tests_corpus::{TestLibrary, assert_opens, corpus, folded, page_text};
use alexandria_tests_support::{is_exhaustive, note};

/// Books of the corpus.
const BOOK_COUNT: usize = 22;

/// A query by meaning: no book has it verbatim.
const SEMANTIC_QUERY: &str = "a scientist regrets the creature he made";

async fn book(library: &Library, title: &str) -> Book {
    let books = library.books(Membership::Shelf).await.unwrap();
    books.into_iter().find(|book| book.metadata.title.contains(title)).unwrap()
}

/// The quote of a hit, resolved in the stored text.
async fn quote_at(library: &Library, hit: &Hit) -> String {
    library.resolve(hit.publication, hit.locator.clone()).await.unwrap().quoted().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hit_is_counted_and_opens_at_its_quote() {
    let Some(folder) = corpus("books") else { return };
    let fixture = TestLibrary::new().await;
    let report = fixture.import(&[folder]).await;
    assert_eq!(
        (report.imported.len(), report.refused.len(), report.duplicates.len()),
        (BOOK_COUNT, 0, 0),
        "{report:?}"
    );

    let moby = book(&fixture.library, "Moby").await;
    let all = fixture.search(r#""white whale""#, SearchMode::Exact, 1000, 0).await;
    let here: Vec<&Hit> = all.hits.iter().filter(|hit| hit.publication == moby.id).collect();
    assert_eq!(here.len() as u64, all.total, "only Moby-Dick mentions the white whale");
    for hit in &all.hits {
        let words = folded(&quote_at(&fixture.library, hit).await);
        assert!(words.starts_with("whitewhale"), "{words}");
    }

    // Counted independently: in the rendered pages, without an index.
    let mut occurrences = 0;
    for section in fixture.library.open_publication(moby.id).await.unwrap().sections {
        let text = folded(&page_text(&fixture.library, moby.id, &section.extent.href).await);
        // "white whalebone" is another word.
        occurrences += text.matches("whitewhale").count() - text.matches("whitewhalebone").count();
    }
    let highlighted: usize = all.hits.iter().map(|hit| hit.highlights.len()).sum();
    assert_eq!(highlighted, occurrences);

    // Paging reaches every hit once.
    let mut seen = HashSet::new();
    for offset in (0..all.total).step_by(7) {
        let page = fixture.search(r#""white whale""#, SearchMode::Exact, 7, usize::try_from(offset).unwrap()).await;
        assert_eq!(page.total, all.total);
        seen.extend(page.hits.iter().map(|hit| (hit.locator.href.clone(), hit.locator.progression.to_bits())));
    }
    assert_eq!(seen.len() as u64, all.total);
    let fixture = fixture.reopen().await;
    assert_eq!(fixture.search(r#""white whale""#, SearchMode::Exact, 1, 0).await.total, all.total);
    check_duplicates(&fixture).await;
}

async fn check_duplicates(fixture: &TestLibrary) {
    let Some(folder) = corpus("books") else { return };
    let report = fixture.import(&[folder]).await;
    assert_eq!((report.imported.len(), report.duplicates.len()), (0, BOOK_COUNT));
}

/// Books that are embedded in a minute or two; all of them take much longer.
const SAMPLE: [&str; 3] = [
    "mary-shelley_frankenstein.epub",
    "h-g-wells_the-time-machine.epub",
    "niccolo-machiavelli_the-prince_w-k-marriott.epub",
];

#[tokio::test(flavor = "multi_thread")]
async fn semantic_search_finds_the_book() {
    let Some(folder) = corpus("books") else { return };
    let files = if is_exhaustive() { vec![folder] } else { SAMPLE.map(|name| folder.join(name)).to_vec() };
    let fixture = TestLibrary::new().await;
    let report = fixture.import(&files).await;
    let count = if is_exhaustive() { BOOK_COUNT } else { SAMPLE.len() };
    assert_eq!(report.imported.len(), count, "{report:?}");
    note(&format!("semantic search in {count} of {BOOK_COUNT} books"));
    fixture.library.embed(&alexandria_library::CancellationToken::new()).await.unwrap();
    let status = fixture.library.status().await.unwrap();
    assert_eq!(status.embedded, status.passages);
    // From here on, everything is read from the disk.
    let fixture = fixture.reopen().await;
    let frankenstein = book(&fixture.library, "Frankenstein").await;
    for mode in [SearchMode::Semantic, SearchMode::Hybrid] {
        let results = fixture.search(SEMANTIC_QUERY, mode, 10, 0).await;
        assert_eq!(results.hits.first().map(|hit| hit.publication), Some(frankenstein.id), "{mode:?}");
        assert_eq!(results.not_embedded, 0);
        for hit in &results.hits {
            assert!(!quote_at(&fixture.library, hit).await.is_empty());
            assert_opens(&fixture.library, hit).await;
        }
    }
    check_pasted_page(&fixture, &frankenstein).await;
    check_deletion(&fixture, &frankenstein, count - 1).await;
}

/// Searches for a page copied from the middle of a chapter: the best hit is one of the passages on it.
async fn check_pasted_page(fixture: &TestLibrary, book: &Book) {
    const PAGE_CHARS: usize = 4_000;
    let sections = fixture.library.open_publication(book.id).await.unwrap().sections;
    let mut pages = 0;
    for section in &sections {
        let text: Vec<char> = page_text(&fixture.library, book.id, &section.extent.href).await.chars().collect();
        if text.len() < 4 * PAGE_CHARS {
            continue;
        }
        let middle = text.len() / 2;
        let page: String = text.iter().skip(middle).take(PAGE_CHARS).collect();
        for mode in [SearchMode::Semantic, SearchMode::Hybrid] {
            let results = fixture.search(&page, mode, 1, 0).await;
            let hit = results.hits.first().unwrap();
            assert_eq!((hit.publication, &hit.locator.href), (book.id, &section.extent.href), "{mode:?}");
            // The page has more white space than the section's text, and its first passage may start before it.
            let share = |chars: usize| chars as f64 / text.len() as f64;
            let on_page = share(middle) - 0.1..share(middle + PAGE_CHARS) + 0.1;
            assert!(on_page.contains(&hit.locator.progression), "{mode:?} {on_page:?}: {:?}", hit.locator);
        }
        pages += 1;
    }
    assert!(pages > 3, "{pages} chapters are long enough");
}

/// Number of exact hits in a book.
async fn exact_hits(fixture: &TestLibrary, book: &Book) -> usize {
    let results = fixture.search("frankenstein", SearchMode::Exact, 1000, 0).await;
    results.hits.iter().filter(|hit| hit.publication == book.id).count()
}

/// Deletes the book, after which `others` books are left.
async fn check_deletion(fixture: &TestLibrary, book: &Book, others: usize) {
    fixture.library.remove(vec![book.id]).await.unwrap();
    let binned = fixture.search(SEMANTIC_QUERY, SearchMode::Semantic, 50, 0).await;
    assert!(binned.hits.iter().all(|hit| hit.publication != book.id));
    assert_eq!(exact_hits(fixture, book).await, 0);
    fixture.library.restore(vec![book.id]).await.unwrap();
    assert!(exact_hits(fixture, book).await > 0);
    fixture.library.delete(vec![book.id]).await.unwrap();
    let status = fixture.library.status().await.unwrap();
    assert_eq!((status.publications, status.binned), (others as u64, 0));
    assert_eq!(status.embedded, status.passages);
    let findings = fixture.library.check(&alexandria_library::Watch::default()).await.unwrap();
    assert!(findings.iter().all(|finding| finding.severity == alexandria_library::Severity::Ok), "{findings:?}");
}
