//! The vector index of a library whose folder was manipulated, whose process died between a commit of the index and that
//! of the database, or whose background jobs are running.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use alexandria_crypto::keys::IndexKey;
use alexandria_domain::{PassageId, PublicationId};
use alexandria_index::{DIMENSIONS, VectorIndex, VectorRow};
use alexandria_library::{
    CancellationToken, EmbeddingState, Event, Library, Passphrase, SearchMode, SearchRequest, Unlock,
};
use alexandria_vault::{Credential, OsKeychain, Vault};
use tempfile::TempDir;

const GARDEN: &str = "The gardener waters the roses every evening and prunes them in spring.";
const CHESS: &str = "She opened with the queen's pawn and castled before he could attack her king.";
const SEA: &str = "The ship left the harbour at dawn, and by noon the storm had torn her sails.";

/// A folder for a library and its source files.
struct TestFolder(TempDir);

impl TestFolder {
    async fn new() -> (Self, Library) {
        let folder = Self(TempDir::new().unwrap());
        let library = Library::create(&folder.library(), unlock()).await.unwrap();
        (folder, library)
    }

    fn library(&self) -> PathBuf {
        self.0.path().join("library")
    }

    fn index(&self) -> PathBuf {
        self.library().join("index")
    }

    async fn open(&self) -> Library {
        Library::open(&self.library(), unlock()).await.unwrap()
    }

    /// Imports a book of one passage.
    async fn import(&self, library: &Library, text: &str) -> PublicationId {
        let file = self.0.path().join(format!("{}.txt", name_of(text)));
        fs::write(&file, text).unwrap();
        library.import(vec![file]).wait().await.imported.first().unwrap().id
    }

    /// Opens the index without its library, which must be closed.
    async fn open_index(&self) -> VectorIndex {
        let credential = Credential::Passphrase(passphrase());
        let key: IndexKey = Vault::unlock(&self.library(), &credential, &OsKeychain::new()).unwrap().keys.index;
        VectorIndex::open(&self.index(), Arc::new(key)).await.unwrap()
    }
}

/// A file name for a text.
fn name_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphabetic).take(20).collect()
}

fn passphrase() -> Passphrase {
    Passphrase::new("a passphrase for tests only".to_owned())
}

fn unlock() -> Unlock {
    Unlock::Passphrase(passphrase())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        if path.is_dir() { copy(&path, &to.join(name)) } else { fs::copy(&path, to.join(name)).map(drop).unwrap() }
    }
}

fn replace(folder: &Path, by: &Path) {
    fs::remove_dir_all(folder).unwrap();
    copy(by, folder);
}

async fn embed(library: &Library) {
    library.embed(&CancellationToken::new()).await.unwrap();
}

/// The publications that semantic search finds, nearest first.
async fn find(library: &Library, query: &str) -> Vec<PublicationId> {
    let mode = SearchMode::Semantic;
    let request = SearchRequest { query: query.to_owned(), mode, limit: 10, offset: 0, publication: None };
    library.search(request).await.unwrap().hits.iter().map(|hit| hit.publication).collect()
}

async fn embedded(library: &Library) -> u64 {
    library.status().await.unwrap().embedded
}

/// A row as the embedding job would add it.
fn row(publication: i64, ordinal: u32) -> VectorRow {
    let mut vector = [0.0; DIMENSIONS];
    vector[0] = 1.0;
    VectorRow { passage: PassageId::new(publication, ordinal).unwrap(), vector }
}

