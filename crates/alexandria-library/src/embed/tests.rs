//! The standing job, with the real model: held while it is paused, slow on battery, and never in the way of what else
//! is done with the library.

use std::fs;

use alexandria_domain::PublicationId;
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;
use tokio::task::JoinHandle;

use super::batch::STEP;
use super::*;
use crate::event::{EmbeddingProgress, EmbeddingState, Event};
use crate::open::{Passphrase, Unlock};
use crate::search::{SearchMode, SearchRequest};
use crate::status::Status;

/// Fourteen times it is a passage.
const SENTENCE: &str = "The lamps burned low while the ship waited for the tide. ";

/// How long anything may take. Generous: machines are shared.
const PATIENCE: Duration = Duration::from_secs(120);

/// A library and a folder for its books.
struct World {
    folder: TempDir,
    library: Library,
}

impl World {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
        let library = Library::create(&folder.path().join("library"), unlock).await.unwrap();
        Self { folder, library }
    }

    /// Imports a book of about so many passages.
    async fn import(&self, passages: usize) -> PublicationId {
        let text: Vec<_> = (0..passages).map(|number| format!("{number}. {}", SENTENCE.repeat(14))).collect();
        let file = self.folder.path().join(format!("{passages}.txt"));
        fs::write(&file, text.join("\n\n")).unwrap();
        self.library.import(vec![file]).wait().await.imported.first().unwrap().id
    }

    /// Starts the standing job of a computer that says so of its battery.
    fn keep_embedded(&self, on_battery: fn() -> Option<bool>) -> JoinHandle<()> {
        let library = self.library.clone();
        tokio::spawn(async move { library.keep_embedded_at(Pace::new(on_battery)).await })
    }

    async fn status(&self) -> Status {
        self.library.status().await.unwrap()
    }

    /// How many hits there are.
    async fn found(&self, mode: SearchMode) -> usize {
        let request = SearchRequest { query: "lamps tide".to_owned(), mode, limit: 10, offset: 0, publication: None };
        self.library.search(request).await.unwrap().hits.len()
    }
}

/// What is told of the job from now on, up to the first that is `wanted`.
async fn told_until(
    events: &mut Receiver<Event>,
    wanted: impl Fn(&EmbeddingProgress) -> bool,
) -> Vec<EmbeddingProgress> {
    let mut told = Vec::new();
    let listen = async {
        while !told.last().is_some_and(&wanted) {
            if let Event::Embedding(progress) = events.recv().await.unwrap() {
                told.push(progress);
            }
        }
    };
    tokio::time::timeout(PATIENCE, listen).await.unwrap();
    told
}

