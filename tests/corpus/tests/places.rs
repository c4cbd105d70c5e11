//! Law: a passage's locator opens at the same words, for passages all over the corpus.

use alexandria_library::domain::op::Membership;
use alexandria_library::{SearchMode, SearchRequest};
use alexandria_tests_corpus::{Shelf, corpus};

/// Words common enough to reach passages of every kind in every book.
const PROBES: [&str; 12] =
    ["the", "and", "which", "said", "never", "upon", "house", "night", "reason", "money", "sea", "chapter"];

#[tokio::test(flavor = "multi_thread")]
async fn locators_open_at_their_words() {
    let Some(folder) = corpus("books") else { return };
    let shelf = Shelf::new().await;
    shelf.import(&[folder]).await;
    let mut checked = 0_u32;
    for book in shelf.library.books(Membership::Shelf).await.unwrap() {
        for (n, probe) in PROBES.iter().enumerate() {
            let request = SearchRequest {
                query: (*probe).to_owned(),
                mode: SearchMode::Exact,
                limit: 5,
                offset: n * 3,
                publication: Some(book.id),
            };
            for hit in shelf.library.search(request).await.unwrap().hits {
                let resolved = shelf.library.resolve(hit.publication, hit.locator.clone()).await.unwrap();
                assert_eq!(resolved.words(), hit.locator.text.highlight);
                let before = resolved.text.get(..resolved.range.start).unwrap();
                assert!(before.ends_with(&hit.locator.text.before), "{:?}", hit.locator);
                checked += 1;
            }
        }
    }
    assert!(checked > 500, "only {checked} places were checked");
}
