//! Books written record by record, and opened.

mod writer;

use std::io::Cursor;

use self::writer::{Book, Ncx, index, kf8_flows};
use super::open;
use crate::error::{ExtractError, ProtectionScheme};
use crate::limits::{Guard, Limits};
use crate::picture::tests::png;
use crate::publication::Publication;

/// A picture of the size of a cover.
fn picture() -> Vec<u8> {
    png(300, 400)
}

fn opened(book: &Book) -> Result<Box<dyn Publication + Send>, ExtractError> {
    open(Cursor::new(book.bytes()), &Guard::start(&Limits::default()))
}

fn texts(book: &mut dyn Publication) -> Vec<Vec<String>> {
    let guard = Guard::start(&Limits::default());
    let sections = book.spine().len();
    (0..sections)
        .map(|number| book.blocks(number, &guard).unwrap().into_iter().map(|block| block.text).collect())
        .collect()
}

/// A book of version 6 whose second chapter begins at byte 104.
fn mobi6() -> Book {
    let text = concat!(
        r#"<html><body><h1>One</h1><p>Text.<a filepos=0000000104>Two</a></p>"#,
        r#"<img recindex="00001"/><mbp:pagebreak/><h1>Two</h1><p>Caf"#
    );
    let text = [text.as_bytes(), b"\xe9.</p></body></html>"].concat();
    Book { text, ..Book::version(6) }
}

#[test]
fn mobi6_has_links_pictures_and_contents_by_offset() {
    let offset = |heading: &str| {
        let text = mobi6().text;
        text.windows(heading.len()).position(|window| window == heading.as_bytes()).unwrap()
    };
    let (one, two) = (offset("<h1>One"), offset("<h1>Two"));
    assert_eq!(two, 104, "the link in the text leads there");
    let contents = [
        Ncx { label: "Chapter one", position: vec![one], parent: None },
        Ncx { label: "Chapter two", position: vec![two], parent: None },
    ];
    let book =
        Book { contents: Some(index::contents(&contents)), pictures: vec![picture()], cover: Some(0), ..mobi6() };
    let mut opened = opened(&book).unwrap();
    assert_eq!(texts(&mut *opened), [["One", "Text.Two", "Two", "Café."]]);
    assert_eq!(opened.metadata().title, "A title");
    let toc: Vec<_> = opened.toc().iter().map(|entry| (entry.label.as_str(), entry.href.as_deref())).collect();
    let href = |offset: usize| format!("part-1.xhtml#filepos{offset}");
    assert_eq!(toc, [("Chapter one", Some(href(one).as_str())), ("Chapter two", Some(href(two).as_str()))]);
    let target = opened.resolve(0, &format!("#filepos{two}")).unwrap();
    assert_eq!((target.path.as_str(), target.fragment), ("part-1.xhtml", Some(format!("filepos{two}"))));
    let guard = Guard::start(&Limits::default());
    let address = opened.resolve(0, "picture-0").unwrap();
    assert_eq!(opened.resource(&address.path, &guard).unwrap().bytes, picture());
    assert_eq!(opened.cover(&guard).unwrap().unwrap().media_type, "image/png");
    assert!(opened.resolve(0, "picture-1").is_none());
}

/// Two pages; the first one is in two parts, and links to the second.
fn kf8() -> Book {
    let skeleton = r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><link rel="stylesheet" href="kindle:flow:0001?mime=text/css"/></head><body></body></html>"#;
    let first = r#"<p id="a">First <a href="kindle:pos:fid:0002:off:0000000000">next</a></p>"#;
    let second = r#"<p><img src="kindle:embed:0001?mime=image/gif"/>Second.</p>"#;
    let third = r#"<h1 id="target">Other page</h1>"#;
    let pages = writer::Pages::new(&[(skeleton, &[first, second]), (skeleton, &[third])]);
    let css = "p{background:url(kindle:embed:0001?mime=image/gif)}";
    let html = pages.text.len();
    Book {
        text: [pages.text.as_slice(), css.as_bytes()].concat(),
        skeletons: Some(pages.skeletons),
        fragments: Some(pages.fragments),
        flows: Some(kf8_flows(&[0..html, html..html + css.len()])),
        pictures: vec![picture()],
        ..Book::version(8)
    }
}

