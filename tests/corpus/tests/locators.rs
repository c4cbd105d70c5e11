//! Property: the locator of a hit opens the book at the same quote. Random passages of the whole corpus; semantic hits are
//! opened in `books.rs`, where there are vectors.

#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use alexandria_library::domain::op::Membership;
use alexandria_library::{Book, Hit, Library, Results, SearchMode, SearchRequest};
use alexandria_tests_corpus::{TestLibrary, assert_opens, corpus};
use alexandria_tests_support::{SeededRng, is_exhaustive, note};

/// Words common enough to reach passages of every kind in every book.
const QUERIES: [&str; 12] =
    ["the", "and", "which", "said", "never", "upon", "house", "night", "reason", "money", "sea", "chapter"];

/// The hit at an offset among those in one book.
async fn hit_at(library: &Library, book: &Book, word: &str, offset: u64) -> Results {
    let offset = usize::try_from(offset).unwrap();
    let (query, publication) = (word.to_owned(), Some(book.id));
    let request = SearchRequest { query, mode: SearchMode::Exact, limit: 1, offset, publication };
    library.search(request).await.unwrap()
}

/// A random hit in one book; `None` if there is none.
async fn random_hit(library: &Library, book: &Book, word: &str, rng: &mut SeededRng) -> Option<Hit> {
    let total = hit_at(library, book, word, 0).await.total;
    hit_at(library, book, word, rng.below(total)).await.hits.pop()
}

#[tokio::test(flavor = "multi_thread")]
async fn locators_open_at_their_quotes() {
    let Some(folder) = corpus("books") else { return };
    let mut rng = SeededRng::new();
    note(&format!("random passages, ALEXANDRIA_SEED={}", rng.seed));
    let fixture = TestLibrary::new().await;
    fixture.import(&[folder]).await;
    // From here on, everything is read from the disk.
    let fixture = fixture.reopen().await;
    let (rounds, mut checked) = (if is_exhaustive() { 20 } else { 1 }, 0_u32);
    for book in fixture.library.books(Membership::Shelf).await.unwrap() {
        for word in QUERIES.iter().cycle().take(rounds * QUERIES.len()) {
            let Some(hit) = random_hit(&fixture.library, &book, word, &mut rng).await else { continue };
            let stored = fixture.library.resolve(hit.publication, hit.locator.clone()).await.unwrap();
            assert_eq!(stored.quoted().unwrap(), hit.locator.text.highlight);
            let before = stored.text.get(..stored.range.start).unwrap();
            assert!(before.ends_with(&hit.locator.text.before), "{:?}", hit.locator);
            assert_opens(&fixture.library, &hit).await;
            checked += 1;
        }
    }
    assert!(checked > 150, "only {checked} passages were opened");
    note(&format!("{checked} passages of the corpus were opened at their quotes"));
}
