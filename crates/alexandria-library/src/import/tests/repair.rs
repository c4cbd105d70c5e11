//! Importing a book again replaces its encrypted file if that is missing or damaged.

use std::fs;
use std::path::Path;

use alexandria_domain::op::Membership;

use super::fixture::{BOOK, TestLibrary};
use crate::Severity;

/// Changes one bit of the byte at `place` of the file's length.
fn flip(file: &Path, place: fn(usize) -> usize) {
    let mut bytes = fs::read(file).unwrap();
    let at = place(bytes.len());
    *bytes.get_mut(at).unwrap() ^= 1;
    fs::write(file, bytes).unwrap();
}

/// Ways to damage an encrypted file. Only its header and its end are read when it is opened.
const DAMAGE: [fn(&Path); 5] = [
    |file| fs::remove_file(file).unwrap(),
    |file| fs::write(file, "").unwrap(),
    |file| flip(file, |_length| 0),
    |file| flip(file, |length| length / 2),
    |file| flip(file, |length| length - 1),
];

#[tokio::test(flavor = "multi_thread")]
async fn import_replaces_a_damaged_encrypted_file() {
    let fixture = TestLibrary::new().await;
    // Several encrypted chunks.
    let text = "A long book that stays.\n\n".repeat(10_000);
    let id = fixture.import("long.txt", &text).await;
    for damage in DAMAGE {
        damage(&fixture.file(id));
        assert_eq!(fixture.files().await.severity, Severity::Error);
        let report = fixture.report(vec![fixture.write("long.txt", &text)]).await;
        let imported: Vec<_> = report.imported.iter().map(|file| (file.id, file.title.as_str())).collect();
        assert_eq!((imported, report.duplicates.len(), report.refused.len()), (vec![(id, "long")], 0, 0));
        assert_eq!(fixture.files().await.severity, Severity::Ok);
        assert_eq!((fixture.read(id) == text, fixture.names().len()), (true, 2));
        let sections = fixture.library.open_publication(id).await.unwrap().sections;
        let href = &sections.first().unwrap().extent.href;
        let page = fixture.library.page(id, href, "book://localhost/x").await.unwrap();
        assert!(page.html.contains("A long book that stays."));
    }
    let report = fixture.report(vec![fixture.write("another name.bak", &text)]).await;
    assert_eq!(report.duplicates.first().map(|file| file.id), Some(id), "an intact book is a duplicate: {report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn import_restores_a_damaged_book_from_the_bin() {
    let fixture = TestLibrary::new().await;
    fixture.library.remove(vec![fixture.book]).await.unwrap();
    fs::remove_file(fixture.file(fixture.book)).unwrap();
    let report = fixture.report(vec![fixture.folder.path().join("a.txt")]).await;
    assert_eq!(report.imported.first().map(|file| file.id), Some(fixture.book), "{report:?}");
    assert_eq!(fixture.library.books(Membership::Shelf).await.unwrap().len(), 1);
    assert_eq!(fixture.files().await.severity, Severity::Ok);
}

/// One of several copies repairs it, and the others find it intact.
#[tokio::test(flavor = "multi_thread")]
async fn import_replaces_a_damaged_file_once() {
    let fixture = TestLibrary::new().await;
    flip(&fixture.file(fixture.book), |length| length - 1);
    let copies = ["b.txt", "c.txt", "d.bak"].map(|name| fixture.write(name, BOOK));
    let report = fixture.report(copies.to_vec()).await;
    assert_eq!((report.imported.len(), report.duplicates.len(), report.refused.len()), (1, 2, 0), "{report:?}");
    assert_eq!(fixture.files().await.severity, Severity::Ok);
}
