//! Real damage to a library: the doctor names the book, changes nothing unless asked, and mends what can be made again.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::fs;
use std::path::{Path, PathBuf};

use alexandria_library::domain::op::Membership;
use alexandria_library::{Finding, SearchMode, Severity};
use alexandria_tests_corpus::Shelf;

fn of<'a>(findings: &'a [Finding], check: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.check == check).unwrap()
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            all.extend(files(&entry.path()));
        } else {
            all.push((entry.path(), fs::read(entry.path()).unwrap()));
        }
    }
    all.sort();
    all
}

async fn shelf() -> Shelf {
    let shelf = Shelf::new().await;
    let outside = shelf.outside();
    fs::write(outside.join("a.md"), "# The Aardvark\n\nAn aardvark walks in.").unwrap();
    fs::write(outside.join("b.md"), "# The Badger\n\nA badger walks out.").unwrap();
    assert_eq!(shelf.import(&[outside]).await.imported.len(), 2);
    shelf
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_book_is_named_and_nothing_is_changed() {
    let shelf = shelf().await;
    let books = shelf.library.books(Membership::Shelf).await.unwrap();
    let (flipped, kept) = (books.first().unwrap().clone(), books.last().unwrap().clone());
    let name = flipped.id.to_string();
    let shelf = shelf
        .reopen_after(|library| {
            let (file, _) = files(library).into_iter().find(|(path, _)| path.ends_with(&name)).unwrap();
            let mut bytes = fs::read(&file).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            fs::write(&file, bytes).unwrap();
            fs::write(file.with_file_name("0123.part"), "left behind").unwrap();
        })
        .await;
    for repaired in [false, true] {
        let findings =
            if repaired { shelf.library.repair().await.unwrap() } else { shelf.library.check().await.unwrap() };
        let found = of(&findings, "files");
        assert_eq!(found.severity, Severity::Error, "a book cannot be made again");
        assert!(found.message.contains(&flipped.metadata.title) && !found.message.contains(&kept.metadata.title));
        assert_eq!(of(&findings, "database").severity, Severity::Ok);
    }
    assert_eq!(shelf.search("badger OR aardvark", SearchMode::Exact, 5, 0).await.total, 2, "the text is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vector_index_that_was_never_made_is_not_made_by_a_check() {
    let shelf = shelf().await.reopen_after(|library| assert!(!library.join("index").exists())).await;
    assert_eq!(of(&shelf.library.check().await.unwrap(), "vectors").severity, Severity::Warning);
    shelf.reopen_after(|library| assert!(!library.join("index").exists(), "checking changes nothing")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_vector_index_is_reported_first_and_begun_anew_when_asked() {
    let shelf = shelf().await;
    shelf.library.embed(&alexandria_library::CancellationToken::new()).await.unwrap();
    let folder = std::cell::RefCell::new(PathBuf::new());
    let shelf = shelf
        .reopen_after(|library| {
            folder.replace(library.join("index"));
            for (path, mut bytes) in files(&library.join("index")) {
                let middle = bytes.len() / 2;
                bytes.get_mut(middle).into_iter().for_each(|byte| *byte ^= 0x40);
                fs::write(path, bytes).unwrap();
            }
        })
        .await;
    let before = files(&folder.borrow());
    let findings = shelf.library.check().await.unwrap();
    assert_eq!(of(&findings, "vectors").severity, Severity::Error);
    assert_eq!(files(&folder.borrow()), before, "checking changes nothing");
    let findings = shelf.library.repair().await.unwrap();
    assert_eq!(of(&findings, "vectors").severity, Severity::Warning, "they wait to be made");
    shelf.library.embed(&alexandria_library::CancellationToken::new()).await.unwrap();
    assert_eq!(of(&shelf.library.check().await.unwrap(), "vectors").severity, Severity::Ok);
}

/// The files of the database: it may have a log.
fn database(library: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let is_database = |path: &Path| path.file_name().unwrap().to_string_lossy().starts_with("library.db");
    files(library).into_iter().filter(|(path, _)| is_database(path)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_put_back_costs_no_sealed_file() {
    let shelf = shelf().await;
    let older = std::cell::RefCell::new(Vec::new());
    let shelf = shelf.reopen_after(|library| drop(older.replace(database(library)))).await;
    let outside = shelf.outside();
    let later = outside.join("c.md");
    fs::write(&later, "# The Cormorant\n\nA cormorant dives.").unwrap();
    let name = shelf.import(std::slice::from_ref(&later)).await.imported.first().unwrap().id.to_string();
    let sealed = std::cell::RefCell::new(Vec::new());
    let of_later = |library: &Path| {
        let sealed = files(&library.join("blobs")).into_iter().filter(|(path, _)| path.ends_with(&name));
        sealed.collect::<Vec<_>>()
    };
    let shelf = shelf
        .reopen_after(|library| {
            sealed.replace(of_later(library));
            database(library).iter().for_each(|(path, _)| fs::remove_file(path).unwrap());
            older.borrow().iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
        })
        .await;
    assert_eq!(sealed.borrow().len(), 1);
    assert_eq!(shelf.library.books(Membership::Shelf).await.unwrap().len(), 2, "the older database is believed");

    fs::write(outside.join("d.md"), "# The Dormouse\n\nA dormouse sleeps.").unwrap();
    assert_eq!(shelf.import(&[outside.join("d.md")]).await.imported.len(), 1);
    let shelf = shelf.reopen_after(|library| assert_eq!(of_later(library), *sealed.borrow())).await;
    for repaired in [false, true] {
        let findings =
            if repaired { shelf.library.repair().await.unwrap() } else { shelf.library.check().await.unwrap() };
        let found = of(&findings, "files");
        assert_eq!(found.severity, Severity::Error);
        assert!(found.message.contains(&name) && found.message.contains("older"), "{}", found.message);
    }
    let shelf = shelf.reopen_after(|library| assert_eq!(of_later(library), *sealed.borrow())).await;

    // What the advice says helps.
    assert_eq!(shelf.import(&[later]).await.imported.len(), 1);
    assert_eq!(of(&shelf.library.check().await.unwrap(), "files").severity, Severity::Ok);
    let shelf = shelf.reopen_after(|library| assert_eq!(files(&library.join("blobs")).len(), 4)).await;
    assert_eq!(shelf.search("cormorant OR dormouse", SearchMode::Exact, 5, 0).await.total, 2);
}
