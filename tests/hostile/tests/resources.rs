//! A large file inside a book, of which a player asks for part after part, is inflated once and not for each part; one
//! such file at most is kept in memory, and not for longer than its book.

#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::sync::Arc;

use alexandria_library::Resource;
use alexandria_library::domain::PublicationId;
use alexandria_tests_corpus::Shelf;
use alexandria_tests_hostile::archive::{Entry, archive};

const CONTAINER: &str = "<container><rootfiles><rootfile full-path='p.opf'/></rootfiles></container>";
const PAGE: &str = "<html><body><p>Words and music.</p></body></html>";

/// A book with two recordings of 2 MiB, packed, and a small one.
fn book(title: &str) -> Vec<u8> {
    let package = format!(
        "<package><metadata><dc:title>{title}</dc:title></metadata><manifest>\
        <item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest>\
        <spine><itemref idref='a'/></spine></package>"
    );
    let recording = |name: &str, length: usize| Entry { deflated: true, ..Entry::new(name, vec![7; length]) };
    archive(&[
        Entry::new("mimetype", "application/epub+zip"),
        Entry::new("META-INF/container.xml", CONTAINER),
        Entry::new("p.opf", package),
        Entry::new("a.xhtml", PAGE),
        recording("one.mp3", 2 << 20),
        recording("two.mp3", 2 << 20),
        recording("small.mp3", 2 << 10),
    ])
}

async fn import(shelf: &Shelf, title: &str) -> PublicationId {
    let file = shelf.outside().join(format!("{title}.epub"));
    std::fs::write(&file, book(title)).unwrap();
    shelf.import(&[file]).await.imported.first().unwrap().id
}

async fn ask(shelf: &Shelf, book: PublicationId, href: &str) -> Arc<Resource> {
    shelf.library.resource(book, href).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_inside_a_book_is_inflated_once_for_all_its_parts() {
    let shelf = Shelf::new().await;
    let (songs, tales) = (import(&shelf, "Songs").await, import(&shelf, "Tales").await);
    let first = ask(&shelf, songs, "one.mp3").await;
    assert_eq!((first.media_type.as_str(), first.bytes.len()), ("audio/mpeg", 2 << 20));

    // Small files leave it where it is, and are read each time.
    let small = ask(&shelf, songs, "small.mp3").await;
    assert!(!Arc::ptr_eq(&small, &ask(&shelf, songs, "small.mp3").await));
    assert!(Arc::ptr_eq(&first, &ask(&shelf, songs, "one.mp3").await));

    // Another takes its place, of the same book or not.
    let kept = Arc::downgrade(&first);
    drop(first);
    ask(&shelf, songs, "two.mp3").await;
    assert!(kept.upgrade().is_none());
    let kept = Arc::downgrade(&ask(&shelf, songs, "two.mp3").await);
    ask(&shelf, tales, "one.mp3").await;
    assert!(kept.upgrade().is_none());

    // It goes when the library rests, and with its book.
    let kept = Arc::downgrade(&ask(&shelf, tales, "one.mp3").await);
    assert!(kept.upgrade().is_some() && shelf.library.holds_memory());
    assert!(shelf.library.release_memory().await.unwrap());
    assert!(kept.upgrade().is_none() && !shelf.library.holds_memory());
    let kept = Arc::downgrade(&ask(&shelf, tales, "one.mp3").await);
    shelf.library.delete(vec![tales]).await.unwrap();
    assert!(kept.upgrade().is_none());
}
