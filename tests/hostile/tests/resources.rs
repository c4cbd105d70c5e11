//! The cache of large resources: a media file is inflated once for all range requests of a player; at most one such file
//! is cached, and no longer than its book is open.

#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::sync::Arc;

use alexandria_library::Resource;
use alexandria_library::domain::PublicationId;
use alexandria_tests_corpus::TestLibrary;
use alexandria_tests_hostile::archive::{Entry, archive};

const CONTAINER: &str = "<container><rootfiles><rootfile full-path='p.opf'/></rootfiles></container>";
const PAGE: &str = "<html><body><p>Words and music.</p></body></html>";

/// A book with two compressed recordings of 2 MiB and a small one.
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

async fn import(fixture: &TestLibrary, title: &str) -> PublicationId {
    let file = fixture.outside().join(format!("{title}.epub"));
    std::fs::write(&file, book(title)).unwrap();
    fixture.import(&[file]).await.imported.first().unwrap().id
}

async fn resource(fixture: &TestLibrary, book: PublicationId, href: &str) -> Arc<Resource> {
    fixture.library.resource(book, href).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn large_resource_is_inflated_once_for_all_range_requests() {
    let fixture = TestLibrary::new().await;
    let (songs, tales) = (import(&fixture, "Songs").await, import(&fixture, "Tales").await);
    let first = resource(&fixture, songs, "one.mp3").await;
    assert_eq!((first.media_type.as_str(), first.bytes.len()), ("audio/mpeg", 2 << 20));

    // Small files are not cached and do not evict it.
    let small = resource(&fixture, songs, "small.mp3").await;
    assert!(!Arc::ptr_eq(&small, &resource(&fixture, songs, "small.mp3").await));
    assert!(Arc::ptr_eq(&first, &resource(&fixture, songs, "one.mp3").await));

    // Another large file evicts it, of the same book or not.
    let cached = Arc::downgrade(&first);
    drop(first);
    resource(&fixture, songs, "two.mp3").await;
    assert!(cached.upgrade().is_none());
    let cached = Arc::downgrade(&resource(&fixture, songs, "two.mp3").await);
    resource(&fixture, tales, "one.mp3").await;
    assert!(cached.upgrade().is_none());

    // It goes when the library rests, and with its book.
    let cached = Arc::downgrade(&resource(&fixture, tales, "one.mp3").await);
    assert!(cached.upgrade().is_some() && fixture.library.holds_memory());
    assert!(fixture.library.release_memory().await.unwrap());
    assert!(cached.upgrade().is_none() && !fixture.library.holds_memory());
    let cached = Arc::downgrade(&resource(&fixture, tales, "one.mp3").await);
    fixture.library.delete(vec![tales]).await.unwrap();
    assert!(cached.upgrade().is_none());
}
