//! A deletion that was begun is finished, and nothing takes it for finished before.

use std::fs;

use alexandria_domain::op::Membership;
use alexandria_domain::{Entity, Field, PublicationId, Value};
use tempfile::TempDir;

use crate::Severity;
use crate::backup::tests::place;
use crate::open::{Library, Passphrase, Unlock};

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
async fn a_deletion_that_stopped_at_the_vectors_leaves_no_file() {
    let folder = TempDir::new().unwrap();
    let (library, id) = library_in(&folder).await;
    // As far as it gets if the vectors cannot be removed.
    let core = &library.core;
    let value = Value::Membership(Membership::Gone);
    let gone = core.changes.op(Entity::Publication(id), Field::Membership, value).unwrap();
    core.store.apply(&[gone]).unwrap();
    library.rest().await.unwrap();
    assert_eq!(library.core.blobs.list().unwrap(), [id]);
    library.lock().await;

    let library = Library::open(&folder.path().join("library"), unlock()).await.unwrap();
    assert_eq!(library.core.blobs.list().unwrap(), []);
    assert_eq!(library.core.store.publications(Membership::Gone).unwrap(), []);
    let findings = library.check().await.unwrap();
    let files = findings.iter().find(|finding| finding.check == "files").unwrap();
    assert_eq!(files.severity, Severity::Fine, "{}", files.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_book_comes_back_as_one_that_was_never_read() {
    let folder = TempDir::new().unwrap();
    let (library, id) = library_in(&folder).await;
    library.save_position(id, place()).await.unwrap();
    library.delete(vec![id]).await.unwrap();
    let import = library.import(vec![folder.path().join("book.txt")]).wait().await;
    assert_eq!(import.imported.first().map(|file| file.id), Some(id));
    assert_eq!(library.open_publication(id).await.unwrap().position, None);
    library.save_position(id, place()).await.unwrap();
    assert_eq!(library.open_publication(id).await.unwrap().position, Some(place()));
}