fn is_done(progress: &EmbeddingProgress) -> bool {
    progress.state == EmbeddingState::Done
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_job_marks_nothing_more_and_goes_on_where_it_was() {
    let world = World::new().await;
    world.import(8 * STEP).await;
    let mut events = world.library.events();
    let standing = world.keep_embedded(|| Some(false));
    told_until(&mut events, |progress| progress.done >= STEP as u64).await;
    world.library.set_embedding_paused(true).await;
    // From here on no run is under way.
    drop(world.library.core.embedding.lock().await);
    let paused = world.status().await;
    assert_eq!(paused.embedding, EmbeddingState::Paused);
    assert!(paused.embedded >= STEP as u64, "what was made by then is kept: {paused:?}");
    assert!(paused.embedded < paused.passages, "{paused:?}");

    // An import wakes the job, and a deletion waits until no run is under way.
    let other = world.import(2).await;
    world.library.delete(vec![other]).await.unwrap();
    assert_eq!(world.status().await, paused);
    for mode in [SearchMode::Exact, SearchMode::Semantic, SearchMode::Hybrid] {
        assert!(world.found(mode).await > 0, "{mode:?}");
    }

    let mut events = world.library.events();
    world.library.set_embedding_paused(false).await;
    let told = told_until(&mut events, is_done).await;
    let again = told.iter().find(|progress| progress.state == EmbeddingState::Running);
    assert_eq!(again.map(|progress| progress.done), Some(paused.embedded), "nothing is made twice");
    let done = world.status().await;
    assert_eq!((done.embedding, done.embedded), (EmbeddingState::Done, done.passages));
    world.library.stop_jobs();
    standing.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_does_not_wait_for_all_vectors() {
    let world = World::new().await;
    let other = world.import(2).await;
    world.import(12 * STEP).await;
    let mut events = world.library.events();
    let library = world.library.clone();
    let asked = tokio::spawn(async move { library.embed(&CancellationToken::new()).await });
    told_until(&mut events, |progress| progress.done >= STEP as u64).await;
    world.library.delete(vec![other]).await.unwrap();
    let meanwhile = world.status().await;
    assert!(meanwhile.embedded < meanwhile.passages, "{meanwhile:?}");
    asked.await.unwrap().unwrap();
    let done = world.status().await;
    assert_eq!((done.embedding, done.embedded), (EmbeddingState::Done, done.passages));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_before_a_cancellation_is_kept() {
    let world = World::new().await;
    world.import(12 * STEP).await;
    let mut events = world.library.events();
    let (library, cancel) = (world.library.clone(), CancellationToken::new());
    let cancelled = cancel.clone();
    let asked = tokio::spawn(async move { library.embed(&cancelled).await });
    told_until(&mut events, |progress| progress.done >= STEP as u64).await;
    cancel.cancel();
    assert!(matches!(asked.await.unwrap(), Err(EmbedError::Cancelled)));
    let kept = world.status().await;
    assert!((STEP as u64..kept.passages).contains(&kept.embedded), "{kept:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_library_closes_at_once() {
    for has_begun in [false, true] {
        let world = World::new().await;
        world.import(8 * STEP).await;
        let mut events = world.library.events();
        if !has_begun {
            world.library.set_embedding_paused(true).await;
        }
        let standing = world.keep_embedded(|| Some(false));
        if has_begun {
            told_until(&mut events, |progress| progress.state == EmbeddingState::Running).await;
            world.library.set_embedding_paused(true).await;
        }
        let World { folder: _folder, library } = world;
        let closed = async {
            library.lock().await;
            standing.await.unwrap();
        };
        tokio::time::timeout(PATIENCE, closed).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_vectors_is_not_held() {
    let world = World::new().await;
    world.import(2).await;
    world.library.set_embedding_paused(true).await;
    assert_eq!(world.status().await.embedding, EmbeddingState::Paused);
    let mut events = world.library.events();
    world.library.embed(&CancellationToken::new()).await.unwrap();
    let told = told_until(&mut events, is_done).await;
    assert_eq!(told.first().map(|progress| progress.state), Some(EmbeddingState::Running));
    let done = world.status().await;
    assert_eq!((done.embedding, done.embedded), (EmbeddingState::Done, done.passages));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_battery_it_is_slowed_and_says_so() {
    async fn check(on_battery: fn() -> Option<bool>, expect: EmbeddingState) {
        let world = World::new().await;
        world.import(2 * STEP).await;
        let mut events = world.library.events();
        let standing = world.keep_embedded(on_battery);
        let told = told_until(&mut events, is_done).await;
        let (_done, before) = told.split_last().unwrap();
        assert!(!before.is_empty());
        assert!(before.iter().all(|progress| progress.state == expect), "{before:?}");
        world.library.stop_jobs();
        standing.await.unwrap();
    }
    check(|| Some(true), EmbeddingState::Slowed).await;
    check(|| Some(false), EmbeddingState::Running).await;
    check(|| None, EmbeddingState::Running).await;
}

/// What fails is never said to be paused, and letting it go on tries it at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_failed_waits_and_says_so() {
    let world = World::new().await;
    world.import(2).await;
    assert_eq!(world.status().await.embedding, EmbeddingState::Due);
    // The index has no place.
    let in_the_way = world.folder.path().join("library/index");
    fs::write(&in_the_way, "").unwrap();
    let mut events = world.library.events();
    let standing = world.keep_embedded(|| Some(false));
    told_until(&mut events, |progress| progress.state == EmbeddingState::Waiting).await;
    assert_eq!(world.status().await.embedding, EmbeddingState::Waiting);

    world.library.set_embedding_paused(true).await;
    assert_eq!(world.status().await.embedding, EmbeddingState::Paused);
    fs::remove_file(&in_the_way).unwrap();
    world.library.set_embedding_paused(false).await;
    told_until(&mut events, is_done).await;
    world.library.stop_jobs();
    standing.await.unwrap();
}
