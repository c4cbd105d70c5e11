//! Collections of a library: filled by hand and by filters.

use std::fs;

use alexandria_domain::op::Membership;
use alexandria_domain::{CodedError, CollectionId, ErrorCode, PublicationId};
use tempfile::TempDir;

use super::*;
use crate::editing::{Change, PublicationEdit};
use crate::library::Library;
use crate::open::{Passphrase, Unlock};
use crate::settings::LibrarySort;
use crate::shelf::ShelfRequest;

/// A library with a book "Lamp" and a book "Sea".
async fn library(folder: &TempDir) -> (Library, Vec<PublicationId>) {
    let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
    let library = Library::create(&folder.path().join("library"), unlock).await.unwrap();
    let files = ["Lamp", "Sea"].map(|name| folder.path().join(format!("{name}.txt")));
    for file in &files {
        fs::write(file, format!("The text of {}.", file.display())).unwrap();
    }
    library.import(files.to_vec()).wait().await;
    let books = library.shelf(request(None, "")).await.unwrap().into_iter().map(|book| book.id).collect();
    (library, books)
}

fn request(collection: Option<CollectionId>, filter: &str) -> ShelfRequest {
    ShelfRequest {
        membership: Membership::Shelf,
        filter: filter.to_owned(),
        collection,
        sort: LibrarySort::Title,
        reversed: false,
    }
}

fn new(name: &str, filter: Option<&str>) -> NewCollection {
    NewCollection { name: name.to_owned(), filter: filter.map(str::to_owned) }
}

#[tokio::test(flavor = "multi_thread")]
async fn collection_with_a_bad_name_or_filter_is_refused() {
    let folder = TempDir::new().unwrap();
    let (library, _) = library(&folder).await;
    library.create_collection(new("Lights", None)).await.unwrap();
    let check = async |name: &str, filter: Option<&str>, expect: ErrorCode| {
        let error = library.create_collection(new(name, filter)).await.unwrap_err();
        assert_eq!(error.code(), expect, "{name} {filter:?}");
    };
    check(" ", None, ErrorCode::InvalidInput).await;
    check("a\nb", None, ErrorCode::InvalidInput).await;
    check(&"x".repeat(201), None, ErrorCode::InvalidInput).await;
    check("LIGHTS", None, ErrorCode::InvalidInput).await;
    check("Smart", Some("  "), ErrorCode::MalformedQuery).await;
    check("Smart", Some("rating:9"), ErrorCode::MalformedQuery).await;
    check("Smart", Some("collection:lights"), ErrorCode::MalformedQuery).await;
    assert_eq!(library.collections().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn collection_is_filled_renamed_deleted_and_restored() {
    let folder = TempDir::new().unwrap();
    let (library, books) = library(&folder).await;
    let made = library.create_collection(new(" Lights ", None)).await.unwrap();
    assert_eq!((made.name.as_str(), made.filter.as_deref()), ("Lights", None));
    let unknown = vec![books[0], PublicationId::from_bytes([9; 16])];
    let error = library.set_collection_members(made.id, unknown, true).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
    let listed = async || {
        let found = library.shelf(request(Some(made.id), "")).await.unwrap();
        found.into_iter().map(|book| book.id).collect::<Vec<_>>()
    };
    assert_eq!(listed().await, []);
    library.set_collection_members(made.id, books.clone(), true).await.unwrap();
    assert_eq!(listed().await, books);
    assert_eq!(library.collections_of(books[0]).await.unwrap(), [made.id]);
    assert_eq!(library.shelf(request(Some(made.id), "sea")).await.unwrap().len(), 1);
    assert_eq!(library.shelf(request(None, "collection:lights -lamp")).await.unwrap().len(), 1);
    library.set_collection_members(made.id, vec![books[0]], false).await.unwrap();
    assert_eq!(listed().await, books[1..]);

    let edit = |edit: CollectionEdit| library.edit_collection(made.id, edit);
    edit(CollectionEdit { name: Some("lights".into()), ..CollectionEdit::default() }).await.unwrap();
    let error = edit(CollectionEdit { filter: Some("sea".into()), ..CollectionEdit::default() }).await.unwrap_err();
    assert!(matches!(error, CollectionError::HasNoFilter), "{error}");
    edit(CollectionEdit { deleted: Some(true), ..CollectionEdit::default() }).await.unwrap();
    assert_eq!(library.collections().await.unwrap(), []);
    assert_eq!(library.shelf(request(Some(made.id), "")).await.unwrap_err().code(), ErrorCode::NotFound);
    edit(CollectionEdit { deleted: Some(false), ..CollectionEdit::default() }).await.unwrap();
    assert_eq!(listed().await, books[1..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn smart_collection_follows_its_filter() {
    let folder = TempDir::new().unwrap();
    let (library, books) = library(&folder).await;
    let made = library.create_collection(new("Good", Some("rating:4+"))).await.unwrap();
    let error = library.set_collection_members(made.id, books.clone(), true).await.unwrap_err();
    assert!(matches!(error, CollectionError::HasFilter), "{error}");
    let count = async || library.collections().await.unwrap()[0].publications;
    assert_eq!(count().await, 0);
    let stars = PublicationEdit { rating: Change::Set(5), ..PublicationEdit::default() };
    library.edit(vec![books[1]], stars).await.unwrap();
    assert_eq!((count().await, library.shelf(request(Some(made.id), "")).await.unwrap()[0].id), (1, books[1]));
    assert_eq!(library.shelf(request(Some(made.id), "lamp")).await.unwrap().len(), 0);
    let other = CollectionEdit { filter: Some("rating:0".into()), ..CollectionEdit::default() };
    library.edit_collection(made.id, other).await.unwrap();
    assert_eq!(library.shelf(request(Some(made.id), "")).await.unwrap()[0].id, books[0]);
}
