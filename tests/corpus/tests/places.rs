//! Law: wherever a passage is found, its locator opens the book again at the same words. Random passages all over the
//! corpus; those that are found by meaning are opened in `books.rs`, where there are vectors.

#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use alexandria_library::domain::op::Membership;
use alexandria_library::{Book, Hit, Library, Results, SearchMode, SearchRequest};
use alexandria_tests_corpus::{Shelf, assert_opens, corpus};
use alexandria_tests_support::{SeededRng, is_exhaustive, note};

/// Words common enough to reach passages of every kind in every book.
const PROBES: [&str; 12] =
    ["the", "and", "which", "said", "never", "upon", "house", "night", "reason", "money", "sea", "chapter"];

/// The passage of the book with that word that comes after so many others with it.
async fn hit_after(library: &Library, book: &Book, word: &str, offset: u64) -> Results {
    let offset = usize::try_from(offset).unwrap();
    let (query, publication) = (word.to_owned(), Some(book.id));
    let request = SearchRequest { query, mode: SearchMode::Exact, limit: 1, offset, publication };
    library.search(request).await.unwrap()
}

/// Any of the book's passages with that word; `None` if there is none.
async fn any_hit(library: &Library, book: &Book, word: &str, rng: &mut SeededRng) -> Option<Hit> {
    let total = hit_after(library, book, word, 0).await.total;
    hit_after(library, book, word, rng.below(total)).await.hits.pop()
}

#[tokio::test(flavor = "multi_thread")]
async fn locators_open_at_their_words() {
    let Some(folder) = corpus("books") else { return };
    let mut rng = SeededRng::new();
    note(&format!("places at random, ALEXANDRIA_SEED={}", rng.seed));
    let shelf = Shelf::new().await;
    shelf.import(&[folder]).await;
    // What is found from here on is read from the disk.
    let shelf = shelf.reopen().await;
    let (rounds, mut checked) = (if is_exhaustive() { 20 } else { 1 }, 0_u32);
    for book in shelf.library.books(Membership::Shelf).await.unwrap() {
        for word in PROBES.iter().cycle().take(rounds * PROBES.len()) {
            let Some(hit) = any_hit(&shelf.library, &book, word, &mut rng).await else { continue };
            let stored = shelf.library.resolve(hit.publication, hit.locator.clone()).await.unwrap();
            assert_eq!(stored.quoted().unwrap(), hit.locator.text.highlight);
            let before = stored.text.get(..stored.range.start).unwrap();
            assert!(before.ends_with(&hit.locator.text.before), "{:?}", hit.locator);
            assert_opens(&shelf.library, &hit).await;
            checked += 1;
        }
    }
    assert!(checked > 150, "only {checked} places were opened");
    note(&format!("{checked} places of the corpus were opened again at their words"));
}
