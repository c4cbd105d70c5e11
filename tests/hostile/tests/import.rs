//! Hostile files in the real pipeline: each is rejected with the right code, or imported. A rejected file leaves neither a row
//! nor an encrypted copy.

#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use alexandria_library::SearchMode;
use alexandria_library::domain::{CodedError, ErrorCode, PublicationId};
use alexandria_tests_corpus::TestLibrary;
use alexandria_tests_hostile::archive::{Entry, archive};
use zip::write::SimpleFileOptions;

const CONTAINER: &str = "<container><rootfiles><rootfile full-path='p.opf'/></rootfiles></container>";
const PACKAGE: &str = "<package><metadata><dc:title>T</dc:title></metadata><manifest>\
    <item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest><spine><itemref idref='a'/></spine></package>";
const PAGE: &str = "<html><body><p>A zebra.</p></body></html>";

/// The entries of a valid book.
fn entries() -> Vec<Entry> {
    vec![
        Entry::new("mimetype", "application/epub+zip"),
        Entry::new("META-INF/container.xml", CONTAINER),
        Entry::new("p.opf", PACKAGE),
        Entry::new("a.xhtml", PAGE),
    ]
}

/// The valid book with more entries; an entry replaces one of the same name.
fn book(more: impl IntoIterator<Item = Entry>) -> Vec<u8> {
    let mut all = entries();
    for entry in more {
        all.retain(|old| old.name != entry.name);
        all.push(entry);
    }
    archive(&all)
}

/// A book whose page is at `href`, both in the manifest and in the archive.
fn book_at(href: &str) -> Vec<u8> {
    book([Entry::new("p.opf", PACKAGE.replace("'a.xhtml'", &format!("'{href}'"))), Entry::new(href, PAGE)])
}

