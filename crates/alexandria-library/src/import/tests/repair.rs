//! A book whose encrypted file is missing or damaged is mended by importing it again.

use std::fs;
use std::path::Path;

use alexandria_domain::op::Membership;

use super::world::{BOOK, World};
use crate::Severity;

/// Changes one bit of the byte at `place` of the file's length.
fn flip(file: &Path, place: fn(usize) -> usize) {
    let mut bytes = fs::read(file).unwrap();
    let at = place(bytes.len());
    *bytes.get_mut(at).unwrap() ^= 1;
    fs::write(file, bytes).unwrap();
}

/// What can become of a sealed file. Only its header and its end are looked at when it is opened.
const DAMAGE: [fn(&Path); 5] = [
    |file| fs::remove_file(file).unwrap(),
    |file| fs::write(file, "").unwrap(),
    |file| flip(file, |_length| 0),
    |file| flip(file, |length| length / 2),
    |file| flip(file, |length| length - 1),
];

#[tokio::test(flavor = "multi_thread")]
async fn import_replaces_a_damaged_encrypted_file() {
    let world = World::new().await;
    // Several of the chunks that are sealed one by one.
    let text = "A long book that stays.\n\n".repeat(10_000);
    let id = world.import("long.txt", &text).await;
    for damage in DAMAGE {
        damage(&world.file(id));
        assert_eq!(world.files().await.severity, Severity::Error);
        let report = world.report(vec![world.write("long.txt", &text)]).await;
        let imported: Vec<_> = report.imported.iter().map(|file| (file.id, file.title.as_str())).collect();
        assert_eq!((imported, report.duplicates.len(), report.refused.len()), (vec![(id, "long")], 0, 0));
        assert_eq!(world.files().await.severity, Severity::Ok);
        assert_eq!((world.read(id) == text, world.names().len()), (true, 2));
        let sections = world.library.open_publication(id).await.unwrap().sections;
        let href = &sections.first().unwrap().extent.href;
        let page = world.library.page(id, href, "book://localhost/x").await.unwrap();
        assert!(page.html.contains("A long book that stays."));
    }
    let report = world.report(vec![world.write("another name.bak", &text)]).await;
    assert_eq!(report.duplicates.first().map(|file| file.id), Some(id), "what is whole is a duplicate: {report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn import_restores_a_damaged_book_from_the_bin() {
    let world = World::new().await;
    world.library.remove(vec![world.book]).await.unwrap();
    fs::remove_file(world.file(world.book)).unwrap();
    let report = world.report(vec![world.folder.path().join("a.txt")]).await;
    assert_eq!(report.imported.first().map(|file| file.id), Some(world.book), "{report:?}");
    assert_eq!(world.library.books(Membership::Shelf).await.unwrap().len(), 1);
    assert_eq!(world.files().await.severity, Severity::Ok);
}

/// One of several copies mends it, and the others find it whole.
#[tokio::test(flavor = "multi_thread")]
async fn import_replaces_a_damaged_file_once() {
    let world = World::new().await;
    flip(&world.file(world.book), |length| length - 1);
    let copies = ["b.txt", "c.txt", "d.bak"].map(|name| world.write(name, BOOK));
    let report = world.report(copies.to_vec()).await;
    assert_eq!((report.imported.len(), report.duplicates.len(), report.refused.len()), (1, 2, 0), "{report:?}");
    assert_eq!(world.files().await.severity, Severity::Ok);
}
