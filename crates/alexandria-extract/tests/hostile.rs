//! Malicious files: each is rejected with a typed error or read within the limits.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has to fail")]

mod support;

use std::io::Cursor;
use std::time::Duration;

use alexandria_domain::{CodedError, ErrorCode, Format, Metadata};
use alexandria_extract::{ExtractError, LimitKind, Limits, OpenPublication, extract};
use support::{archive, book, book_of_page, read};

/// Extracts under limits. Returns the one that was exceeded.
fn exceeded(bytes: &[u8], name: &str, limits: &Limits) -> Option<LimitKind> {
    match extract(Cursor::new(bytes.to_vec()), name, limits) {
        Err(ref error @ ExtractError::Limit { what, .. }) => {
            assert_eq!(error.code(), ErrorCode::LimitExceeded);
            Some(what)
        }
        Err(error) => panic!("{error}"),
        Ok(_) => None,
    }
}

#[test]
fn every_limit_is_enforced() {
    let check = |bytes: &[u8], name: &str, set: fn(&mut Limits), expect: LimitKind| {
        let mut limits = Limits::default();
        assert_eq!(exceeded(bytes, name, &limits), None, "{expect:?} is not reached by default");
        set(&mut limits);
        assert_eq!(exceeded(bytes, name, &limits), Some(expect));
    };
    let page = book_of_page("<h1>One</h1><div><p>Two</p></div><p>Three</p>");
    check(&page, "a.epub", |limits| limits.file_bytes = 100, LimitKind::FileBytes);
    check(&page, "a.epub", |limits| limits.archive_entries = 3, LimitKind::ArchiveEntries);
    check(&page, "a.epub", |limits| limits.expanded_bytes = 200, LimitKind::ExpandedBytes);
    check(&page, "a.epub", |limits| limits.markup_bytes = 100, LimitKind::MarkupBytes);
    check(&page, "a.epub", |limits| limits.depth = 3, LimitKind::Depth);
    check(&page, "a.epub", |limits| limits.nodes = 10, LimitKind::Nodes);
    check(&page, "a.epub", |limits| limits.blocks = 2, LimitKind::Blocks);
    check(&page, "a.epub", |limits| limits.sections = 0, LimitKind::Sections);
    check(&page, "a.epub", |limits| limits.text_bytes = 10, LimitKind::TextBytes);
    check(&page, "a.epub", |limits| limits.time = Duration::ZERO, LimitKind::Milliseconds);
    check(b"A text of some length", "a.txt", |limits| limits.markup_bytes = 10, LimitKind::MarkupBytes);
    check(b"A text of some length", "a.md", |limits| limits.time = Duration::ZERO, LimitKind::Milliseconds);
}

#[test]
fn zip_bombs_are_rejected_by_their_directory() {
    let zeros = vec![0_u8; 64 << 20];
    let bomb = archive(&[("META-INF/container.xml", &zeros)]);
    assert_eq!(exceeded(&bomb, "a.epub", &Limits::default()), Some(LimitKind::ExpansionRatio));
}

#[test]
fn wrong_sizes_in_the_directory_are_detected() {
    let text = "<p>x</p>".repeat(300_000);
    let mut bytes = book_of_page(&text);
    // The directory claims ten bytes for every file.
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(4).position(|window| window == b"PK\x01\x02") {
        at += found;
        bytes[at + 24..at + 28].copy_from_slice(&10_u32.to_le_bytes());
        at += 4;
    }
    let found = extract(Cursor::new(bytes), "a.epub", &Limits::default());
    assert!(matches!(found, Err(ExtractError::Malformed { .. } | ExtractError::Limit { .. })), "{found:?}");
}

#[test]
fn directory_of_too_many_entries_is_not_read() {
    let mut bytes = book_of_page("<p>x</p>");
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06").expect("an end record");
    bytes[end + 8..end + 12].copy_from_slice(&[0xff; 4]);
    assert_eq!(exceeded(&bytes, "a.epub", &Limits::default()), Some(LimitKind::ArchiveEntries));
}

