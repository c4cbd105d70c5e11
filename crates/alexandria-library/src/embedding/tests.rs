//! The embedding job with the real model: paused by the reader, throttled on battery, preempted by deletions.

use std::fs;
use std::time::Duration;

use alexandria_domain::PublicationId;
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::batch::STEP_PASSAGES;
use super::*;
use crate::event::{EmbeddingProgress, EmbeddingState, Event};
use crate::health::Status;
use crate::library::Library;
use crate::open::{Passphrase, Unlock};
use crate::search::{SearchMode, SearchRequest};

/// Fourteen times it is a passage.
const SENTENCE: &str = "The lamps burned low while the ship waited for the tide. ";

/// Generous: machines are shared.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A library and a folder for its books.
struct TestLibrary {
    folder: TempDir,
    library: Library,
}

impl TestLibrary {
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

    /// Starts the background job on a computer with this power source.
    fn keep_embedded(&self, on_battery: fn() -> Option<bool>) -> JoinHandle<()> {
        let library = self.library.clone();
        tokio::spawn(async move { library.parts.embedding.run_in_background(Throttle::new(on_battery)).await })
    }

    async fn status(&self) -> Status {
        self.library.status().await.unwrap()
    }

    /// Number of hits.
    async fn hits(&self, mode: SearchMode) -> usize {
        let request = SearchRequest { query: "lamps tide".to_owned(), mode, limit: 10, offset: 0, publication: None };
        self.library.search(request).await.unwrap().hits.len()
    }
}

/// The progress events from now on, up to the first that is `wanted`.
async fn progress_until(
    events: &mut Receiver<Event>,
    wanted: impl Fn(&EmbeddingProgress) -> bool,
) -> Vec<EmbeddingProgress> {
    let mut events_seen = Vec::new();
    let listen = async {
        while !events_seen.last().is_some_and(&wanted) {
            if let Event::Embedding(progress) = events.recv().await.unwrap() {
                events_seen.push(progress);
            }
        }
    };
    tokio::time::timeout(TIMEOUT, listen).await.unwrap();
    events_seen
}

fn is_done(progress: &EmbeddingProgress) -> bool {
    progress.state == EmbeddingState::Done
}

