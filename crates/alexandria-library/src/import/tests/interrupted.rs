//! Leftovers of an import that was killed, at each stage of a file: unfinished, provisional, committed, under its final
//! name.

use std::fs;
use std::path::{Path, PathBuf};

use alexandria_domain::PublicationId;
use tokio_util::sync::CancellationToken;

use super::fixture::{BOOK, TestLibrary};
use crate::Severity;
use crate::backup::BackupOptions;
use crate::import::remove_leftovers;

impl TestLibrary {
    fn provisional(&self, id: PublicationId) -> PathBuf {
        self.file(id).with_extension("new")
    }

    /// The state after a kill between the commit of `book` and the renaming of its file.
    fn kill_before_renaming(&self) {
        fs::rename(self.file(self.book), self.provisional(self.book)).unwrap();
    }
}

fn other(number: u8) -> PublicationId {
    PublicationId::from_bytes([number; 16])
}

#[tokio::test(flavor = "multi_thread")]
async fn remove_leftovers_keeps_final_files() {
    let fixture = TestLibrary::new().await;
    let blobs = &fixture.library.parts.engines.blobs;
    // Killed while writing; killed after that; and a book that an older database does not know.
    fs::write(fixture.file(fixture.book).with_file_name("0123.part"), "half").unwrap();
    blobs.put_provisional(&other(7), &b"whole, and not committed"[..]).unwrap();
    blobs.put(&other(8), &b"committed once"[..]).unwrap();
    assert_eq!(fixture.names().len(), 4);
    assert_eq!(fixture.import("a.txt", BOOK).await, fixture.book);
    let mut expect = [fixture.book.to_string(), other(8).to_string()];
    expect.sort();
    assert_eq!(fixture.names(), expect);
    assert_eq!(fixture.read(other(8)), "committed once");
}

#[tokio::test(flavor = "multi_thread")]
async fn book_under_its_provisional_name_is_intact() {
    let fixture = TestLibrary::new().await;
    fixture.kill_before_renaming();
    assert_eq!(fixture.read(fixture.book), BOOK);
    assert_eq!(fixture.files().await.severity, Severity::Ok);
    let (target, cancel) = (fixture.folder.path().join("backup"), CancellationToken::new());
    let report = fixture.library.back_up(&target, BackupOptions::default(), &cancel, |_| {}).await.unwrap();
    assert_eq!((report.publications, report.left_out), (1, vec![]));
    assert_eq!(fixture.names(), [format!("{}.new", fixture.book)], "reading changes nothing");
    // The next import finishes it.
    assert_eq!(fixture.import("a.txt", BOOK).await, fixture.book);
    assert_eq!(fixture.names(), [fixture.book.to_string()]);
    assert_eq!(fixture.read(fixture.book), BOOK);
}

#[tokio::test(flavor = "multi_thread")]
async fn book_under_its_provisional_name_can_be_deleted() {
    let fixture = TestLibrary::new().await;
    fixture.kill_before_renaming();
    fixture.library.delete(vec![fixture.book]).await.unwrap();
    assert_eq!(fixture.names(), [""; 0]);
    assert_eq!(fixture.files().await.severity, Severity::Ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn remove_leftovers_finishes_an_interrupted_run() {
    let fixture = TestLibrary::new().await;
    let blobs = &fixture.library.parts.engines.blobs;
    let later = fixture.import("b.txt", "Another book that stays.").await;
    // The interrupted run had processed one book and one leftover of two each.
    fixture.kill_before_renaming();
    blobs.put_provisional(&other(7), &b"not committed"[..]).unwrap();
    for _ in 0..2 {
        remove_leftovers(&fixture.library.parts.engines).unwrap();
        let mut expect = [fixture.book.to_string(), later.to_string()];
        expect.sort();
        assert_eq!(fixture.names(), expect);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn import_replaces_leftovers_of_an_earlier_attempt() {
    let fixture = TestLibrary::new().await;
    let text = "The same book again.";
    let id = fixture.library.parts.engines.publication_id(&blake3::hash(text.as_bytes()));
    let blobs = &fixture.library.parts.engines.blobs;
    let tries: [fn(&Path); 3] = [
        |_| {},
        // Not one of our files, so it cannot be opened; but it has the name.
        |provisional| fs::write(provisional, "torn by a bad disk").unwrap(),
        |provisional| fs::rename(provisional, provisional.with_extension("")).unwrap(),
    ];
    for leave in tries {
        blobs.put_provisional(&id, text.as_bytes()).unwrap();
        leave(&fixture.provisional(id));
        assert_eq!(fixture.import("b.txt", text).await, id);
        assert_eq!(fixture.read(id), text);
        assert_eq!((fixture.names().len(), fixture.files().await.severity), (2, Severity::Ok));
        fixture.library.delete(vec![id]).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn file_unknown_to_the_database_is_reported_until_imported() {
    let fixture = TestLibrary::new().await;
    let text = "A later book.";
    let id = fixture.library.parts.engines.publication_id(&blake3::hash(text.as_bytes()));
    fixture.library.parts.engines.blobs.put(&id, text.as_bytes()).unwrap();
    let found = fixture.files().await;
    assert_eq!(found.severity, Severity::Error);
    assert!(found.message.contains(&format!("1 ({id})")), "{}", found.message);
    fixture.library.repair(&crate::Watch::default()).await.unwrap();
    assert_eq!((fixture.files().await, fixture.read(id).as_str()), (found, text), "nothing removes it");
    assert_eq!(fixture.import("b.txt", text).await, id);
    assert_eq!(fixture.files().await.severity, Severity::Ok);
    assert_eq!((fixture.names().len(), fixture.read(id).as_str()), (2, text));
}
