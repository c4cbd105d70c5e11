//! A flipped bit inside the vector index, which neither the manifest nor a header shows. Whoever reads it rebuilds the index
//! and goes on.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

use alexandria_library::domain::PublicationId;
use alexandria_library::{CancellationToken, SearchMode, Severity};
use alexandria_tests_corpus::TestLibrary;

const GARDEN: &str = "The gardener waters the roses every evening and prunes them in spring.";
const CHESS: &str = "She opened with the queen's pawn and castled before he could attack her king.";
const SEA: &str = "The ship left the harbour at dawn, and by noon the storm had torn her sails.";

/// Plaintext bytes per authenticated chunk: a damaged chunk is unreadable as a whole.
const CHUNK_BYTES: u64 = 1 << 16;

/// A library whose index has a flipped bit.
struct DamagedIndex {
    fixture: TestLibrary,
    garden: PublicationId,
    chess: PublicationId,
}

impl DamagedIndex {
    /// In a short index the only chunk is damaged; in a long one a chunk of vectors is, and the passage ids can be read.
    async fn new(long: bool) -> Self {
        let fixture = TestLibrary::new().await;
        let garden = import(&fixture, "garden.txt", GARDEN).await;
        let chess = import(&fixture, "chess.txt", CHESS).await;
        if long {
            let chapter = |number| format!("## House {number}\n\nThe lamps burned low in house {number}.\n\n");
            import(&fixture, "lamps.md", &(0..400).map(chapter).collect::<String>()).await;
        }
        embed(&fixture).await;
        let length = Cell::new(0);
        let fixture = fixture.reopen_after(|library| length.set(flip(&data(library)))).await;
        assert_eq!(length.get() > 3 * CHUNK_BYTES, long, "{} bytes", length.get());
        Self { fixture, garden, chess }
    }

    /// The result of the health check of the vectors.
    async fn severity(&self) -> Severity {
        let findings = self.fixture.library.check(&alexandria_library::Watch::default()).await.unwrap();
        findings.iter().find(|finding| finding.check == "vectors").unwrap().severity
    }

    /// The publications of the hits, best first.
    async fn hits(&self, mode: SearchMode, query: &str) -> Vec<PublicationId> {
        self.fixture.search(query, mode, 10, 0).await.hits.iter().map(|hit| hit.publication).collect()
    }

    /// Embeds missing passages, and checks that the index is repaired.
    async fn check_repaired(&self) {
        embed(&self.fixture).await;
        assert_eq!(self.severity().await, Severity::Ok);
        assert_eq!(self.hits(SearchMode::Semantic, "tending flowers").await.first(), Some(&self.garden));
    }
}

async fn import(fixture: &TestLibrary, name: &str, text: &str) -> PublicationId {
    let file = fixture.outside().join(name);
    fs::write(&file, text).unwrap();
    fixture.import(&[file]).await.imported.first().unwrap().id
}

async fn embed(fixture: &TestLibrary) {
    fixture.library.embed(&CancellationToken::new()).await.unwrap();
}

/// The one data file of the index.
fn data(library: &Path) -> PathBuf {
    let files = fs::read_dir(library.join("index/vectors.lance/data")).unwrap();
    let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "all vectors were added at once");
    files.first().unwrap().clone()
}

/// Flips a bit in the middle of a file. Returns its length in bytes.
fn flip(file: &Path) -> u64 {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    *bytes.get_mut(middle).unwrap() ^= 1;
    fs::write(file, &bytes).unwrap();
    bytes.len() as u64
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_reports_and_repairs_a_damaged_index() {
    for long in [false, true] {
        let damaged = DamagedIndex::new(long).await;
        assert_eq!(damaged.severity().await, Severity::Error, "long: {long}");
        let findings = damaged.fixture.library.repair(&alexandria_library::Watch::default()).await.unwrap();
        let vectors = findings.iter().find(|finding| finding.check == "vectors").unwrap();
        assert_eq!(vectors.severity, Severity::Warning, "passages are not embedded yet: {}", vectors.message);
        damaged.check_repaired().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn semantic_search_on_damaged_index_reports_missing_vectors() {
    for long in [false, true] {
        let damaged = DamagedIndex::new(long).await;
        let results = damaged.fixture.search("tending flowers", SearchMode::Semantic, 10, 0).await;
        let passages = damaged.fixture.library.status().await.unwrap().passages;
        assert_eq!((results.hits.len(), results.not_embedded), (0, passages), "long: {long}");
        damaged.check_repaired().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hybrid_search_on_damaged_index_finds_exact_hits() {
    for long in [false, true] {
        let damaged = DamagedIndex::new(long).await;
        assert_eq!(damaged.hits(SearchMode::Hybrid, "roses").await, [damaged.garden], "long: {long}");
        damaged.check_repaired().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_with_damaged_index_removes_text_and_file() {
    for long in [false, true] {
        let damaged = DamagedIndex::new(long).await;
        damaged.fixture.library.delete(vec![damaged.chess]).await.unwrap();
        assert_eq!(damaged.hits(SearchMode::Exact, "castled").await, []);
        let name = damaged.chess.to_string();
        let DamagedIndex { fixture, garden, chess } = damaged;
        let left = Cell::new(true);
        let fixture = fixture
            .reopen_after(|library| {
                let file = library.join("blobs").join(name.get(..2).unwrap()).join(&name);
                left.set(file.exists());
            })
            .await;
        assert!(!left.get(), "long: {long}");
        let damaged = DamagedIndex { fixture, garden, chess };
        damaged.check_repaired().await;
        assert!(!damaged.hits(SearchMode::Semantic, "a board game").await.contains(&chess));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn embedding_with_damaged_index_rebuilds_all_vectors() {
    for long in [false, true] {
        let damaged = DamagedIndex::new(long).await;
        let sea = import(&damaged.fixture, "sea.txt", SEA).await;
        damaged.check_repaired().await;
        assert_eq!(damaged.hits(SearchMode::Semantic, "sailing").await.first(), Some(&sea), "long: {long}");
    }
}
