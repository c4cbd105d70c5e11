//! Damage to a library: the health check names the book and changes nothing; repair fixes derived data.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::fs;
use std::path::{Path, PathBuf};

use alexandria_library::domain::op::Membership;
use alexandria_library::{Finding, SearchMode, Severity};
use alexandria_tests_corpus::TestLibrary;

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

async fn fixture() -> TestLibrary {
    let fixture = TestLibrary::new().await;
    let outside = fixture.outside();
    fs::write(outside.join("a.md"), "# The Aardvark\n\nAn aardvark walks in.").unwrap();
    fs::write(outside.join("b.md"), "# The Badger\n\nA badger walks out.").unwrap();
    assert_eq!(fixture.import(&[outside]).await.imported.len(), 2);
    fixture
}

#[tokio::test(flavor = "multi_thread")]
async fn check_and_repair_name_a_damaged_book() {
    let fixture = fixture().await;
    let books = fixture.library.books(Membership::Shelf).await.unwrap();
    let (flipped, kept) = (books.first().unwrap().clone(), books.last().unwrap().clone());
    let name = flipped.id.to_string();
    let fixture = fixture
        .reopen_after(|library| {
            let (file, _) = files(library).into_iter().find(|(path, _)| path.ends_with(&name)).unwrap();
            let mut bytes = fs::read(&file).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            fs::write(&file, bytes).unwrap();
            fs::write(file.with_file_name("0123.part"), "left behind").unwrap();
        })
        .await;
    for repaired in [false, true] {
        let findings = if repaired {
            fixture.library.repair(&alexandria_library::Watch::default()).await.unwrap()
        } else {
            fixture.library.check(&alexandria_library::Watch::default()).await.unwrap()
        };
        let found = of(&findings, "files");
        assert_eq!(found.severity, Severity::Error, "a book cannot be rebuilt");
        assert!(found.message.contains(&flipped.metadata.title) && !found.message.contains(&kept.metadata.title));
        assert_eq!(of(&findings, "database").severity, Severity::Ok);
    }
    assert_eq!(fixture.search("badger OR aardvark", SearchMode::Exact, 5, 0).await.total, 2, "the text is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_does_not_create_the_vector_index() {
    let fixture = fixture().await.reopen_after(|library| assert!(!library.join("index").exists())).await;
    assert_eq!(
        of(&fixture.library.check(&alexandria_library::Watch::default()).await.unwrap(), "vectors").severity,
        Severity::Warning
    );
    fixture.reopen_after(|library| assert!(!library.join("index").exists(), "checking changes nothing")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn check_reports_a_damaged_vector_index_and_repair_rebuilds_it() {
    let fixture = fixture().await;
    fixture.library.embed(&alexandria_library::CancellationToken::new()).await.unwrap();
    let folder = std::cell::RefCell::new(PathBuf::new());
    let fixture = fixture
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
    let findings = fixture.library.check(&alexandria_library::Watch::default()).await.unwrap();
    assert_eq!(of(&findings, "vectors").severity, Severity::Error);
    assert_eq!(files(&folder.borrow()), before, "checking changes nothing");
    let findings = fixture.library.repair(&alexandria_library::Watch::default()).await.unwrap();
    assert_eq!(of(&findings, "vectors").severity, Severity::Warning, "passages are not embedded yet");
    fixture.library.embed(&alexandria_library::CancellationToken::new()).await.unwrap();
    assert_eq!(
        of(&fixture.library.check(&alexandria_library::Watch::default()).await.unwrap(), "vectors").severity,
        Severity::Ok
    );
}

/// The database files: it may have a WAL.
fn database(library: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let is_database = |path: &Path| path.file_name().unwrap().to_string_lossy().starts_with("library.db");
    files(library).into_iter().filter(|(path, _)| is_database(path)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn restored_older_database_loses_no_blob() {
    let fixture = fixture().await;
    let older = std::cell::RefCell::new(Vec::new());
    let fixture = fixture.reopen_after(|library| drop(older.replace(database(library)))).await;
    let outside = fixture.outside();
    let later = outside.join("c.md");
    fs::write(&later, "# The Cormorant\n\nA cormorant dives.").unwrap();
    let name = fixture.import(std::slice::from_ref(&later)).await.imported.first().unwrap().id.to_string();
    let sealed = std::cell::RefCell::new(Vec::new());
    let of_later = |library: &Path| {
        let sealed = files(&library.join("blobs")).into_iter().filter(|(path, _)| path.ends_with(&name));
        sealed.collect::<Vec<_>>()
    };
    let fixture = fixture
        .reopen_after(|library| {
            sealed.replace(of_later(library));
            database(library).iter().for_each(|(path, _)| fs::remove_file(path).unwrap());
            older.borrow().iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
        })
        .await;
    assert_eq!(sealed.borrow().len(), 1);
    assert_eq!(fixture.library.books(Membership::Shelf).await.unwrap().len(), 2, "the older database is used");

    fs::write(outside.join("d.md"), "# The Dormouse\n\nA dormouse sleeps.").unwrap();
    assert_eq!(fixture.import(&[outside.join("d.md")]).await.imported.len(), 1);
    let fixture = fixture.reopen_after(|library| assert_eq!(of_later(library), *sealed.borrow())).await;
    for repaired in [false, true] {
        let findings = if repaired {
            fixture.library.repair(&alexandria_library::Watch::default()).await.unwrap()
        } else {
            fixture.library.check(&alexandria_library::Watch::default()).await.unwrap()
        };
        let found = of(&findings, "files");
        assert_eq!(found.severity, Severity::Error);
        assert!(found.message.contains(&name) && found.message.contains("older"), "{}", found.message);
    }
    let fixture = fixture.reopen_after(|library| assert_eq!(of_later(library), *sealed.borrow())).await;

    // The advised import helps.
    assert_eq!(fixture.import(&[later]).await.imported.len(), 1);
    assert_eq!(
        of(&fixture.library.check(&alexandria_library::Watch::default()).await.unwrap(), "files").severity,
        Severity::Ok
    );
    let fixture = fixture.reopen_after(|library| assert_eq!(files(&library.join("blobs")).len(), 4)).await;
    assert_eq!(fixture.search("cormorant OR dormouse", SearchMode::Exact, 5, 0).await.total, 2);
}