#[test]
fn deep_nesting_is_rejected_without_stack_overflow() {
    let deep = "<div>".repeat(100_000);
    assert_eq!(exceeded(&book_of_page(&deep), "a.epub", &Limits::default()), Some(LimitKind::Depth));
    assert_eq!(exceeded(deep.as_bytes(), "a.html", &Limits::default()), Some(LimitKind::Depth));
    let bold: String = (0..50_000).map(|n| format!("<b id={n}><p>")).collect();
    let found = exceeded(bold.as_bytes(), "a.html", &Limits::default());
    assert!(matches!(found, Some(LimitKind::Depth | LimitKind::Nodes)), "{found:?}");
    let quotes = "> ".repeat(20_000) + "deep";
    assert!(matches!(exceeded(quotes.as_bytes(), "a.md", &Limits::default()), None | Some(LimitKind::Depth)));
    let package = format!("<metadata>{}</metadata>", "<x>".repeat(100_000));
    let bytes = book(&package, &[]);
    assert_eq!(exceeded(&bytes, "a.epub", &Limits::default()), Some(LimitKind::Depth));
}

#[test]
fn entities_are_not_expanded_in_markup() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
        <html><body><p>&b;&b;</p></body></html>"#;
    let package = "<manifest><item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest><spine><itemref idref='a'/></spine>";
    let found = read(book(package, &[("a.xhtml", bomb)]), "a.epub").expect("reads");
    assert!(found.sections[0].chars() < 100);
}

#[test]
fn manifest_paths_cannot_leave_the_archive() {
    let package = r#"<manifest><item id="a" href="../../etc/passwd" media-type="application/xhtml+xml"/>
        <item id="b" href="/etc/passwd" media-type="application/xhtml+xml"/><item id="c" href="file:///etc/passwd" media-type="application/xhtml+xml"/></manifest>
        <spine><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/></spine>"#;
    assert!(matches!(read(book(package, &[]), "a.epub"), Err(ExtractError::Malformed { .. })));
}

#[test]
fn invalid_files_are_rejected_with_their_code() {
    let check = |bytes: &[u8], name: &str, expect: Option<ErrorCode>| {
        let found = read(bytes.to_vec(), name).err().map(|error| error.code());
        assert_eq!(found, expect, "{name}");
    };
    check(b"", "a.epub", Some(ErrorCode::Malformed));
    check(b"PK\x03\x04nothing", "a.epub", Some(ErrorCode::Malformed));
    check(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "a.epub", Some(ErrorCode::Malformed));
    check(&[0; 1000], "a.txt", Some(ErrorCode::Malformed));
    check(b"%PDF-1.7", "a.pdf", Some(ErrorCode::UnsupportedFormat));
    check(b"", "a.txt", Some(ErrorCode::Malformed));
    check(b"", "a.md", Some(ErrorCode::Malformed));
    check(b"", "a.html", Some(ErrorCode::Malformed));
    check(&[0xc3, 0x28, 0xff, b'a'], "a.txt", None);
}

#[test]
fn extract_rejects_a_folder() {
    let folder = std::fs::File::open(std::env::temp_dir());
    let Ok(folder) = folder else { return };
    let error = extract(folder, "folder.txt", &Limits::default()).expect_err("rejected");
    assert!(matches!(error.code(), ErrorCode::UnsupportedFormat | ErrorCode::Io), "{error:?}");
}

#[test]
fn endless_line_is_split_into_sections_and_blocks() {
    for line in ["word ".repeat(1 << 20), "字".repeat(1 << 20), "x".repeat(1 << 20)] {
        let found = read(line.into_bytes(), "a.txt").expect("reads");
        assert!(found.sections.len() > 4);
        assert!(found.sections.iter().all(|section| section.chars() < 300_000));
        assert!(found.sections.iter().flat_map(|section| &section.blocks).all(|block| block.text.len() <= 64 << 10));
    }
}

#[test]
fn repeated_body_tags_and_attributes_do_not_multiply() {
    let bodies: String = (0..20_000).map(|n| format!("<body a{n}=1>")).collect();
    assert!(read(bodies.into_bytes(), "a.html").is_ok());
    let attributes: String = (0..20_000).map(|n| format!(" a{n}=1")).collect();
    assert!(read(format!("<p{attributes}>x").into_bytes(), "a.html").is_ok());
}