#[test]
fn kf8_pages_are_assembled_and_linked() {
    let nested = [
        Ncx { label: "Part", position: vec![0, 0], parent: None },
        Ncx { label: "Other", position: vec![2, 0], parent: Some(0) },
    ];
    let mut opened = opened(&Book { contents: Some(index::contents(&nested)), ..kf8() }).unwrap();
    assert_eq!(texts(&mut *opened), [vec!["First next", "Second."], vec!["Other page"]]);
    let part = opened.toc().first().unwrap();
    assert_eq!((part.label.as_str(), part.href.as_deref()), ("Part", Some("part-1.xhtml#a")));
    assert_eq!(part.children.first().unwrap().href.as_deref(), Some("part-2.xhtml#target"));
    assert_eq!(opened.spine().last().unwrap().toc_path, ["Part", "Other"]);
    let target = opened.resolve(0, "kindle/pos:fid:0002:off:0000000000").unwrap();
    assert_eq!((target.path.as_str(), target.fragment.as_deref()), ("part-2.xhtml", Some("target")));
    let guard = Guard::start(&Limits::default());
    let style = opened.resolve(0, "kindle/flow:0001?mime=text/css").unwrap();
    let style = opened.resource(&style.path, &guard).unwrap();
    assert_eq!(String::from_utf8(style.bytes).unwrap(), "p{background:url(\"picture-0\")}");
    assert_eq!(opened.resource("picture-0", &guard).unwrap().bytes, picture());
    // The pages themselves are no style sheet, and there is no third flow.
    assert!(opened.resource("style-0.css", &guard).is_err());
    assert!(opened.resource("style-2.css", &guard).is_err());
    assert!(opened.resolve(0, "kindle/pos:fid:0009:off:0000000000").is_none());
}

#[test]
fn file_of_two_books_opens_the_newer_one() {
    let joint =
        Book { second: Some(Box::new(Book { pictures: Vec::new(), ..kf8() })), pictures: vec![picture()], ..mobi6() };
    let mut opened = opened(&joint).unwrap();
    assert_eq!(texts(&mut *opened), [vec!["First next", "Second."], vec!["Other page"]]);
    // Its pictures are those of the older one.
    assert_eq!(opened.resource("picture-0", &Guard::start(&Limits::default())).unwrap().bytes, picture());
    let damaged = Book { second: Some(Box::new(Book { encryption: 2, ..kf8() })), ..mobi6() };
    assert_eq!(texts(&mut *super::tests::opened(&damaged).unwrap()).len(), 1, "the older one can be read");
}

#[test]
fn protected_and_damaged_books_are_refused() {
    let check = |book: Book, expect: &str| {
        let error = opened(&book).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(expect), "{error}");
    };
    for encryption in [1, 2] {
        let error = opened(&Book { encryption, ..mobi6() }).err().unwrap();
        assert!(matches!(error, ExtractError::Protected { scheme: ProtectionScheme::Mobipocket }), "{error}");
    }
    check(Book { compression: 3, ..mobi6() }, "compression");
    check(Book { compression: 17_480, ..mobi6() }, "malformed");
    check(Book { text_records: Some(99), ..mobi6() }, "malformed");
    check(Book { compression: 2, text: b"\x80\x00".to_vec(), ..Book::version(6) }, "malformed");
    let small = Limits { markup_bytes: 20, text_bytes: 20, ..Limits::default() };
    for book in [mobi6(), kf8()] {
        let error = open(Cursor::new(book.bytes()), &Guard::start(&small)).err().unwrap();
        assert!(matches!(error, ExtractError::Limit { .. }), "{error}");
    }
}

#[test]
fn no_truncated_or_changed_book_panics() {
    for book in [mobi6(), kf8()] {
        let bytes = book.bytes();
        for length in 0..bytes.len() {
            read_all(bytes.get(..length).unwrap().to_vec());
        }
        for at in 0..bytes.len() {
            for value in [0, 0x7f, 0xff] {
                let mut changed = bytes.clone();
                changed[at] = value;
                read_all(changed);
            }
        }
    }
}

/// Reads everything of a file that may be anything.
fn read_all(bytes: Vec<u8>) {
    let guard = Guard::start(&Limits { markup_bytes: 1 << 16, text_bytes: 1 << 16, ..Limits::default() });
    let Ok(mut book) = open(Cursor::new(bytes), &guard) else { return };
    for number in 0..book.spine().len().min(9) {
        let _ = book.blocks(number, &guard);
        let _ = book.resolve(number, "kindle/pos:fid:0001:off:0000000007");
    }
    let _ = book.cover(&guard);
}
