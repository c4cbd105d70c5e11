//! The 22 books of the corpus: everything that is found is counted, and opens where it was found.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::collections::HashSet;
use std::path::PathBuf;

use alexandria_library::domain::op::Membership;
use alexandria_library::domain::quote;
use alexandria_library::{Book, Hit, Library, SearchMode};
use alexandria_tests_corpus::{Shelf, corpus};

async fn book(library: &Library, title: &str) -> Book {
    let books = library.books(Membership::Shelf).await.unwrap();
    books.into_iter().find(|book| book.metadata.title.contains(title)).unwrap()
}

/// The hit's words, read back from the stored text at its locator.
async fn words_at(library: &Library, hit: &Hit) -> String {
    library.resolve(hit.publication, hit.locator.clone()).await.unwrap().words().to_owned()
}

/// The significant characters of a text in lower case, with apostrophes made straight.
fn folded(text: &str) -> String {
    text.chars().filter(|c| quote::is_significant(*c)).flat_map(char::to_lowercase).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hit_is_counted_and_opens_at_its_words() {
    let Some(folder) = corpus("books") else { return };
    let shelf = Shelf::new().await;
    let report = shelf.import(&[folder]).await;
    assert_eq!((report.imported.len(), report.refused.len(), report.duplicates.len()), (22, 0, 0), "{report:?}");

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
    for (section, _, _) in shelf.library.open_publication(moby.id).await.unwrap().sections {
        let text = section_text(&shelf.library, &moby, &section.href).await;
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
    assert_eq!((report.imported.len(), report.duplicates.len()), (0, 22));
}

/// The significant characters of a section's page, as the reader shows it.
async fn section_text(library: &Library, book: &Book, href: &str) -> String {
    let page = library.page(book.id, href, "book://localhost/x").await.unwrap();
    folded(&visible(&page.html))
}

/// Text between tags, outside the head and outside skipped elements; enough for well-formed pages.
fn visible(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let mut text = String::new();
    let mut skipping: Option<(String, u32)> = None;
    for piece in body.split('<').skip(1) {
        let Some((tag, words)) = piece.split_once('>') else { continue };
        let name: String =
            tag.trim_start_matches('/').chars().take_while(|c| !c.is_whitespace() && *c != '/').collect();
        match &mut skipping {
            Some((open, depth)) if *open == name => {
                let change = i64::from(!tag.starts_with('/')) - i64::from(tag.starts_with('/'));
                *depth = u32::try_from(i64::from(*depth) + change).unwrap();
                if *depth == 0 {
                    skipping = None;
                }
            }
            None if tag.contains("data-alx-skip") && !tag.ends_with('/') => skipping = Some((name, 1)),
            _ => {}
        }
        if skipping.is_none() {
            text.push_str(words);
        }
    }
    text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ")
}

#[tokio::test(flavor = "multi_thread")]
async fn meaning_finds_the_book() {
    let Some(folder) = corpus("books") else { return };
    let named = |name: &str| -> PathBuf { folder.join(name) };
    let shelf = Shelf::new().await;
    let report = shelf
        .import(&[
            named("mary-shelley_frankenstein.epub"),
            named("h-g-wells_the-time-machine.epub"),
            named("niccolo-machiavelli_the-prince_w-k-marriott.epub"),
        ])
        .await;
    assert_eq!(report.imported.len(), 3, "{report:?}");
    shelf.library.embed(&alexandria_library::CancellationToken::new()).await.unwrap();
    let status = shelf.library.status().await.unwrap();
    assert_eq!(status.embedded, status.passages);
    let frankenstein = book(&shelf.library, "Frankenstein").await;
    for mode in [SearchMode::Semantic, SearchMode::Hybrid] {
        let results = shelf.search("a scientist regrets the creature he made", mode, 10, 0).await;
        assert_eq!(results.hits.first().map(|hit| hit.publication), Some(frankenstein.id), "{mode:?}");
        assert_eq!(results.not_embedded, 0);
        for hit in &results.hits {
            assert!(!words_at(&shelf.library, hit).await.is_empty());
        }
    }
    deletion_leaves_no_vector(&shelf, &frankenstein).await;
}

async fn deletion_leaves_no_vector(shelf: &Shelf, book: &Book) {
    shelf.library.remove(vec![book.id]).await.unwrap();
    let binned = shelf.search("a scientist regrets the creature he made", SearchMode::Semantic, 50, 0).await;
    assert!(binned.hits.iter().all(|hit| hit.publication != book.id));
    assert_eq!(shelf.search("frankenstein", SearchMode::Exact, 1, 0).await.total, 0);
    shelf.library.restore(vec![book.id]).await.unwrap();
    assert!(shelf.search("frankenstein", SearchMode::Exact, 1, 0).await.total > 0);
    shelf.library.delete(vec![book.id]).await.unwrap();
    let status = shelf.library.status().await.unwrap();
    assert_eq!((status.publications, status.binned), (2, 0));
    assert_eq!(status.embedded, status.passages);
    let findings = shelf.library.check().await.unwrap();
    assert!(findings.iter().all(|finding| finding.severity == alexandria_library::Severity::Fine), "{findings:?}");
}
