//! A locked library can be opened again; one that has lost its database or its vault is refused and left as it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use alexandria_domain::op::Membership;
use alexandria_domain::{CodedError, ErrorCode};
use alexandria_vault::SlotKind;

use super::*;
use crate::open::{LibraryState, OpenError, Passphrase, RecoveryCode, Unlock};

fn with_passphrase() -> Unlock {
    Unlock::Passphrase(Passphrase::new("open sesame".to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn lock_waits_until_the_library_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let books = tempfile::tempdir().unwrap();
    for number in 0..50 {
        let text = format!("Book {number}.\n\n") + &"It was a dark and stormy night. ".repeat(200);
        fs::write(books.path().join(format!("{number}.txt")), text).unwrap();
    }
    let library = Library::create(folder.path(), with_passphrase()).await.unwrap();
    assert!(matches!(Library::open(folder.path(), with_passphrase()).await, Err(OpenError::InUse)));

    // An import, the background job and another owner of a handle.
    let import = library.import(vec![books.path().to_owned()]);
    let background = tokio::spawn({
        let library = library.clone();
        async move { library.keep_embedded().await }
    });
    let held = library.clone();
    let locking = tokio::spawn(library.lock());
    let report = import.wait().await;
    background.await.unwrap();
    assert!(!locking.is_finished(), "a handle is still held");
    assert!(matches!(Library::open(folder.path(), with_passphrase()).await, Err(OpenError::InUse)));
    drop(held);
    tokio::time::timeout(Duration::from_secs(60), locking).await.unwrap().unwrap();

    // At once, and with everything that was acknowledged.
    let library = Library::open(folder.path(), with_passphrase()).await.unwrap();
    let shelf = library.books(Membership::Shelf).await.unwrap();
    assert_eq!(shelf.len(), report.imported.len());
    library.lock().await;
    assert!(Library::open(folder.path(), with_passphrase()).await.is_ok());
}

#[tokio::test]
async fn recovery_code_alone_does_not_protect_a_new_library() {
    let folder = tempfile::tempdir().unwrap();
    let code = || Unlock::RecoveryCode(RecoveryCode::generate().unwrap());
    let created = Library::create(folder.path(), code()).await;
    assert!(matches!(created, Err(OpenError::RecoveryCodeOnly)));
    assert_eq!(Library::state(folder.path()).await.unwrap(), LibraryState::None);

    let library = Library::create(folder.path(), with_passphrase()).await.unwrap();
    let new = library.prepare_recovery_code(with_passphrase()).await.unwrap();
    let text = new.code().expose_text().to_string();
    library.confirm_recovery_code(&new, text.clone()).await.unwrap();
    assert_eq!(library.protection().await.unwrap().slots, [SlotKind::Passphrase, SlotKind::RecoveryCode]);
    library.lock().await;
    let unlock = Unlock::RecoveryCode(RecoveryCode::parse(text).unwrap());
    assert!(Library::open(folder.path(), unlock).await.is_ok());
    assert!(Library::open(folder.path(), code()).await.is_err());
}

/// Every file below a folder with its bytes, in order.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            all.push((path, bytes));
        }
    }
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn open_refuses_a_library_without_its_database_and_changes_nothing() {
    let (folder, own) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let book = own.path().join("book.txt");
    fs::write(&book, "A book that stays.").unwrap();
    let library = Library::create(folder.path(), with_passphrase()).await.unwrap();
    assert_eq!(library.import(vec![book]).wait().await.imported.len(), 1);
    library.lock().await;

    let (database, away) = (folder.path().join(alexandria_store::FILE_NAME), own.path().join("away"));
    fs::rename(&database, &away).unwrap();
    for is_empty in [false, true] {
        if is_empty {
            fs::write(&database, []).unwrap();
        }
        let before = files(folder.path());
        let error = Library::open(folder.path(), with_passphrase()).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::Damaged, "{error}");
        assert!(error.to_string().contains("missing"), "{error}");
        assert_eq!(files(folder.path()), before, "empty: {is_empty}");
    }
    // Putting the database back helps.
    fs::rename(&away, &database).unwrap();
    let library = Library::open(folder.path(), with_passphrase()).await.unwrap();
    assert_eq!(library.books(Membership::Shelf).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn open_finishes_an_interrupted_creation() {
    for is_empty in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        Library::create(folder.path(), with_passphrase()).await.unwrap().lock().await;
        // Killed after the vault, before there was a database or anything in it.
        fs::remove_dir_all(folder.path().join("blobs")).unwrap();
        let database = folder.path().join(alexandria_store::FILE_NAME);
        fs::remove_file(&database).unwrap();
        if is_empty {
            fs::write(&database, []).unwrap();
        }
        let library = Library::open(folder.path(), with_passphrase()).await.unwrap();
        assert_eq!(library.books(Membership::Shelf).await.unwrap().len(), 0);
        library.lock().await;
        assert!(Library::open(folder.path(), with_passphrase()).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn create_refuses_a_folder_with_blobs_of_another_library() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("blobs")).unwrap();
    for _ in 0..2 {
        let error = Library::create(folder.path(), with_passphrase()).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::Damaged, "{error}");
    }
    assert_eq!(Library::state(folder.path()).await.unwrap(), LibraryState::None);
    fs::remove_dir(folder.path().join("blobs")).unwrap();
    assert!(Library::create(folder.path(), with_passphrase()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn open_refuses_a_library_without_its_vault_and_changes_nothing() {
    let (folder, own) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let book = own.path().join("book.txt");
    fs::write(&book, "A book that stays.").unwrap();
    let library = Library::create(folder.path(), with_passphrase()).await.unwrap();
    assert_eq!(library.import(vec![book]).wait().await.imported.len(), 1);
    library.lock().await;

    let vaults = ["vault", "vault.prev"].map(|name| (folder.path().join(name), own.path().join(name)));
    for (here, away) in &vaults {
        fs::rename(here, away).unwrap();
    }
    let before = files(folder.path());
    let created = Library::create(folder.path(), with_passphrase()).await;
    let opened = Library::open(folder.path(), with_passphrase()).await;
    for error in [created.unwrap_err(), opened.unwrap_err()] {
        assert_eq!(error.code(), ErrorCode::Damaged, "{error}");
        assert!(error.to_string().contains("`vault` is missing"), "{error}");
    }
    assert_eq!(Library::state(folder.path()).await.unwrap(), LibraryState::Damaged);
    assert_eq!(files(folder.path()), before);

    // Putting the vault back helps.
    for (here, away) in &vaults {
        fs::rename(away, here).unwrap();
    }
    let library = Library::open(folder.path(), with_passphrase()).await.unwrap();
    assert_eq!(library.books(Membership::Shelf).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn create_accepts_folders_without_data_of_a_library() {
    // Paths that end with a slash are folders.
    for (path, content, is_lost) in [
        ("library.db", "pages", true),
        ("blobs/ab/abcd", "a book", true),
        ("index/vectors.lance/data/a.lance", "vectors", true),
        ("library.db", "", false),
        ("blobs-of-mine/photo", "picture", false),
        ("index/vectors.lance/", "", false),
        ("lock", "", false),
        ("vault.tmp", "half a vault", false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        if path.ends_with('/') {
            fs::create_dir(&place).unwrap();
        } else {
            fs::write(&place, content).unwrap();
        }
        let before = files(folder.path());
        let expect = if is_lost { LibraryState::Damaged } else { LibraryState::None };
        assert_eq!(Library::state(folder.path()).await.unwrap(), expect, "{path}");
        let created = Library::create(folder.path(), with_passphrase()).await;
        assert_eq!(created.is_err(), is_lost, "{path}: {created:?}");
        assert!(!is_lost || files(folder.path()) == before, "{path}");
    }
}
