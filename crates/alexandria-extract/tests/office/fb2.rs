//! FictionBook.

use std::io::Cursor;

use alexandria_domain::{CodedError, ErrorCode, Format, Series};
use alexandria_extract::{Limits, OpenPublication, extract};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::support::{archive, lines, pages, png, read};

/// A book of its bodies, with the content of `title-info` and what follows the bodies.
fn fb2_with(info: &str, bodies: &str, rest: &str) -> Vec<u8> {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><FictionBook xmlns:l="http://www.w3.org/1999/xlink"><description><title-info>{info}</title-info></description>{bodies}{rest}</FictionBook>"#
    )
    .into_bytes()
}

fn text_of(bodies: &str) -> String {
    lines(&read(fb2_with("", bodies, ""), "a.fb2").expect("reads"))
}

fn page_of(bodies: &str) -> String {
    pages(fb2_with("", bodies, ""), "a.fb2").replace('\n', "")
}

#[test]
fn sections_become_headings_by_their_depth() {
    let check = |bodies: &str, expect: &str| assert_eq!(text_of(bodies), expect, "{bodies}");
    check(
        "<body><title><p>Book</p></title><section><title><p>One</p><p>Loomings</p></title><section><title><p>A</p></title><p>x</p></section></section></body>",
        "h1 Book\nh1 One Loomings\nh2 A\n- x",
    );
    check(
        "<body><section><subtitle>s</subtitle><p>a <emphasis>b</emphasis></p><empty-line/><p>c</p></section></body>",
        "- s\n- a b\n- c",
    );
    check(
        "<body><section><poem><stanza><v>one</v><v>two</v></stanza><text-author>who</text-author></poem></section></body>",
        "- one\n- two\n- who",
    );
    check("<body><epigraph><p>e</p></epigraph><section><cite><p>c</p></cite></section></body>", "- e\n- c");
    check("<body><section><table><tr><th>h</th><td colspan='2'>a</td></tr></table></section></body>", "- h a");
}

#[test]
fn notes_are_linked_both_ways() {
    let bodies = r##"<body><section><p>One<a l:href="#n1" type="note">[1]</a>, again<a l:href="#n1" type="note">[1]</a>.</p></section></body><body name="notes"><title><p>Notes</p></title><section id="n1"><title><p>1</p></title><p>foot</p></section></body>"##;
    assert_eq!(text_of(bodies), "- One, again.\nh1 Notes\n* 1\n* foot");
    let page = page_of(bodies);
    for part in [
        r#"<a id="alx-ref-n1" epub:type="noteref" role="doc-noteref" href="b:/part-1.xhtml#n1""#,
        r#"<aside id="n1" epub:type="footnote" role="doc-footnote"><a role="doc-backlink" href="b:/part-1.xhtml#alx-ref-n1""#,
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
}

#[test]
fn pictures_cover_and_links() {
    let picture = png(20, 10);
    let encoded = BASE64_STANDARD.encode(&picture);
    let info = r##"<book-title>B</book-title><coverpage><image l:href="#c.png"/></coverpage>"##;
    let body = r##"<body><section id="s"><p><image l:href="#c.png" alt="A"/><image l:href="https://e.org/x.png"/><a l:href="#s">up</a><a l:href="file:///etc/passwd">f</a></p></section></body>"##;
    let binary = format!("<binary id=\"c.png\" content-type=\"image/png\">\n{encoded}</binary>");
    let bytes = fb2_with(info, body, &binary);
    assert_eq!(read(bytes.clone(), "a.fb2").expect("reads").cover.map(|cover| cover.bytes), Some(picture.clone()));
    let page = pages(bytes.clone(), "a.fb2").replace('\n', "");
    assert_eq!(
        page,
        r##"<div id="s"></div><p><img src="b:/picture-0" alt="A"/><img/><a href="b:/part-1.xhtml#s">up</a><a>f</a></p>"##
    );
    let mut open = OpenPublication::open(Cursor::new(bytes), Format::Fb2, &Limits::default()).expect("opens");
    assert_eq!(open.resource("picture-0").expect("a picture").bytes, picture);
}

#[test]
fn metadata_of_the_description() {
    let info = r#"<genre>sf</genre><author><first-name>Ann</first-name><middle-name>B.</middle-name><last-name>Cee</last-name></author><author><nickname>nick</nickname></author><book-title>On  Whales</book-title><annotation><p>Long</p></annotation><keywords>sea, whales</keywords><lang>ru</lang><sequence name="Seas" number="2"/>"#;
    let found = read(fb2_with(info, "<body><p>x</p></body>", ""), "a.fb2").expect("reads").metadata;
    assert_eq!((found.title.as_str(), found.language.as_str()), ("On Whales", "ru"));
    assert_eq!(found.authors, ["Ann B. Cee", "nick"]);
    assert_eq!(found.subjects, ["sf", "sea", "whales"]);
    assert_eq!(found.series, Some(Series { name: "Seas".to_owned(), position: Some("2".to_owned()) }));
    assert_eq!(found.description.as_deref(), Some("Long"));
}

/// "FB2 wrong encoding declaration, 300 MB base64: right letters; limit before decoding."
#[test]
fn wrong_declarations_do_no_harm() {
    let text = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.";
    let book = |encoding: &str| {
        format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?><FictionBook><body><p>{text}</p></body></FictionBook>")
    };
    let check = |bytes: Vec<u8>| assert_eq!(lines(&read(bytes, "a.fb2").expect("reads")), format!("- {text}"));
    check(book("windows-1251").into_bytes());
    let windows = |text: &str| encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
    check(windows(&book("windows-1251")));
    check(windows(&book("utf-8")));
}

/// "FB2 wrong encoding declaration, 300 MB base64: right letters; limit before decoding."
#[test]
fn limits_hold() {
    let check = |bytes: Vec<u8>, change: fn(&mut Limits), expect: Option<ErrorCode>| {
        let mut limits = Limits::default();
        change(&mut limits);
        let found = extract(Cursor::new(bytes), "a.fb2", &limits);
        assert_eq!(found.err().map(|error| error.code()), expect);
    };
    let binary = format!("<binary id='a'>{}</binary>", "QUJD".repeat(10_000));
    let limited = Some(ErrorCode::LimitExceeded);
    check(fb2_with("", "<body><p>x</p></body>", &binary), |limits| limits.entry_bytes = 29_000, limited);
    // Pictures are no markup.
    check(fb2_with("", "<body><p>x</p></body>", &binary), |limits| limits.markup_bytes = 1_000, None);
    check(fb2_with("", &"<section>".repeat(2_000), ""), |_| {}, limited);
    check(fb2_with("", &"<p>x</p>".repeat(2_000), ""), |limits| limits.nodes = 1_000, limited);
    check(b"<FictionBook/>".to_vec(), |_| {}, None);
}

#[test]
fn content_decides_the_format_also_in_an_archive() {
    let book = fb2_with("", "<body><p>x</p></body>", "");
    for name in ["a.fb2", "a.txt", "a.xml", "a"] {
        assert_eq!(read(book.clone(), name).expect("reads").format, Format::Fb2, "{name}");
    }
    for name in ["a.fb2.zip", "a.fbz", "a.zip", "a.epub"] {
        let found = read(archive(&[("a.FB2", &book)]), name).expect("reads");
        assert_eq!((found.format, lines(&found).as_str()), (Format::Fb2, "- x"), "{name}");
    }
    assert_eq!(read(b"<p>x</p>".to_vec(), "a.fb2").expect_err("is refused").code(), ErrorCode::Malformed);
}
