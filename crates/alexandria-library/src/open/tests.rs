//! A library that was locked can be opened by anyone who has what opens it.

use std::time::Duration;

use super::*;

fn with_passphrase() -> Unlock {
    Unlock::Passphrase(Passphrase::new("open sesame".to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_library_is_closed_for_certain() {
    let folder = tempfile::tempdir().unwrap();
    let books = tempfile::tempdir().unwrap();
    for number in 0..50 {
        let text = format!("Book {number}.\n\n") + &"It was a dark and stormy night. ".repeat(200);
        std::fs::write(books.path().join(format!("{number}.txt")), text).unwrap();
    }
    let library = Library::create(folder.path(), with_passphrase()).await.unwrap();
    assert!(matches!(Library::open(folder.path(), with_passphrase()).await, Err(OpenError::InUse)));

    // An import, the standing job and somebody who still holds a handle.
    let import = library.import(vec![books.path().to_owned()]);
    let standing = tokio::spawn({
        let library = library.clone();
        async move { library.keep_embedded().await }
    });
    let held = library.clone();
    let locking = tokio::spawn(library.lock());
    let report = import.wait().await;
    standing.await.unwrap();
    assert!(!locking.is_finished(), "a handle is still held");
    assert!(matches!(Library::open(folder.path(), with_passphrase()).await, Err(OpenError::InUse)));
    drop(held);
    tokio::time::timeout(Duration::from_secs(60), locking).await.unwrap().unwrap();

    // At once, and with everything that was acknowledged.
    let library = Library::open(folder.path(), with_passphrase()).await.unwrap();
    let shelf = library.books(alexandria_domain::op::Membership::Shelf).await.unwrap();
    assert_eq!(shelf.len(), report.imported.len());
    library.lock().await;
    assert!(Library::open(folder.path(), with_passphrase()).await.is_ok());
}

#[tokio::test]
async fn a_recovery_code_protects_only_beside_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let code = || Unlock::RecoveryCode(RecoveryCode::generate().unwrap());
    let refused = Library::create(folder.path(), code()).await;
    assert!(matches!(refused, Err(OpenError::CodeAlone)));
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