/// The valid book with one more file, compressed.
fn compressed(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for Entry { name, bytes, .. } in entries().iter().chain([&Entry::new(name, bytes)]) {
        writer.start_file(std::str::from_utf8(name).unwrap(), SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// Why a file is rejected: code and message.
type Rejection = (ErrorCode, String);

/// Imports a file into a library of its own.
async fn import(name: &str, bytes: &[u8]) -> (TestLibrary, Result<PublicationId, Rejection>) {
    let fixture = TestLibrary::new().await;
    let file = fixture.outside().join(name);
    fs::write(&file, bytes).unwrap();
    let report = fixture.import(std::slice::from_ref(&file)).await;
    assert_eq!(files_below(&fixture.outside()), [file], "nothing is unpacked next to the imported file");
    let outcome = match (report.imported.as_slice(), report.refused.as_slice()) {
        ([imported], []) => Ok(imported.id),
        ([], [refused]) if refused.name == name => Err((refused.code, refused.message.clone())),
        _ => unreachable!("one file has one outcome: {report:?}"),
    };
    (fixture, outcome)
}

/// The file is rejected with that code, and leaves nothing in the library. Returns the message.
async fn rejected(name: &str, bytes: &[u8], code: ErrorCode) -> String {
    let (fixture, outcome) = import(name, bytes).await;
    assert!(outcome.is_err(), "{name} was read");
    let (found, message) = outcome.unwrap_err();
    assert_eq!(found, code, "{name}: {message}");
    let status = fixture.library.status().await.unwrap();
    assert_eq!((status.publications, status.passages), (0, 0), "{name} left a row");
    let blobs = fixture.outside().parent().unwrap().join("library/blobs");
    assert_eq!(files_below(&blobs), [""; 0].map(PathBuf::from), "{name} left a file");
    message
}

/// The file is imported, and so many passages match the word.
async fn read(name: &str, bytes: &[u8], word: &str, expect: u64) -> (TestLibrary, PublicationId) {
    let (fixture, outcome) = import(name, bytes).await;
    assert!(outcome.is_ok(), "{name}: {outcome:?}");
    assert_eq!(fixture.search(word, SearchMode::Exact, 10, 0).await.total, expect, "{name}: {word}");
    (fixture, outcome.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_archives_are_rejected() {
    for name in ["a.epub", "a.txt", "a.md", "a.html"] {
        rejected(name, b"", ErrorCode::Malformed).await;
    }
    let valid = book([]);
    for length in [4, 30, 100, valid.len() / 2, valid.len() - 30, valid.len() - 1] {
        rejected("cut.epub", &valid[..length], ErrorCode::Malformed).await;
    }
    rejected("pdf.epub", b"%PDF-1.7 and so on", ErrorCode::Malformed).await;
    rejected(
        "picture.txt",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xdb\0\x43\0\x03\x02",
        ErrorCode::Malformed,
    )
    .await;
    rejected("archive.md", &compressed("b.bin", &[7; 5000])[40..], ErrorCode::Malformed).await;
    rejected("book.mobi", b"BOOKMOBI", ErrorCode::Malformed).await;
    rejected("book.lit", b"ITOLITLS", ErrorCode::UnsupportedFormat).await;
    // The signature of an EPUB is enough, whatever its extension.
    read("book.txt", &valid, "zebra", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn zip_bombs_are_rejected() {
    let zeros = vec![0; 300 << 20];
    rejected("ratio.epub", &compressed("a.bin", &zeros[..64 << 20]), ErrorCode::LimitExceeded).await;
    let many = (0..20_001).map(|number| Entry::new(format!("{number}"), ""));
    rejected("many.epub", &book(many), ErrorCode::LimitExceeded).await;
    // A hundred entries share one megabyte.
    let shared = Entry { shared_with: Some(0), ..Entry::new("shared", &zeros[..1 << 20]) };
    let names = (0..100).map(|number| Entry { name: format!("{number:06}").into_bytes(), ..shared.clone() });
    let first = [Entry { shared_with: None, ..shared.clone() }];
    let overlapping: Vec<Entry> = first.into_iter().chain(entries()).chain(names).collect();
    rejected("overlap.epub", &archive(&overlapping), ErrorCode::Malformed).await;
    let lie = Entry { claimed_size: Some(10), deflated: true, ..Entry::new("a.xhtml", PAGE.repeat(100)) };
    rejected("lie.epub", &book([lie]), ErrorCode::Malformed).await;
    // An archive in a book is never unpacked.
    let nested = Entry::new("inner.epub", compressed("a.bin", &zeros[..64 << 20]));
    read("nested.epub", &book([nested]), "zebra", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn archive_with_contradicting_headers_is_rejected_or_read_by_its_directory() {
    // The content of the first file is an archive, with headers of its own.
    let inner = archive(&[Entry::new("a.xhtml", PAGE.replace("zebra", "quagga"))]);
    let quoted = book([Entry::new("mimetype", &inner)]);
    let (fixture, _) = read("quoted.epub", &quoted, "zebra", 1).await;
    assert_eq!(fixture.search("quagga", SearchMode::Exact, 10, 0).await.total, 0);
    let mut twice = entries();
    twice.push(Entry::new("a.xhtml", PAGE.replace("zebra", "quagga")));
    let (fixture, outcome) = import("twice.epub", &archive(&twice)).await;
    let found = fixture.search("zebra OR quagga", SearchMode::Exact, 10, 0).await.total;
    assert_eq!(found, u64::from(outcome.is_ok()), "one of two files with the same name, or none");
    let mut other = book([]);
    // Unknown compression method in the local header of the package document, but not in the directory.
    let at = other.windows(5).position(|bytes| bytes == b"p.opf").unwrap() - 30 + 8;
    other[at..at + 2].copy_from_slice(&99_u16.to_le_bytes());
    rejected("method.epub", &other, ErrorCode::Malformed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entry_names_cannot_leave_the_archive() {
    for href in [
        "../a.html",
        "../../../../etc/passwd",
        "%2e%2e/a.html",
        "..\\a.html",
        "C:\\a.html",
        "file:///etc/passwd",
        "//host/a.html",
    ] {
        rejected("path.epub", &book_at(href), ErrorCode::Malformed).await;
    }
    // These look like paths out of the archive, but are names in it.
    for href in ["/a.html", "a\u{1}b.html", "con.html", "a/./b/../c.html"] {
        let (fixture, outcome) = import("path.epub", &book_at(href)).await;
        if let Err((code, message)) = outcome {
            assert_eq!(code, ErrorCode::Malformed, "{href}: {message}");
        }
        drop(fixture);
    }
    let link = Entry::link("a.xhtml", "/etc/passwd");
    let (fixture, _) = read("link.epub", &book([link]), "root", 0).await;
    assert_eq!(
        fixture.search("passwd", SearchMode::Exact, 10, 0).await.total,
        1,
        "the content of a link is the path of its target"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn drm_is_reported_with_its_scheme() {
    let encrypted = Entry { flags: 1, ..Entry::new("a.xhtml", PAGE) };
    let message = rejected("password.epub", &book([encrypted]), ErrorCode::Protected).await;
    assert!(message.contains("DRM") && message.contains("zip password"), "{message}");
    let licence = "<encryption><EncryptedData><EncryptionMethod Algorithm='http://www.w3.org/2001/04/xmlenc#aes256-cbc'/>\
        </EncryptedData></encryption>";
    let message =
        rejected("drm.epub", &book([Entry::new("META-INF/encryption.xml", licence)]), ErrorCode::Protected).await;
    assert!(message.contains("encryption.xml"), "{message}");
    rejected("lcp.epub", &book([Entry::new("META-INF/license.lcpl", "{}")]), ErrorCode::Protected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entities_are_not_expanded() {
    let entity = |number: u32| format!("<!ENTITY e{} '{}'>", number + 1, format!("&e{number};").repeat(10));
    let laughs: String = (0..9).map(entity).collect();
    let laughs = format!("<!DOCTYPE x [<!ENTITY e0 'quagga'>{laughs}]>");
    let page = format!("<?xml version='1.0'?>{laughs}<html><body><p>A zebra &e9;</p></body></html>");
    read("laughs.epub", &book([Entry::new("a.xhtml", page)]), "zebra -quagga", 1).await;
    let package = format!("{laughs}{}", PACKAGE.replace(">T<", ">&e9;<"));
    read("package.epub", &book([Entry::new("p.opf", package)]), "zebra", 1).await;
    let page = "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><html><body><p>A zebra &f;</p></body></html>";
    read("external.epub", &book([Entry::new("a.xhtml", page)]), "zebra -root", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deep_nesting_is_rejected() {
    let deep = "<div>".repeat(100_000);
    rejected("deep.html", deep.as_bytes(), ErrorCode::LimitExceeded).await;
    rejected("deep.epub", &book([Entry::new("a.xhtml", &deep)]), ErrorCode::LimitExceeded).await;
    rejected("package.epub", &book([Entry::new("p.opf", "<package>".repeat(100_000))]), ErrorCode::LimitExceeded).await;
    let quotes = format!("{}zebra", "> ".repeat(100_000));
    rejected("quotes.md", quotes.as_bytes(), ErrorCode::LimitExceeded).await;
    let lists: String = (0..2_000).map(|depth| format!("{}- zebra\n", "  ".repeat(depth))).collect();
    rejected("lists.md", lists.as_bytes(), ErrorCode::LimitExceeded).await;
    let contents = format!("<nav epub:type='toc'>{}</nav>", "<ol><li><a href='a.xhtml'>x</a>".repeat(400));
    let package = PACKAGE.replace("</manifest>", "<item id='n' href='n.xhtml' properties='nav'/></manifest>");
    read("contents.epub", &book([Entry::new("p.opf", package), Entry::new("n.xhtml", contents)]), "zebra", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_text_encodings_are_imported() {
    read("utf8.txt", b"A zebra \xc3\x28 \xff\xfe \xf0\x9f end.", "zebra", 1).await;
    let mut wide: Vec<u8> = "\u{feff}A zebra".encode_utf16().flat_map(u16::to_le_bytes).collect();
    // Half a surrogate pair, and half a code unit.
    wide.extend([0, 0xd8, b' ', 0, 7]);
    read("utf16.txt", &wide, "zebra", 1).await;
    let page = [b"<html><body><p>A zebra \xff\xc0\x80\xed\xa0\x80</p></body></html>".as_slice()].concat();
    read("page.epub", &book([Entry::new("a.xhtml", page)]), "zebra", 1).await;
    read("lines.txt", &b"zebra \r\r\n\x0c\xe2\x80\xa8".repeat(3), "zebra", 2).await;
}

/// A tiny PNG whose header declares a size in pixels.
fn png(side: u32) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let body = [kind, data].concat();
        let length = u32::try_from(data.len()).unwrap();
        [&length.to_be_bytes(), body.as_slice(), &crc32fast::hash(&body).to_be_bytes()].concat()
    };
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[16, 6, 0, 0, 0]].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        chunk(b"IDAT", b"\x78\x9c\x03\0\0\0\0\x01"),
        chunk(b"IEND", b""),
    ]
    .concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn image_bomb_as_cover_is_not_decoded() {
    let package = PACKAGE.replace("</manifest>", "<item id='c' href='c.png' properties='cover-image'/></manifest>");
    for side in [10_000, 20_000, 1 << 30] {
        let book = book([Entry::new("p.opf", &package), Entry::new("c.png", png(side))]);
        let (fixture, id) = read("cover.epub", &book, "zebra", 1).await;
        assert_eq!(fixture.library.thumbnail(id).await.unwrap_err().code(), ErrorCode::Malformed, "{side}");
    }
    // A cover over the size limit is left out.
    let heavy = Entry::new("c.png", [png(1), vec![7; 33 << 20]].concat());
    let (fixture, id) = read("heavy.epub", &book([Entry::new("p.opf", &package), heavy]), "zebra", 1).await;
    assert_eq!(fixture.library.cover(id).await.unwrap_err().code(), ErrorCode::NotFound);
}