#[test]
fn reopened_formatting_elements_exceed_limits() {
    let paragraphs = "<p>x</p>".repeat(1_000);
    let long = format!("<p><b title='{}'></p>{paragraphs}", "x".repeat(1 << 20));
    assert_eq!(exceeded(long.as_bytes(), "a.html", &Limits::default()), Some(LimitKind::MarkupBytes));
    let many: String = (0..20_000).map(|n| format!(" a{n}")).collect();
    let many = format!("<p><b{many}></p>{paragraphs}");
    assert_eq!(exceeded(many.as_bytes(), "a.html", &Limits::default()), Some(LimitKind::Nodes));
}

/// As many names as the limits allow: they are read and most of them dropped, or the time limit is exceeded. Comparing
/// each with each would take hours without a check of the time.
#[test]
fn a_million_names_are_deduplicated_within_the_time_limit() {
    let limits = Limits { time: Duration::from_secs(20), ..Limits::default() };
    let check =
        |bytes: Vec<u8>, name: &str, count: fn(&Metadata) -> usize| match extract(Cursor::new(bytes), name, &limits) {
            Ok(found) => assert_eq!(count(&found.metadata), 1_000, "{name}"),
            Err(error) => {
                assert!(matches!(error, ExtractError::Limit { what: LimitKind::Milliseconds, .. }), "{error}");
            }
        };
    let package = |fields: &str| {
        let rest = "<manifest><item id='a' href='a.xhtml'/></manifest><spine><itemref idref='a'/></spine>";
        book(&format!("<metadata>{fields}</metadata>{rest}"), &[("a.xhtml", "<p>x")])
    };
    let subjects: String = (0..990_000).map(|number| format!("<dc:subject>{number}</dc:subject>")).collect();
    check(package(&subjects), "a.epub", |found| found.subjects.len());
    // All share one id, so each refinement applies to all.
    let creators = (0..200_000).map(|number| format!("<dc:creator id='i'>{number}</dc:creator>"));
    let refining = (0..200_000).map(|number| format!("<meta refines='#i' property='file-as'>{number}</meta>"));
    check(package(&creators.chain(refining).collect::<String>()), "a.epub", |found| found.authors.len());
    let page = |head: &str| format!("<html><head>{head}</head><body><p>x").into_bytes();
    let authors: String = (0..990_000).map(|number| format!("<meta name=author content={number}>")).collect();
    check(page(&authors), "a.html", |found| found.authors.len());
    let keywords: String = (0..990_000).map(|number| format!("{number},")).collect();
    check(page(&format!("<meta name=keywords content='{keywords}'>")), "a.html", |found| found.subjects.len());
}

#[test]
fn truncated_archive_is_malformed() {
    let whole = book_of_page(&"<p>Words and words.</p>".repeat(200));
    for length in (0..whole.len()).step_by(97) {
        let found = read(whole[..length].to_vec(), "a.epub");
        assert!(matches!(found, Err(ExtractError::Malformed { .. })), "{length}: {found:?}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    /// Property: whatever bytes of a book are changed, it is read or rejected without a panic.
    #[test]
    fn extract_never_panics_on_changed_bytes(changes in proptest::collection::vec((0.0_f64..1.0, 0_u8..), 1..12)) {
        let mut bytes = book_of_page("<h1>One</h1><p>Two <b>three</b></p>");
        for (at, byte) in changes {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "test data")]
            let at = (bytes.len() as f64 * at) as usize;
            bytes[at] = byte;
        }
        let limits = Limits::default();
        let _ = extract(Cursor::new(bytes.clone()), "a.epub", &limits);
        if let Ok(mut open) = OpenPublication::open(Cursor::new(bytes), Format::Epub, &limits) {
            let _ = open.section_page("OPS/a.xhtml", "book://localhost/1");
        }
    }

    /// Property: any text is read in any of the text formats.
    #[test]
    fn extract_reads_any_text(text in "(\\PC|[\n\r\t<>&#*`_\\[\\]-]){0,300}") {
        for name in ["a.txt", "a.md", "a.html"] {
            if let Err(error) = read(text.clone().into_bytes(), name) {
                proptest::prop_assert!(matches!(error, ExtractError::Malformed { .. }), "{error}");
            }
        }
    }
}
