//! One changed bit inside the vector index, of which neither the manifest nor a header tells. Whatever comes upon it
//! begins the index anew and goes on.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

use alexandria_library::domain::PublicationId;
use alexandria_library::{CancellationToken, SearchMode, Severity};
use alexandria_tests_corpus::Shelf;

const GARDEN: &str = "The gardener waters the roses every evening and prunes them in spring.";
const CHESS: &str = "She opened with the queen's pawn and castled before he could attack her king.";
const SEA: &str = "The ship left the harbour at dawn, and by noon the storm had torn her sails.";

/// Plaintext bytes that are sealed together: of a shorter file every byte is needed whatever is read of it.
const CHUNK: u64 = 1 << 16;

/// A library whose index has one changed bit.
struct Damaged {
    shelf: Shelf,
    garden: PublicationId,
    chess: PublicationId,
}

impl Damaged {
    /// In a short index the bit is in all that can be read of it; in a long one it is in a vector, and the list of
    /// passages can be read.
    async fn new(long: bool) -> Self {
        let shelf = Shelf::new().await;
        let garden = import(&shelf, "garden.txt", GARDEN).await;
        let chess = import(&shelf, "chess.txt", CHESS).await;
        if long {
            let chapter = |number| format!("## House {number}\n\nThe lamps burned low in house {number}.\n\n");
            import(&shelf, "lamps.md", &(0..400).map(chapter).collect::<String>()).await;
        }
        embed(&shelf).await;
        let length = Cell::new(0);
        let shelf = shelf.reopen_after(|library| length.set(flip(&data(library)))).await;
        assert_eq!(length.get() > 3 * CHUNK, long, "{} bytes", length.get());
        Self { shelf, garden, chess }
    }

    /// How the library's own check finds the vectors.
    async fn vectors(&self) -> Severity {
        let findings = self.shelf.library.check().await.unwrap();
        findings.iter().find(|finding| finding.check == "vectors").unwrap().severity
    }

    /// The publications that are found, best first.
    async fn found(&self, mode: SearchMode, query: &str) -> Vec<PublicationId> {
        self.shelf.search(query, mode, 10, 0).await.hits.iter().map(|hit| hit.publication).collect()
    }

    /// Makes what vectors are missing, and sees whether all is well again.
    async fn check_mended(&self) {
        embed(&self.shelf).await;
        assert_eq!(self.vectors().await, Severity::Ok);
        assert_eq!(self.found(SearchMode::Semantic, "tending flowers").await.first(), Some(&self.garden));
    }
}

async fn import(shelf: &Shelf, name: &str, text: &str) -> PublicationId {
    let file = shelf.outside().join(name);
    fs::write(&file, text).unwrap();
    shelf.import(&[file]).await.imported.first().unwrap().id
}

async fn embed(shelf: &Shelf) {
    shelf.library.embed(&CancellationToken::new()).await.unwrap();
}

/// The one data file of the index.
fn data(library: &Path) -> PathBuf {
    let files = fs::read_dir(library.join("index/vectors.lance/data")).unwrap();
    let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "all vectors were added at once");
    files.first().unwrap().clone()
}

/// Changes one bit in the middle of a file. Gives its length.
fn flip(file: &Path) -> u64 {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    *bytes.get_mut(middle).unwrap() ^= 1;
    fs::write(file, &bytes).unwrap();
    bytes.len() as u64
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_reports_it_and_mends_it_when_asked() {
    for long in [false, true] {
        let damaged = Damaged::new(long).await;
        assert_eq!(damaged.vectors().await, Severity::Error, "long: {long}");
        let findings = damaged.shelf.library.repair().await.unwrap();
        let vectors = findings.iter().find(|finding| finding.check == "vectors").unwrap();
        assert_eq!(vectors.severity, Severity::Warning, "they wait to be made: {}", vectors.message);
        damaged.check_mended().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_by_meaning_says_that_nothing_can_be_found_yet() {
    for long in [false, true] {
        let damaged = Damaged::new(long).await;
        let results = damaged.shelf.search("tending flowers", SearchMode::Semantic, 10, 0).await;
        let passages = damaged.shelf.library.status().await.unwrap().passages;
        assert_eq!((results.hits.len(), results.not_embedded), (0, passages), "long: {long}");
        damaged.check_mended().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_by_both_finds_words() {
    for long in [false, true] {
        let damaged = Damaged::new(long).await;
        assert_eq!(damaged.found(SearchMode::Hybrid, "roses").await, [damaged.garden], "long: {long}");
        damaged.check_mended().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_is_deleted_with_its_text_and_its_file() {
    for long in [false, true] {
        let damaged = Damaged::new(long).await;
        damaged.shelf.library.delete(vec![damaged.chess]).await.unwrap();
        assert_eq!(damaged.found(SearchMode::Exact, "castled").await, []);
        let name = damaged.chess.to_string();
        let Damaged { shelf, garden, chess } = damaged;
        let left = Cell::new(true);
        let shelf = shelf
            .reopen_after(|library| {
                let file = library.join("blobs").join(name.get(..2).unwrap()).join(&name);
                left.set(file.exists());
            })
            .await;
        assert!(!left.get(), "long: {long}");
        let damaged = Damaged { shelf, garden, chess };
        damaged.check_mended().await;
        assert!(!damaged.found(SearchMode::Semantic, "a board game").await.contains(&chess));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn making_vectors_makes_all_of_them_again() {
    for long in [false, true] {
        let damaged = Damaged::new(long).await;
        let sea = import(&damaged.shelf, "sea.txt", SEA).await;
        damaged.check_mended().await;
        assert_eq!(damaged.found(SearchMode::Semantic, "sailing").await.first(), Some(&sea), "long: {long}");
    }
}
