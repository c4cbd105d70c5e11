//! Books get the ids of an account, and what is left where that was interrupted.

use std::io::Read as _;

use alexandria_crypto::keys::PublicationIdKey;
use alexandria_domain::op::Membership;
use alexandria_domain::{Entity, Field, PublicationId, Value};
use tempfile::TempDir;

use super::{id_under, rename_books};
use crate::Library;
use crate::open::{Passphrase, Unlock};

/// The texts of the books.
const BOOKS: [&str; 3] = ["The first book.", "The second book.", "The third book."];

struct Joining {
    folder: TempDir,
    library: Library,
    /// The account's key.
    ids: PublicationIdKey,
}

impl Joining {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
        let library = Library::create(&folder.path().join("library"), unlock).await.unwrap();
        for (number, text) in BOOKS.iter().enumerate() {
            let file = folder.path().join(format!("{number}.txt"));
            std::fs::write(&file, text).unwrap();
            assert_eq!(library.import(vec![file]).wait().await.imported.len(), 1);
        }
        Self { folder, library, ids: PublicationIdKey::generate().unwrap() }
    }

    fn shelf(&self) -> Vec<PublicationId> {
        let books = self.library.parts.engines.store.publications(Membership::Shelf).unwrap();
        books.into_iter().map(|book| book.id).collect()
    }

    fn join(&self) {
        rename_books(&self.library.parts.engines, &self.library.parts.open_books, &self.ids).unwrap();
    }

    /// The id in the account of the book with that text.
    fn expected(&self, text: &str) -> PublicationId {
        PublicationId::from_bytes(self.ids.publication_id(blake3::hash(text.as_bytes()).as_bytes()))
    }

    /// All books have the account's ids and their own bytes, and nothing else is in the folder.
    fn check_joined(&self) {
        let blobs = &self.library.parts.engines.blobs;
        let mut expect: Vec<_> = BOOKS.iter().map(|text| self.expected(text)).collect();
        for (text, id) in BOOKS.iter().zip(&expect) {
            let mut read = String::new();
            blobs.read(id).unwrap().read_to_string(&mut read).unwrap();
            assert_eq!(read, *text);
        }
        let mut shelf = self.shelf();
        shelf.sort();
        expect.sort();
        assert_eq!(shelf, expect);
        assert_eq!((blobs.list().unwrap(), blobs.list_provisional().unwrap()), (expect, vec![]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn books_get_the_ids_of_the_account() {
    let joining = Joining::new().await;
    joining.join();
    joining.check_joined();
    joining.join();
    joining.check_joined();
}

/// Killed after each step of the first book, a second attempt ends in the same state.
#[tokio::test(flavor = "multi_thread")]
async fn interrupted_join_goes_on() {
    for step in 0..4 {
        let joining = Joining::new().await;
        let engines = &joining.library.parts.engines;
        let from = joining.shelf()[0];
        let to = id_under(engines, &from, &joining.ids).unwrap();
        engines.blobs.put_provisional(&to, engines.blobs.read(&from).unwrap()).unwrap();
        if step > 0 {
            engines.store.rename_publication(&from, &to, None).unwrap();
        }
        if step > 1 {
            engines.blobs.settle(&to).unwrap();
        }
        if step > 2 {
            engines.blobs.remove(&from).unwrap();
        }
        joining.join();
        crate::import::remove_leftovers(engines).unwrap();
        joining.check_joined();
    }
}

/// The book was imported again, by its old id, after a join that was interrupted: one copy stays.
#[tokio::test(flavor = "multi_thread")]
async fn book_that_is_there_twice_stays_once() {
    let joining = Joining::new().await;
    joining.join();
    let file = joining.folder.path().join("0.txt");
    let again = joining.library.import(vec![file]).wait().await.imported;
    assert_eq!(again.len(), 1, "the vault has the library's own key still");
    joining.join();
    let mut shelf = joining.shelf();
    shelf.sort();
    let mut expect: Vec<_> = BOOKS.iter().map(|text| joining.expected(text)).collect();
    expect.sort();
    assert_eq!(shelf, expect);
    let binned = joining.library.parts.engines.store.publications(Membership::Bin).unwrap();
    assert_eq!(binned.iter().map(|book| book.id).collect::<Vec<_>>(), [again[0].id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn unreadable_book_keeps_its_id_and_the_bin_is_kept() {
    let joining = Joining::new().await;
    let engines = &joining.library.parts.engines;
    let [lost, binned, _] = joining.shelf()[..] else { panic!("three books") };
    engines.blobs.remove(&lost).unwrap();
    let bin = engines.changes.op(Entity::Publication(binned), Field::Membership, Value::Membership(Membership::Bin));
    engines.store.apply(&[bin.unwrap()]).unwrap();
    let expect = id_under(engines, &binned, &joining.ids).unwrap();
    joining.join();
    assert!(joining.shelf().contains(&lost));
    let bin = engines.store.publications(Membership::Bin).unwrap();
    assert_eq!(bin.iter().map(|book| book.id).collect::<Vec<_>>(), [expect]);
}
