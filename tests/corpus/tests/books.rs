//! The 22 books of the corpus: everything that is found is counted, and opens where it was found.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::collections::HashSet;

use alexandria_library::domain::op::Membership;
use alexandria_library::{Book, Hit, Library, SearchMode};
use alexandria_tests_corpus::{Shelf, assert_opens, corpus, folded, page_text};
use alexandria_tests_support::{is_exhaustive, note};

/// Books of the corpus.
const ALL: usize = 22;

/// What no book says in these words.
const MEANING: &str = "a scientist regrets the creature he made";

async fn book(library: &Library, title: &str) -> Book {
    let books = library.books(Membership::Shelf).await.unwrap();
    books.into_iter().find(|book| book.metadata.title.contains(title)).unwrap()
}

/// The hit's words, read back from the stored text at its locator.
async fn words_at(library: &Library, hit: &Hit) -> String {
    library.resolve(hit.publication, hit.locator.clone()).await.unwrap().quoted().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hit_is_counted_and_opens_at_its_words() {
    let Some(folder) = corpus("books") else { return };
    let shelf = Shelf::new().await;
    let report = shelf.import(&[folder]).await;
    assert_eq!((report.imported.len(), report.refused.len(), report.duplicates.len()), (ALL, 0, 0), "{report:?}");

    let moby = book(&shelf.library, "Moby").await;
    let all = shelf.search(r#""white whale""#, SearchMode::Exact, 1000, 0).await;
    let here: Vec<&Hit> = all.hits.iter().filter(|hit| hit.publication == moby.id).collect();
    assert_eq!(here.len() as u64, all.total, "only Moby-Dick speaks of the white whale");
    for hit in &all.hits {
        let words = folded(&words_at(&shelf.library, hit).await);
        assert!(words.starts_with("whitewhale"), "{words}");
    }

    // Counted independently: pages of the book as the reader shows them, without any index.
    let mut occurrences = 0;
    for section in shelf.library.open_publication(moby.id).await.unwrap().sections {
        let text = folded(&page_text(&shelf.library, moby.id, &section.extent.href).await);
        // Melville also writes of "white whalebone", which is another word.
        occurrences += text.matches("whitewhale").count() - text.matches("whitewhalebone").count();
    }
    let highlighted: usize = all.hits.iter().map(|hit| hit.highlights.len()).sum();
    assert_eq!(highlighted, occurrences);

    // Paging reaches every hit once.
    let mut seen = HashSet::new();
    for offset in (0..all.total).step_by(7) {
        let page = shelf.search(r#""white whale""#, SearchMode::Exact, 7, usize::try_from(offset).unwrap()).await;
        assert_eq!(page.total, all.total);
        seen.extend(page.hits.iter().map(|hit| (hit.locator.href.clone(), hit.locator.progression.to_bits())));
    }
    assert_eq!(seen.len() as u64, all.total);
    let shelf = shelf.reopen().await;
    assert_eq!(shelf.search(r#""white whale""#, SearchMode::Exact, 1, 0).await.total, all.total);
    again_is_a_duplicate(&shelf).await;
}

async fn again_is_a_duplicate(shelf: &Shelf) {
    let Some(folder) = corpus("books") else { return };
    let report = shelf.import(&[folder]).await;
    assert_eq!((report.imported.len(), report.duplicates.len()), (0, ALL));
}

/// Three books, which are given their vectors in a minute or two; for all of them that takes much longer.
const FEW: [&str; 3] = [
    "mary-shelley_frankenstein.epub",
    "h-g-wells_the-time-machine.epub",
    "niccolo-machiavelli_the-prince_w-k-marriott.epub",
];

#[tokio::test(flavor = "multi_thread")]
async fn meaning_finds_the_book() {
    let Some(folder) = corpus("books") else { return };
    let files = if is_exhaustive() { vec![folder] } else { FEW.map(|name| folder.join(name)).to_vec() };
    let shelf = Shelf::new().await;
    let report = shelf.import(&files).await;
    let count = if is_exhaustive() { ALL } else { FEW.len() };
    assert_eq!(report.imported.len(), count, "{report:?}");
    note(&format!("a book is looked for by meaning among {count} of {ALL}"));
    shelf.library.embed(&alexandria_library::CancellationToken::new()).await.unwrap();
    let status = shelf.library.status().await.unwrap();
    assert_eq!(status.embedded, status.passages);
    // What is found from here on is read from the disk.
    let shelf = shelf.reopen().await;
    let frankenstein = book(&shelf.library, "Frankenstein").await;
    for mode in [SearchMode::Semantic, SearchMode::Hybrid] {
        let results = shelf.search(MEANING, mode, 10, 0).await;
        assert_eq!(results.hits.first().map(|hit| hit.publication), Some(frankenstein.id), "{mode:?}");
        assert_eq!(results.not_embedded, 0);
        for hit in &results.hits {
            assert!(!words_at(&shelf.library, hit).await.is_empty());
            assert_opens(&shelf.library, hit).await;
        }
    }
    a_pasted_page_finds_its_own_passages(&shelf, &frankenstein).await;
    deletion_leaves_no_vector(&shelf, &frankenstein, count - 1).await;
}

/// Searches for a page copied from the middle of a chapter: the best hit is one of the passages on it.
async fn a_pasted_page_finds_its_own_passages(shelf: &Shelf, book: &Book) {
    const PAGE_CHARS: usize = 4_000;
    let sections = shelf.library.open_publication(book.id).await.unwrap().sections;
    let mut pages = 0;
    for section in &sections {
        let text: Vec<char> = page_text(&shelf.library, book.id, &section.extent.href).await.chars().collect();
        if text.len() < 4 * PAGE_CHARS {
            continue;
        }
        let middle = text.len() / 2;
        let page: String = text.iter().skip(middle).take(PAGE_CHARS).collect();
        for mode in [SearchMode::Semantic, SearchMode::Hybrid] {
            let results = shelf.search(&page, mode, 1, 0).await;
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

/// How many passages of a book are found that have a word of its title.
async fn found_in(shelf: &Shelf, book: &Book) -> usize {
    let results = shelf.search("frankenstein", SearchMode::Exact, 1000, 0).await;
    results.hits.iter().filter(|hit| hit.publication == book.id).count()
}

/// Deletes the book, after which so many `others` are left.
async fn deletion_leaves_no_vector(shelf: &Shelf, book: &Book, others: usize) {
    shelf.library.remove(vec![book.id]).await.unwrap();
    let binned = shelf.search(MEANING, SearchMode::Semantic, 50, 0).await;
    assert!(binned.hits.iter().all(|hit| hit.publication != book.id));
    assert_eq!(found_in(shelf, book).await, 0);
    shelf.library.restore(vec![book.id]).await.unwrap();
    assert!(found_in(shelf, book).await > 0);
    shelf.library.delete(vec![book.id]).await.unwrap();
    let status = shelf.library.status().await.unwrap();
    assert_eq!((status.publications, status.binned), (others as u64, 0));
    assert_eq!(status.embedded, status.passages);
    let findings = shelf.library.check().await.unwrap();
    assert!(findings.iter().all(|finding| finding.severity == alexandria_library::Severity::Ok), "{findings:?}");
}
