//! What an import that was killed leaves, at each point where it can be, and what becomes of that. The points are in the
//! order of the ways of a file: unfinished, provisional, committed, under its final name.

use std::fs;
use std::path::{Path, PathBuf};

use alexandria_domain::PublicationId;
use tokio_util::sync::CancellationToken;

use super::world::{BOOK, World};
use crate::Severity;
use crate::backup::BackupOptions;
use crate::import::remove_leftovers;

impl World {
    fn provisional(&self, id: PublicationId) -> PathBuf {
        self.file(id).with_extension("new")
    }

    /// What is left of the import of `book` if it is killed after the commit and before the file has its final name.
    fn kill_before_renaming(&self) {
        fs::rename(self.file(self.book), self.provisional(self.book)).unwrap();
    }
}

fn other(number: u8) -> PublicationId {
    PublicationId::from_bytes([number; 16])
}

#[tokio::test(flavor = "multi_thread")]
async fn remove_leftovers_keeps_final_files() {
    let world = World::new().await;
    let blobs = &world.library.parts.engines.blobs;
    // While it was written; after that; and a book of which an older database knows nothing.
    fs::write(world.file(world.book).with_file_name("0123.part"), "half").unwrap();
    blobs.put_provisional(&other(7), &b"whole, and not committed"[..]).unwrap();
    blobs.put(&other(8), &b"committed once"[..]).unwrap();
    assert_eq!(world.names().len(), 4);
    assert_eq!(world.import("a.txt", BOOK).await, world.book);
    let mut expect = [world.book.to_string(), other(8).to_string()];
    expect.sort();
    assert_eq!(world.names(), expect);
    assert_eq!(world.read(other(8)), "committed once");
}

#[tokio::test(flavor = "multi_thread")]
async fn book_under_its_provisional_name_is_intact() {
    let world = World::new().await;
    world.kill_before_renaming();
    assert_eq!(world.read(world.book), BOOK);
    assert_eq!(world.files().await.severity, Severity::Ok);
    let (target, cancel) = (world.folder.path().join("backup"), CancellationToken::new());
    let report = world.library.back_up(&target, BackupOptions::default(), &cancel, |_| {}).await.unwrap();
    assert_eq!((report.publications, report.left_out), (1, vec![]));
    assert_eq!(world.names(), [format!("{}.new", world.book)], "looking changes nothing");
    // The next import finishes it.
    assert_eq!(world.import("a.txt", BOOK).await, world.book);
    assert_eq!(world.names(), [world.book.to_string()]);
    assert_eq!(world.read(world.book), BOOK);
}

#[tokio::test(flavor = "multi_thread")]
async fn book_under_its_provisional_name_can_be_deleted() {
    let world = World::new().await;
    world.kill_before_renaming();
    world.library.delete(vec![world.book]).await.unwrap();
    assert_eq!(world.names(), [""; 0]);
    assert_eq!(world.files().await.severity, Severity::Ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn remove_leftovers_finishes_an_interrupted_run() {
    let world = World::new().await;
    let blobs = &world.library.parts.engines.blobs;
    let later = world.import("b.txt", "Another book that stays.").await;
    // It had settled one book and removed one leftover of two of each.
    world.kill_before_renaming();
    blobs.put_provisional(&other(7), &b"not committed"[..]).unwrap();
    for _ in 0..2 {
        remove_leftovers(&world.library.parts.engines).unwrap();
        let mut expect = [world.book.to_string(), later.to_string()];
        expect.sort();
        assert_eq!(world.names(), expect);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn import_replaces_leftovers_of_an_earlier_attempt() {
    let world = World::new().await;
    let text = "The same book again.";
    let id = world.library.parts.engines.publication_id(&blake3::hash(text.as_bytes()));
    let blobs = &world.library.parts.engines.blobs;
    let tries: [fn(&Path); 3] = [
        |_| {},
        // It cannot be a file of ours, so it cannot be opened; but it has the name.
        |provisional| fs::write(provisional, "torn by a bad disk").unwrap(),
        |provisional| fs::rename(provisional, provisional.with_extension("")).unwrap(),
    ];
    for leave in tries {
        blobs.put_provisional(&id, text.as_bytes()).unwrap();
        leave(&world.provisional(id));
        assert_eq!(world.import("b.txt", text).await, id);
        assert_eq!(world.read(id), text);
        assert_eq!((world.names().len(), world.files().await.severity), (2, Severity::Ok));
        world.library.delete(vec![id]).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn file_unknown_to_the_database_is_reported_until_imported() {
    let world = World::new().await;
    let text = "A later book.";
    let id = world.library.parts.engines.publication_id(&blake3::hash(text.as_bytes()));
    world.library.parts.engines.blobs.put(&id, text.as_bytes()).unwrap();
    let found = world.files().await;
    assert_eq!(found.severity, Severity::Error);
    assert!(found.message.contains(&format!("1 ({id})")), "{}", found.message);
    world.library.repair().await.unwrap();
    assert_eq!((world.files().await, world.read(id).as_str()), (found, text), "nothing removes it");
    assert_eq!(world.import("b.txt", text).await, id);
    assert_eq!(world.files().await.severity, Severity::Ok);
    assert_eq!((world.names().len(), world.read(id).as_str()), (2, text));
}