#[tokio::test(flavor = "multi_thread")]
async fn restored_older_index_is_rebuilt() {
    let (folder, library) = TestFolder::new().await;
    let garden = folder.import(&library, GARDEN).await;
    let chess = folder.import(&library, CHESS).await;
    embed(&library).await;
    assert_eq!(find(&library, "a board game").await, [chess, garden]);
    drop(library);
    let old = folder.0.path().join("old");
    copy(&folder.index(), &old);

    let library = folder.open().await;
    library.delete(vec![chess]).await.unwrap();
    let sea = folder.import(&library, SEA).await;
    embed(&library).await;
    assert_eq!(find(&library, "sailing").await, [sea, garden]);
    drop(library);
    replace(&folder.index(), &old);

    let library = folder.open().await;
    assert_eq!(find(&library, "a board game").await, [], "the old index is not searched");
    assert_eq!(embedded(&library).await, 0);
    embed(&library).await;
    assert_eq!(find(&library, "a board game").await.len(), 2);
    assert_eq!(find(&library, "sailing").await, [sea, garden]);
    // The rebuilt index is accepted.
    drop(library);
    let library = folder.open().await;
    assert_eq!(find(&library, "sailing").await, [sea, garden]);
    assert_eq!(embedded(&library).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_or_missing_index_is_rebuilt() {
    let (folder, library) = TestFolder::new().await;
    let garden = folder.import(&library, GARDEN).await;
    embed(&library).await;
    drop(library);
    let (other, library) = TestFolder::new().await;
    other.import(&library, CHESS).await;
    embed(&library).await;
    drop(library);
    replace(&folder.index(), &other.index());
    for _ in 0..2 {
        let library = folder.open().await;
        assert_eq!(find(&library, "flowers").await, []);
        assert_eq!(embedded(&library).await, 0);
        embed(&library).await;
        assert_eq!(find(&library, "flowers").await, [garden]);
        drop(library);
        fs::remove_dir_all(folder.index()).unwrap();
    }
}

/// The process died after a commit of the index and before that of the database: nothing is embedded again without need.
#[tokio::test(flavor = "multi_thread")]
async fn unrecorded_index_commits_are_accepted() {
    let (folder, library) = TestFolder::new().await;
    let garden = folder.import(&library, GARDEN).await;
    let chess = folder.import(&library, CHESS).await;
    embed(&library).await;
    let sea = folder.import(&library, SEA).await;
    drop(library);

    let index = folder.open_index().await;
    index.add(&[row(3, 0)]).await.unwrap();
    index.compact().await.unwrap();
    drop(index);
    let library = folder.open().await;
    assert_eq!(find(&library, "flowers").await.first(), Some(&garden));
    assert_eq!(embedded(&library).await, 2, "added, but not recorded: the job embeds it again");
    embed(&library).await;
    assert_eq!(find(&library, "sailing").await.first(), Some(&sea));
    assert_eq!(embedded(&library).await, 3);
    drop(library);

    let index = folder.open_index().await;
    assert_eq!(index.len().await.unwrap(), 3);
    index.remove_publications(&[2]).await.unwrap();
    drop(index);
    let library = folder.open().await;
    assert_eq!(find(&library, "a board game").await.len(), 2, "a removal that was not recorded");
    assert_eq!(embedded(&library).await, 2, "only its count is lowered");
    embed(&library).await;
    assert_eq!(find(&library, "a board game").await.first(), Some(&chess));
}

#[tokio::test(flavor = "multi_thread")]
async fn index_commits_with_unknown_passages_are_rebuilt() {
    let (folder, library) = TestFolder::new().await;
    let garden = folder.import(&library, GARDEN).await;
    embed(&library).await;
    drop(library);
    for foreign in [row(77, 0), row(1, 5)] {
        folder.open_index().await.add(&[foreign]).await.unwrap();
        let library = folder.open().await;
        assert_eq!(find(&library, "flowers").await, []);
        assert_eq!(embedded(&library).await, 0);
        embed(&library).await;
        assert_eq!(find(&library, "flowers").await, [garden]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_library_releases_memory_and_still_searches() {
    let (folder, library) = TestFolder::new().await;
    let garden = folder.import(&library, GARDEN).await;
    embed(&library).await;
    assert_eq!(find(&library, "flowers").await, [garden]);
    assert!(library.release_memory().await.unwrap(), "model and vectors were in memory");
    assert!(!library.release_memory().await.unwrap(), "nothing is any more");
    assert_eq!(find(&library, "flowers").await, [garden]);

    // The background job does the same repeatedly, until it is stopped.
    let job = tokio::spawn({
        let library = library.clone();
        async move { library.release_when_idle(Duration::from_millis(1)).await }
    });
    for _ in 0..2 {
        while library.holds_memory() {
            tokio::task::yield_now().await;
        }
        assert_eq!(find(&library, "flowers").await, [garden]);
    }
    library.stop_jobs();
    job.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn restored_book_without_vectors_is_embedded() {
    let (folder, library) = TestFolder::new().await;
    let garden = folder.import(&library, GARDEN).await;
    let chess = folder.import(&library, CHESS).await;
    library.remove(vec![chess]).await.unwrap();
    let mut events = library.events();
    let job = tokio::spawn({
        let library = library.clone();
        async move { library.keep_embedded().await }
    });
    // It emits `Done` after each run.
    while !matches!(
        events.recv().await.unwrap(),
        Event::Embedding(progress) if progress.state == EmbeddingState::Done
    ) {}
    assert_eq!(embedded(&library).await, 1);

    library.restore(vec![chess]).await.unwrap();
    let embeds = async {
        while embedded(&library).await < 2 {
            events.recv().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(60), embeds).await.unwrap();
    assert_eq!(find(&library, "a board game").await, [chess, garden]);
    library.stop_jobs();
    job.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn index_damage_found_by_a_search_is_rebuilt_by_the_background_job() {
    let (folder, library) = TestFolder::new().await;
    let garden = folder.import(&library, GARDEN).await;
    let mut events = library.events();
    let job = tokio::spawn({
        let library = library.clone();
        async move { library.keep_embedded().await }
    });
    // Its first run includes the import; after it the job is idle.
    let is_done = |event: &Event| matches!(event, Event::Embedding(progress) if progress.state == EmbeddingState::Done);
    while !is_done(&events.recv().await.unwrap()) {}
    // The search must read from disk.
    library.release_memory().await.unwrap();
    for file in fs::read_dir(folder.index().join("vectors.lance/data")).unwrap() {
        let file = file.unwrap().path();
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        *bytes.get_mut(middle).unwrap() ^= 1;
        fs::write(file, bytes).unwrap();
    }
    find(&library, "flowers").await;

    let rebuilds = async {
        while embedded(&library).await < 1 {
            events.recv().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(60), rebuilds).await.unwrap();
    assert_eq!(find(&library, "flowers").await, [garden]);
    library.stop_jobs();
    job.await.unwrap();
}
