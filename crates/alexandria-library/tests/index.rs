//! The vector index of a library whose folder was tampered with, or whose process died between index and database, and
//! of one that is left alone with its standing jobs.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

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

/// A library's folder, and one for its books.
struct World(TempDir);

impl World {
    async fn new() -> (Self, Library) {
        let world = Self(TempDir::new().unwrap());
        let library = Library::create(&world.library(), unlock()).await.unwrap();
        (world, library)
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

    /// The index as it is without its library, which must be closed.
    async fn bare_index(&self) -> VectorIndex {
        let credential = Credential::Passphrase(passphrase());
        let key: IndexKey = Vault::unlock(&self.library(), &credential, &OsKeychain::new()).unwrap().keys.index;
        VectorIndex::open(&self.index(), Arc::new(key)).await.unwrap()
    }
}

/// A name for a file.
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

/// The publications that a search by meaning finds, nearest first.
async fn found(library: &Library, query: &str) -> Vec<PublicationId> {
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
async fn an_older_index_put_back_is_made_anew() {
    let (world, library) = World::new().await;
    let garden = world.import(&library, GARDEN).await;
    let chess = world.import(&library, CHESS).await;
    embed(&library).await;
    assert_eq!(found(&library, "a board game").await, [chess, garden]);
    drop(library);
    let old = world.0.path().join("old");
    copy(&world.index(), &old);

    let library = world.open().await;
    library.delete(vec![chess]).await.unwrap();
    let sea = world.import(&library, SEA).await;
    embed(&library).await;
    assert_eq!(found(&library, "sailing").await, [sea, garden]);
    drop(library);
    replace(&world.index(), &old);

    let library = world.open().await;
    assert_eq!(found(&library, "a board game").await, [], "the old index is not even searched");
    assert_eq!(embedded(&library).await, 0);
    embed(&library).await;
    assert_eq!(found(&library, "a board game").await.len(), 2);
    assert_eq!(found(&library, "sailing").await, [sea, garden]);
    // The new one is known again.
    drop(library);
    let library = world.open().await;
    assert_eq!(found(&library, "sailing").await, [sea, garden]);
    assert_eq!(embedded(&library).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_of_another_library_or_none_is_made_anew() {
    let (world, library) = World::new().await;
    let garden = world.import(&library, GARDEN).await;
    embed(&library).await;
    drop(library);
    let (other, library) = World::new().await;
    other.import(&library, CHESS).await;
    embed(&library).await;
    drop(library);
    replace(&world.index(), &other.index());
    for _ in 0..2 {
        let library = world.open().await;
        assert_eq!(found(&library, "flowers").await, []);
        assert_eq!(embedded(&library).await, 0);
        embed(&library).await;
        assert_eq!(found(&library, "flowers").await, [garden]);
        drop(library);
        fs::remove_dir_all(world.index()).unwrap();
    }
}

/// The process died after a commit of the index and before the database was told: nothing is made again needlessly.
#[tokio::test(flavor = "multi_thread")]
async fn commits_the_database_was_not_told_of_are_taken_over() {
    let (world, library) = World::new().await;
    let garden = world.import(&library, GARDEN).await;
    let chess = world.import(&library, CHESS).await;
    embed(&library).await;
    let sea = world.import(&library, SEA).await;
    drop(library);

    let index = world.bare_index().await;
    index.add(&[row(3, 0)]).await.unwrap();
    index.compact().await.unwrap();
    drop(index);
    let library = world.open().await;
    assert_eq!(found(&library, "flowers").await.first(), Some(&garden));
    assert_eq!(embedded(&library).await, 2, "added, but not marked: the job makes it again");
    embed(&library).await;
    assert_eq!(found(&library, "sailing").await.first(), Some(&sea));
    assert_eq!(embedded(&library).await, 3);
    drop(library);

    let index = world.bare_index().await;
    assert_eq!(index.len().await.unwrap(), 3);
    index.remove_publications(&[2]).await.unwrap();
    drop(index);
    let library = world.open().await;
    assert_eq!(found(&library, "a board game").await.len(), 2, "a removal that was not recorded");
    assert_eq!(embedded(&library).await, 2, "and only its mark is lowered");
    embed(&library).await;
    assert_eq!(found(&library, "a board game").await.first(), Some(&chess));
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_with_passages_the_library_does_not_have_are_not() {
    let (world, library) = World::new().await;
    let garden = world.import(&library, GARDEN).await;
    embed(&library).await;
    drop(library);
    for foreign in [row(77, 0), row(1, 5)] {
        world.bare_index().await.add(&[foreign]).await.unwrap();
        let library = world.open().await;
        assert_eq!(found(&library, "flowers").await, []);
        assert_eq!(embedded(&library).await, 0);
        embed(&library).await;
        assert_eq!(found(&library, "flowers").await, [garden]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rested_library_gives_memory_back_and_works_as_before() {
    let (world, library) = World::new().await;
    let garden = world.import(&library, GARDEN).await;
    embed(&library).await;
    assert_eq!(found(&library, "flowers").await, [garden]);
    assert!(library.rest().await.unwrap(), "model and vectors were in memory");
    assert!(!library.rest().await.unwrap(), "nothing is any more");
    assert_eq!(found(&library, "flowers").await, [garden]);

    // The standing job does the same by itself, again and again, and ends when it is told to.
    let standing = tokio::spawn({
        let library = library.clone();
        async move { library.keep_rested(Duration::from_millis(1)).await }
    });
    for _ in 0..2 {
        while library.holds_memory() {
            tokio::task::yield_now().await;
        }
        assert_eq!(found(&library, "flowers").await, [garden]);
    }
    library.stop_jobs();
    standing.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_put_back_before_it_had_vectors_gets_them() {
    let (world, library) = World::new().await;
    let garden = world.import(&library, GARDEN).await;
    let chess = world.import(&library, CHESS).await;
    library.remove(vec![chess]).await.unwrap();
    let mut events = library.events();
    let standing = tokio::spawn({
        let library = library.clone();
        async move { library.keep_embedded().await }
    });
    // It tells that it has ended after each run.
    while !matches!(
        events.recv().await.unwrap(),
        Event::Embedding(progress) if progress.state == EmbeddingState::Done
    ) {}
    assert_eq!(embedded(&library).await, 1);

    library.restore(vec![chess]).await.unwrap();
    let goes_on = async {
        while embedded(&library).await < 2 {
            events.recv().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(60), goes_on).await.unwrap();
    assert_eq!(found(&library, "a board game").await, [chess, garden]);
    library.stop_jobs();
    standing.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_a_search_finds_damaged_is_made_anew_by_the_standing_job() {
    let (world, library) = World::new().await;
    let garden = world.import(&library, GARDEN).await;
    let mut events = library.events();
    let standing = tokio::spawn({
        let library = library.clone();
        async move { library.keep_embedded().await }
    });
    // After its first run nothing is under way: that has seen the import.
    let is_done = |event: &Event| matches!(event, Event::Embedding(told) if told.state == EmbeddingState::Done);
    while !is_done(&events.recv().await.unwrap()) {}
    // So that the search reads the disk.
    library.rest().await.unwrap();
    for file in fs::read_dir(world.index().join("vectors.lance/data")).unwrap() {
        let file = file.unwrap().path();
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        *bytes.get_mut(middle).unwrap() ^= 1;
        fs::write(file, bytes).unwrap();
    }
    found(&library, "flowers").await;

    let is_made = async {
        while embedded(&library).await < 1 {
            events.recv().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(60), is_made).await.unwrap();
    assert_eq!(found(&library, "flowers").await, [garden]);
    library.stop_jobs();
    standing.await.unwrap();
}
