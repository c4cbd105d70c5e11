//! Rebuilding a damaged index: once for all operations that find the damage, and not forever.

use std::fs;

use alexandria_domain::PassageId;
use alexandria_index::{DIMENSIONS, IndexError, VectorRow};
use alexandria_store::{EmbeddedCount, StoreError};
use tempfile::TempDir;

use super::index::MAX_REBUILDS;
use super::*;
use crate::engines::Engines;
use crate::library::Library;
use crate::open::{Passphrase, Unlock};

/// A library of one book with three passages.
async fn library_in(folder: &TempDir) -> Library {
    let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
    let library = Library::create(&folder.path().join("library"), unlock).await.unwrap();
    let file = folder.path().join("book.md");
    fs::write(&file, "# One\n\nThe first.\n\n# Two\n\nThe second.\n\n# Three\n\nThe last.").unwrap();
    assert_eq!(library.import(vec![file]).wait().await.imported.len(), 1);
    // The end of an import wakes the job, too.
    assert!(is_embedding_wanted(&library.parts.engines).await);
    library
}

/// Whether the embedding job was woken since this was last asked.
async fn is_embedding_wanted(engines: &Engines) -> bool {
    tokio::select! {
        biased;
        () = engines.embedding_wanted.notified() => true,
        () = std::future::ready(()) => false,
    }
}

fn row(ordinal: u32) -> VectorRow {
    let mut vector = [0.0; DIMENSIONS];
    vector[0] = 1.0;
    VectorRow { passage: PassageId::new(1, ordinal).unwrap(), vector }
}

/// Adds the vector of one passage, as if those before it had theirs.
async fn add(index: &SemanticIndex, ordinal: u32) {
    index.add(&[row(ordinal)], vec![EmbeddedCount { row: 1, embedded: ordinal + 1 }]).await.unwrap();
}

/// How many vectors the database has marked, and how many are in the index.
async fn counts(index: &SemanticIndex) -> (u64, u64) {
    let indexed = index.lease().await.unwrap().len().await.unwrap();
    (index.engines.store.totals().unwrap().embedded, indexed)
}

/// Reports damage of a leased index.
async fn report_damage(index: &SemanticIndex, lease: IndexLease<'_>) -> Result<Option<()>, IndexOpError> {
    index.rebuild_if_damaged(lease, Err(IndexError::Damaged(None).into())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn semantic_index_is_rebuilt_once_for_all_leases_that_find_damage() {
    let folder = TempDir::new().unwrap();
    let library = library_in(&folder).await;
    let index = &library.parts.index;
    for rebuild in 1..=MAX_REBUILDS + 1 {
        add(index, 0).await;
        assert_eq!(counts(index).await, (1, 1));
        let first = index.lease().await.unwrap();
        let second = index.lease().await.unwrap();
        let (first, second) = tokio::join!(report_damage(index, first), report_damage(index, second));
        assert_eq!(counts(index).await, (0, 0));
        let goes_on = rebuild <= MAX_REBUILDS;
        assert_eq!((first.is_ok(), second.is_ok()), (goes_on, goes_on), "{rebuild}");
        assert_eq!(is_embedding_wanted(&library.parts.engines).await, goes_on, "{rebuild}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn semantic_index_drops_vectors_made_before_a_rebuild() {
    let folder = TempDir::new().unwrap();
    let library = library_in(&folder).await;
    let index = &library.parts.index;
    add(index, 0).await;
    add(index, 1).await;
    assert_eq!(counts(index).await, (2, 2));
    let lease = index.lease().await.unwrap();
    assert!(report_damage(index, lease).await.unwrap().is_none());
    add(index, 2).await;
    assert_eq!(counts(index).await, (0, 0), "two before it are missing");
    add(index, 0).await;
    assert_eq!(counts(index).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn semantic_index_is_not_rebuilt_after_other_failures() {
    let folder = TempDir::new().unwrap();
    let library = library_in(&folder).await;
    let index = &library.parts.index;
    add(index, 0).await;
    // Damage of the database is another matter.
    for failure in [IndexError::InvalidInput("anything").into(), IndexOpError::from(StoreError::Damaged)] {
        let lease = index.lease().await.unwrap();
        assert!(index.rebuild_if_damaged(lease, Err::<(), _>(failure)).await.is_err());
        assert_eq!(counts(index).await, (1, 1));
    }
    assert!(!is_embedding_wanted(&library.parts.engines).await);
}
