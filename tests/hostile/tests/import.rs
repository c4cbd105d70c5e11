//! Hostile files in the real pipeline: each is refused with the code it deserves, or read as what it is, and a refused
//! file leaves no row and no encrypted copy behind.

#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use alexandria_library::SearchMode;
use alexandria_library::domain::{CodedError, ErrorCode, PublicationId};
use alexandria_tests_corpus::Shelf;
use alexandria_tests_hostile::archive::{Entry, archive};
use zip::write::SimpleFileOptions;

const CONTAINER: &str = "<container><rootfiles><rootfile full-path='p.opf'/></rootfiles></container>";
const PACKAGE: &str = "<package><metadata><dc:title>T</dc:title></metadata><manifest>\
    <item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest><spine><itemref idref='a'/></spine></package>";
const PAGE: &str = "<html><body><p>A zebra.</p></body></html>";

/// The entries of a sound book, for tests to spoil.
fn entries() -> Vec<Entry> {
    vec![
        Entry::new("mimetype", "application/epub+zip"),
        Entry::new("META-INF/container.xml", CONTAINER),
        Entry::new("p.opf", PACKAGE),
        Entry::new("a.xhtml", PAGE),
    ]
}

/// A book of the sound one's entries and these; an entry of a name that is there already takes its place.
fn book(more: impl IntoIterator<Item = Entry>) -> Vec<u8> {
    let mut all = entries();
    for entry in more {
        all.retain(|old| old.name != entry.name);
        all.push(entry);
    }
    archive(&all)
}

/// A book whose manifest leads to `href`, which is also the name of an entry.
fn book_at(href: &str) -> Vec<u8> {
    book([Entry::new("p.opf", PACKAGE.replace("'a.xhtml'", &format!("'{href}'"))), Entry::new(href, PAGE)])
}