#[tokio::test(flavor = "multi_thread")]
async fn paused_job_records_nothing_and_resumes_where_it_stopped() {
    let fixture = TestLibrary::new().await;
    fixture.import(8 * STEP_PASSAGES).await;
    let mut events = fixture.library.events();
    let background = fixture.keep_embedded(|| Some(false));
    progress_until(&mut events, |progress| progress.done >= STEP_PASSAGES as u64).await;
    fixture.library.set_embedding_paused(true).await;
    // From here on no run is active.
    drop(fixture.library.parts.engines.locks.embedding.acquire().await);
    let paused = fixture.status().await;
    assert_eq!(paused.embedding, EmbeddingState::Paused);
    assert!(paused.embedded >= STEP_PASSAGES as u64, "vectors made before the pause are stored: {paused:?}");
    assert!(paused.embedded < paused.passages, "{paused:?}");

    // An import wakes the job, and a deletion waits until no run is active.
    let other = fixture.import(2).await;
    fixture.library.delete(vec![other]).await.unwrap();
    assert_eq!(fixture.status().await, paused);
    for mode in [SearchMode::Exact, SearchMode::Semantic, SearchMode::Hybrid] {
        assert!(fixture.hits(mode).await > 0, "{mode:?}");
    }

    let mut events = fixture.library.events();
    fixture.library.set_embedding_paused(false).await;
    let events_seen = progress_until(&mut events, is_done).await;
    let again = events_seen.iter().find(|progress| progress.state == EmbeddingState::Running);
    assert_eq!(again.map(|progress| progress.done), Some(paused.embedded), "no vector is made twice");
    let done = fixture.status().await;
    assert_eq!((done.embedding, done.embedded), (EmbeddingState::Done, done.passages));
    fixture.library.stop_jobs();
    background.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn background_job_stops_for_an_import_and_goes_on_afterwards() {
    let fixture = TestLibrary::new().await;
    fixture.import(8 * STEP_PASSAGES).await;
    let mut events = fixture.library.events();
    let background = fixture.keep_embedded(|| Some(false));
    progress_until(&mut events, |progress| progress.done >= STEP_PASSAGES as u64).await;
    let locks = &fixture.library.parts.engines.locks;
    let importing = locks.imports.start();
    // From here on no run is active.
    drop(locks.embedding.acquire().await);
    let stopped = fixture.status().await;
    assert!(stopped.embedded >= STEP_PASSAGES as u64, "vectors made before the import are stored: {stopped:?}");
    assert!(stopped.embedded < stopped.passages, "{stopped:?}");
    assert_eq!(stopped.embedding, EmbeddingState::Due);
    // A caller who waits for it is not held up.
    let cancel = CancellationToken::new();
    fixture.library.embed(&cancel).await.unwrap();
    let requested = fixture.status().await;
    assert_eq!(requested.embedded, requested.passages);

    fixture.import(2).await;
    assert!(fixture.status().await.embedded < fixture.status().await.passages, "the other import has not ended");
    let mut events = fixture.library.events();
    drop(importing);
    progress_until(&mut events, is_done).await;
    fixture.library.stop_jobs();
    background.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_preempts_a_running_embedding_job() {
    let fixture = TestLibrary::new().await;
    let other = fixture.import(2).await;
    fixture.import(12 * STEP_PASSAGES).await;
    let mut events = fixture.library.events();
    let library = fixture.library.clone();
    let requested = tokio::spawn(async move { library.embed(&CancellationToken::new()).await });
    progress_until(&mut events, |progress| progress.done >= STEP_PASSAGES as u64).await;
    fixture.library.delete(vec![other]).await.unwrap();
    let meanwhile = fixture.status().await;
    assert!(meanwhile.embedded < meanwhile.passages, "{meanwhile:?}");
    requested.await.unwrap().unwrap();
    let done = fixture.status().await;
    assert_eq!((done.embedding, done.embedded), (EmbeddingState::Done, done.passages));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_run_stores_the_vectors_it_made() {
    let fixture = TestLibrary::new().await;
    fixture.import(12 * STEP_PASSAGES).await;
    let mut events = fixture.library.events();
    let (library, cancel) = (fixture.library.clone(), CancellationToken::new());
    let cancelled = cancel.clone();
    let requested = tokio::spawn(async move { library.embed(&cancelled).await });
    progress_until(&mut events, |progress| progress.done >= STEP_PASSAGES as u64).await;
    cancel.cancel();
    assert!(matches!(requested.await.unwrap(), Err(EmbedError::Cancelled)));
    let stored = fixture.status().await;
    assert!((STEP_PASSAGES as u64..stored.passages).contains(&stored.embedded), "{stored:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn library_with_a_paused_job_closes_at_once() {
    for has_begun in [false, true] {
        let fixture = TestLibrary::new().await;
        fixture.import(8 * STEP_PASSAGES).await;
        let mut events = fixture.library.events();
        if !has_begun {
            fixture.library.set_embedding_paused(true).await;
        }
        let background = fixture.keep_embedded(|| Some(false));
        if has_begun {
            progress_until(&mut events, |progress| progress.state == EmbeddingState::Running).await;
            fixture.library.set_embedding_paused(true).await;
        }
        let TestLibrary { folder: _folder, library } = fixture;
        let closed = async {
            library.lock().await;
            background.await.unwrap();
        };
        tokio::time::timeout(TIMEOUT, closed).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requested_run_ignores_the_pause() {
    let fixture = TestLibrary::new().await;
    fixture.import(2).await;
    fixture.library.set_embedding_paused(true).await;
    assert_eq!(fixture.status().await.embedding, EmbeddingState::Paused);
    let mut events = fixture.library.events();
    fixture.library.embed(&CancellationToken::new()).await.unwrap();
    let events_seen = progress_until(&mut events, is_done).await;
    assert_eq!(events_seen.first().map(|progress| progress.state), Some(EmbeddingState::Running));
    let done = fixture.status().await;
    assert_eq!((done.embedding, done.embedded), (EmbeddingState::Done, done.passages));
}

#[tokio::test(flavor = "multi_thread")]
async fn job_on_battery_is_throttled_and_reports_it() {
    async fn check(on_battery: fn() -> Option<bool>, expect: EmbeddingState) {
        let fixture = TestLibrary::new().await;
        fixture.import(2 * STEP_PASSAGES).await;
        let mut events = fixture.library.events();
        let background = fixture.keep_embedded(on_battery);
        let events_seen = progress_until(&mut events, is_done).await;
        let (_done, before) = events_seen.split_last().unwrap();
        assert!(!before.is_empty());
        assert!(before.iter().all(|progress| progress.state == expect), "{before:?}");
        fixture.library.stop_jobs();
        background.await.unwrap();
    }
    check(|| Some(true), EmbeddingState::Slowed).await;
    check(|| Some(false), EmbeddingState::Running).await;
    check(|| None, EmbeddingState::Running).await;
}

/// A failed job is not reported as paused, and resuming it retries at once.
#[tokio::test(flavor = "multi_thread")]
async fn failed_job_waits_and_reports_it() {
    let fixture = TestLibrary::new().await;
    fixture.import(2).await;
    assert_eq!(fixture.status().await.embedding, EmbeddingState::Due);
    // A file where the index folder should be.
    let obstacle = fixture.folder.path().join("library/index");
    fs::write(&obstacle, "").unwrap();
    let mut events = fixture.library.events();
    let background = fixture.keep_embedded(|| Some(false));
    progress_until(&mut events, |progress| progress.state == EmbeddingState::Waiting).await;
    assert_eq!(fixture.status().await.embedding, EmbeddingState::Waiting);

    fixture.library.set_embedding_paused(true).await;
    assert_eq!(fixture.status().await.embedding, EmbeddingState::Paused);
    fs::remove_file(&obstacle).unwrap();
    fixture.library.set_embedding_paused(false).await;
    progress_until(&mut events, is_done).await;
    fixture.library.stop_jobs();
    background.await.unwrap();
}
