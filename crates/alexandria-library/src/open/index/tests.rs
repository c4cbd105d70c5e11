//! An index that is found damaged is begun anew once for all who find it, and not for ever.

use std::fs;

use alexandria_domain::PassageId;
use alexandria_index::{DIMENSIONS, VectorRow};
use tempfile::TempDir;

use super::*;
use crate::open::{Library, Passphrase, Unlock};

/// A library of one book of three passages.
async fn library_in(folder: &TempDir) -> Library {
    let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
    let library = Library::create(&folder.path().join("library"), unlock).await.unwrap();
    let file = folder.path().join("book.md");
    fs::write(&file, "# One\n\nThe first.\n\n# Two\n\nThe second.\n\n# Three\n\nThe last.").unwrap();
    assert_eq!(library.import(vec![file]).wait().await.imported.len(), 1);
    // The end of an import wakes the job, too.
    assert!(is_woken(&library.core).await);
    library
}

/// Whether the job that makes vectors was woken since this was asked last.
async fn is_woken(core: &Core) -> bool {
    tokio::select! {
        biased;
        () = core.vectors_wanted.notified() => true,
        () = std::future::ready(()) => false,
    }
}

fn row(ordinal: u32) -> VectorRow {
    let mut vector = [0.0; DIMENSIONS];
    vector[0] = 1.0;
    VectorRow { passage: PassageId::new(1, ordinal).unwrap(), vector }
}

/// Adds the vectors of one passage, as if those before it had theirs.
async fn add(core: &Arc<Core>, ordinal: u32) {
    core.add_vectors::<EmbedError>(&[row(ordinal)], vec![(1, ordinal + 1)]).await.unwrap();
}

/// How many vectors the database has marked, and how many are in the index.
async fn counts(core: &Arc<Core>) -> (u64, u64) {
    let held = core.index::<EmbedError>().await.unwrap().len().await.unwrap();
    (core.store.totals().unwrap().embedded, held)
}

/// Comes upon damage in an index that is in use.
async fn find_damage(core: &Arc<Core>, index: IndexUse<'_>) -> Result<Option<()>, EmbedError> {
    core.unless_damaged(index, Err(EmbedError::from(IndexError::Damaged(None)))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_begun_anew_once_for_all_who_find_it_damaged() {
    let folder = TempDir::new().unwrap();
    let library = library_in(&folder).await;
    let core = &library.core;
    for renewal in 1..=MOST_RENEWALS + 1 {
        add(core, 0).await;
        assert_eq!(counts(core).await, (1, 1));
        let first = core.index::<EmbedError>().await.unwrap();
        let second = core.index::<EmbedError>().await.unwrap();
        let (first, second) = tokio::join!(find_damage(core, first), find_damage(core, second));
        assert_eq!(counts(core).await, (0, 0));
        let goes_on = renewal <= MOST_RENEWALS;
        assert_eq!((first.is_ok(), second.is_ok()), (goes_on, goes_on), "{renewal}");
        assert_eq!(is_woken(core).await, goes_on, "{renewal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn vectors_made_for_its_former_life_are_left_out() {
    let folder = TempDir::new().unwrap();
    let library = library_in(&folder).await;
    let core = &library.core;
    add(core, 0).await;
    add(core, 1).await;
    assert_eq!(counts(core).await, (2, 2));
    let index = core.index::<EmbedError>().await.unwrap();
    assert!(find_damage(core, index).await.unwrap().is_none());
    add(core, 2).await;
    assert_eq!(counts(core).await, (0, 0), "two before it are missing");
    add(core, 0).await;
    assert_eq!(counts(core).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_failures_leave_it_as_it_is() {
    let folder = TempDir::new().unwrap();
    let library = library_in(&folder).await;
    let core = &library.core;
    add(core, 0).await;
    let refused = EmbedError::from(IndexError::InvalidInput("anything"));
    // Damage of the database is another matter.
    for failure in [refused, EmbedError::from(StoreError::Damaged), EmbedError::Cancelled] {
        let index = core.index::<EmbedError>().await.unwrap();
        assert!(core.unless_damaged(index, Err::<(), _>(failure)).await.is_err());
        assert_eq!(counts(core).await, (1, 1));
    }
    assert!(!is_woken(core).await);
}
