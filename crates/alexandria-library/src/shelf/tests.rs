//! An interrupted deletion is finished later, and is not taken for finished before.

use std::fs;

use alexandria_domain::op::Membership;
use alexandria_domain::{Entity, Field, PublicationId, Value};
use tempfile::TempDir;

use crate::Severity;
use crate::backup::tests::locator;
use crate::library::Library;
use crate::open::{Passphrase, Unlock};

fn unlock() -> Unlock {
    Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()))
}

/// A library of one book, in the folder `library`.
async fn library_in(folder: &TempDir) -> (Library, PublicationId) {
    let library = Library::create(&folder.path().join("library"), unlock()).await.unwrap();
    let file = folder.path().join("book.txt");
    fs::write(&file, "A book that goes.").unwrap();
    let id = library.import(vec![file]).wait().await.imported.first().unwrap().id;
    (library, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn deletion_interrupted_before_its_vectors_is_finished_at_open() {
    let folder = TempDir::new().unwrap();
    let (library, id) = library_in(&folder).await;
    // As far as a deletion gets if the vectors cannot be removed.
    let engines = &library.parts.engines;
    let value = Value::Membership(Membership::Gone);
    let gone = engines.changes.op(Entity::Publication(id), Field::Membership, value).unwrap();
    engines.store.apply(&[gone]).unwrap();
    library.release_memory().await.unwrap();
    assert_eq!(library.parts.engines.blobs.list().unwrap(), [id]);
    library.lock().await;

    let library = Library::open(&folder.path().join("library"), unlock()).await.unwrap();
    assert_eq!(library.parts.engines.blobs.list().unwrap(), []);
    assert_eq!(library.parts.engines.store.publications(Membership::Gone).unwrap(), []);
    let findings = library.check(&crate::Watch::default()).await.unwrap();
    let files = findings.iter().find(|finding| finding.check == "files").unwrap();
    assert_eq!(files.severity, Severity::Ok, "{}", files.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn book_imported_after_its_deletion_has_no_position() {
    let folder = TempDir::new().unwrap();
    let (library, id) = library_in(&folder).await;
    library.save_position(id, locator()).await.unwrap();
    library.delete(vec![id]).await.unwrap();
    let import = library.import(vec![folder.path().join("book.txt")]).wait().await;
    assert_eq!(import.imported.first().map(|file| file.id), Some(id));
    assert_eq!(library.open_publication(id).await.unwrap().position, None);
    library.save_position(id, locator()).await.unwrap();
    assert_eq!(library.open_publication(id).await.unwrap().position, Some(locator()));
}