/// A book with one more file, packed as well as can be.
fn packed(name: &str, bytes: &[u8]) -> Vec<u8> {
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

/// Why a file is refused: the code, and what the reader is told.
type Refusal = (ErrorCode, String);

/// Imports a file into a library of its own.
async fn import(name: &str, bytes: &[u8]) -> (Shelf, Result<PublicationId, Refusal>) {
    let shelf = Shelf::new().await;
    let file = shelf.outside().join(name);
    fs::write(&file, bytes).unwrap();
    let report = shelf.import(std::slice::from_ref(&file)).await;
    assert_eq!(files_below(&shelf.outside()), [file], "nothing is unpacked beside the reader's file");
    let outcome = match (report.imported.as_slice(), report.refused.as_slice()) {
        ([imported], []) => Ok(imported.id),
        ([], [refused]) if refused.name == name => Err((refused.code, refused.message.clone())),
        _ => unreachable!("one file has one outcome: {report:?}"),
    };
    (shelf, outcome)
}

/// The file is refused with that code, and nothing of it stays.
async fn refused(name: &str, bytes: &[u8], code: ErrorCode) -> String {
    let (shelf, outcome) = import(name, bytes).await;
    assert!(outcome.is_err(), "{name} was read");
    let (found, message) = outcome.unwrap_err();
    assert_eq!(found, code, "{name}: {message}");
    let status = shelf.library.status().await.unwrap();
    assert_eq!((status.publications, status.passages), (0, 0), "{name} left a row");
    let blobs = shelf.outside().parent().unwrap().join("library/blobs");
    assert_eq!(files_below(&blobs), [""; 0].map(PathBuf::from), "{name} left a file");
    message
}

/// The file is read, and its page has that many passages with the word.
async fn read(name: &str, bytes: &[u8], word: &str, expect: u64) -> (Shelf, PublicationId) {
    let (shelf, outcome) = import(name, bytes).await;
    assert!(outcome.is_ok(), "{name}: {outcome:?}");
    assert_eq!(shelf.search(word, SearchMode::Exact, 10, 0).await.total, expect, "{name}: {word}");
    (shelf, outcome.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn archives_that_are_none() {
    for name in ["a.epub", "a.txt", "a.md", "a.html"] {
        refused(name, b"", ErrorCode::Malformed).await;
    }
    let whole = book([]);
    for length in [4, 30, 100, whole.len() / 2, whole.len() - 30, whole.len() - 1] {
        refused("cut.epub", &whole[..length], ErrorCode::Malformed).await;
    }
    refused("pdf.epub", b"%PDF-1.7 and so on", ErrorCode::Malformed).await;
    refused(
        "picture.txt",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xdb\0\x43\0\x03\x02",
        ErrorCode::Malformed,
    )
    .await;
    refused("archive.md", &packed("b.bin", &[7; 5000])[40..], ErrorCode::Malformed).await;
    refused("book.mobi", b"BOOKMOBI", ErrorCode::UnsupportedFormat).await;
    // A book under a wrong name is still a book.
    read("book.txt", &whole, "zebra", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bombs_do_not_go_off() {
    let zeros = vec![0; 300 << 20];
    refused("ratio.epub", &packed("a.bin", &zeros[..64 << 20]), ErrorCode::LimitExceeded).await;
    let many = (0..20_001).map(|number| Entry::new(format!("{number}"), ""));
    refused("many.epub", &book(many), ErrorCode::LimitExceeded).await;
    // A hundred entries of the directory are one megabyte.
    let shared = Entry { shared_with: Some(0), ..Entry::new("shared", &zeros[..1 << 20]) };
    let names = (0..100).map(|number| Entry { name: format!("{number:06}").into_bytes(), ..shared.clone() });
    let first = [Entry { shared_with: None, ..shared.clone() }];
    let overlapping: Vec<Entry> = first.into_iter().chain(entries()).chain(names).collect();
    refused("overlap.epub", &archive(&overlapping), ErrorCode::Malformed).await;
    let lie = Entry { claimed_size: Some(10), deflated: true, ..Entry::new("a.xhtml", PAGE.repeat(100)) };
    refused("lie.epub", &book([lie]), ErrorCode::Malformed).await;
    // A bomb in a book is a file that nobody unpacks.
    let nested = Entry::new("inner.epub", packed("a.bin", &zeros[..64 << 20]));
    read("nested.epub", &book([nested]), "zebra", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_whose_headers_disagree_is_refused_or_read_by_its_directory() {
    // The first file's bytes are a whole file of their own, with a header, as in archives that quote headers.
    let inner = archive(&[Entry::new("a.xhtml", PAGE.replace("zebra", "quagga"))]);
    let quoted = book([Entry::new("mimetype", &inner)]);
    let (shelf, _) = read("quoted.epub", &quoted, "zebra", 1).await;
    assert_eq!(shelf.search("quagga", SearchMode::Exact, 10, 0).await.total, 0);
    let mut twice = entries();
    twice.push(Entry::new("a.xhtml", PAGE.replace("zebra", "quagga")));
    let (shelf, outcome) = import("twice.epub", &archive(&twice)).await;
    let found = shelf.search("zebra OR quagga", SearchMode::Exact, 10, 0).await.total;
    assert_eq!(found, u64::from(outcome.is_ok()), "one of two files of one name, or neither");
    let mut other = book([]);
    // In the header before the package document, not in the directory: an unknown method.
    let at = other.windows(5).position(|bytes| bytes == b"p.opf").unwrap() - 30 + 8;
    other[at..at + 2].copy_from_slice(&99_u16.to_le_bytes());
    refused("method.epub", &other, ErrorCode::Malformed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_lead_nowhere() {
    for href in [
        "../a.html",
        "../../../../etc/passwd",
        "%2e%2e/a.html",
        "..\\a.html",
        "C:\\a.html",
        "file:///etc/passwd",
        "//host/a.html",
    ] {
        refused("path.epub", &book_at(href), ErrorCode::Malformed).await;
    }
    // What only looks like a way out is a name inside.
    for href in ["/a.html", "a\u{1}b.html", "con.html", "a/./b/../c.html"] {
        let (shelf, outcome) = import("path.epub", &book_at(href)).await;
        if let Err((code, message)) = outcome {
            assert_eq!(code, ErrorCode::Malformed, "{href}: {message}");
        }
        drop(shelf);
    }
    let link = Entry::link("a.xhtml", "/etc/passwd");
    let (shelf, _) = read("link.epub", &book([link]), "root", 0).await;
    assert_eq!(shelf.search("passwd", SearchMode::Exact, 10, 0).await.total, 1, "a link is the text of where it leads");
}

#[tokio::test(flavor = "multi_thread")]
async fn protected_books_are_told_apart() {
    let encrypted = Entry { flags: 1, ..Entry::new("a.xhtml", PAGE) };
    let message = refused("password.epub", &book([encrypted]), ErrorCode::Protected).await;
    assert!(message.contains("DRM") && message.contains("zip password"), "{message}");
    let licence = "<encryption><EncryptedData><EncryptionMethod Algorithm='http://www.w3.org/2001/04/xmlenc#aes256-cbc'/>\
        </EncryptedData></encryption>";
    let message =
        refused("drm.epub", &book([Entry::new("META-INF/encryption.xml", licence)]), ErrorCode::Protected).await;
    assert!(message.contains("encryption.xml"), "{message}");
    refused("lcp.epub", &book([Entry::new("META-INF/license.lcpl", "{}")]), ErrorCode::Protected).await;
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
async fn depth_has_an_end() {
    let deep = "<div>".repeat(100_000);
    refused("deep.html", deep.as_bytes(), ErrorCode::LimitExceeded).await;
    refused("deep.epub", &book([Entry::new("a.xhtml", &deep)]), ErrorCode::LimitExceeded).await;
    refused("package.epub", &book([Entry::new("p.opf", "<package>".repeat(100_000))]), ErrorCode::LimitExceeded).await;
    let quotes = format!("{}zebra", "> ".repeat(100_000));
    refused("quotes.md", quotes.as_bytes(), ErrorCode::LimitExceeded).await;
    let lists: String = (0..2_000).map(|depth| format!("{}- zebra\n", "  ".repeat(depth))).collect();
    refused("lists.md", lists.as_bytes(), ErrorCode::LimitExceeded).await;
    let contents = format!("<nav epub:type='toc'>{}</nav>", "<ol><li><a href='a.xhtml'>x</a>".repeat(400));
    let package = PACKAGE.replace("</manifest>", "<item id='n' href='n.xhtml' properties='nav'/></manifest>");
    read("contents.epub", &book([Entry::new("p.opf", package), Entry::new("n.xhtml", contents)]), "zebra", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_is_no_text_in_any_encoding() {
    read("utf8.txt", b"A zebra \xc3\x28 \xff\xfe \xf0\x9f end.", "zebra", 1).await;
    let mut wide: Vec<u8> = "\u{feff}A zebra".encode_utf16().flat_map(u16::to_le_bytes).collect();
    // Half a pair, and half a unit.
    wide.extend([0, 0xd8, b' ', 0, 7]);
    read("utf16.txt", &wide, "zebra", 1).await;
    let page = [b"<html><body><p>A zebra \xff\xc0\x80\xed\xa0\x80</p></body></html>".as_slice()].concat();
    read("page.epub", &book([Entry::new("a.xhtml", page)]), "zebra", 1).await;
    read("lines.txt", &b"zebra \r\r\n\x0c\xe2\x80\xa8".repeat(3), "zebra", 2).await;
}

/// A picture that claims to be so large, with next to nothing in it.
fn picture(side: u32) -> Vec<u8> {
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
async fn a_cover_that_is_a_bomb_harms_nobody() {
    let package = PACKAGE.replace("</manifest>", "<item id='c' href='c.png' properties='cover-image'/></manifest>");
    for side in [10_000, 20_000, 1 << 30] {
        let book = book([Entry::new("p.opf", &package), Entry::new("c.png", picture(side))]);
        let (shelf, id) = read("cover.epub", &book, "zebra", 1).await;
        assert_eq!(shelf.library.thumbnail(id).await.unwrap_err().code(), ErrorCode::Malformed, "{side}");
    }
    // One that is too heavy is left out.
    let heavy = Entry::new("c.png", [picture(1), vec![7; 33 << 20]].concat());
    let (shelf, id) = read("heavy.epub", &book([Entry::new("p.opf", &package), heavy]), "zebra", 1).await;
    assert_eq!(shelf.library.cover(id).await.unwrap_err().code(), ErrorCode::NotFound);
}
