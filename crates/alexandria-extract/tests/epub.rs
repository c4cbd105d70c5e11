//! Valid and invalid EPUB 2 and 3.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has to fail")]

mod support;

use std::io::Cursor;

use alexandria_domain::{Format, TocEntry, label};
use alexandria_extract::{ExtractError, Limits, OpenPublication};
use support::{archive, book, book_of_page, read};

const PAGE: &str = "<html><body><p>Words.</p></body></html>";

fn metadata(fields: &str) -> alexandria_domain::Metadata {
    let package = format!(
        r#"<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{fields}</metadata>
        <manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine>"#
    );
    read(book(&package, &[("a.xhtml", PAGE)]), "some_book.epub").expect("reads").metadata
}

#[test]
fn titles() {
    let check = |fields: &str, expect: &str| assert_eq!(metadata(fields).title, expect);
    check("<dc:title>  A\n Title </dc:title>", "A Title");
    check("<dc:title>One</dc:title><dc:title>Two</dc:title>", "One");
    check(
        r##"<dc:title id="s">Sub</dc:title><meta refines="#s" property="title-type">subtitle</meta>
        <dc:title id="m">Main</dc:title><meta refines="#m" property="title-type">main</meta>"##,
        "Main",
    );
    check(
        r##"<dc:title id="s">Sub</dc:title><meta refines="#s" property="title-type">subtitle</meta><dc:title>M</dc:title>"##,
        "M",
    );
    check("<dc:title></dc:title>", "some book");
    check("<dc:title>War &amp; Peace & more&nbsp;</dc:title>", "War & Peace & more");
    check("<dc-metadata><dc:Title>Old</dc:Title></dc-metadata>", "Old");
    check("<x-metadata><deep><dc:title>Old</dc:title></deep></x-metadata>", "Old");
    check("<meta name='left' content='open'><dc:title>T</dc:title>", "T");
    check("<dc:title>One <i>and</i> <b>two</b></dc:title>", "One and two");
    check("<dc:title>One <dc:title>in</dc:title> two</dc:title><dc:title>Three</dc:title>", "One in two");
}

#[test]
fn authors() {
    let check = |fields: &str, expect: &[&str]| assert_eq!(metadata(fields).authors, expect);
    check("<dc:creator>Ann</dc:creator><dc:creator>Ben</dc:creator><dc:creator>Ann</dc:creator>", &["Ann", "Ben"]);
    check(r#"<dc:creator opf:role="aut">Ann</dc:creator><dc:creator opf:role="ill">Ben</dc:creator>"#, &["Ann"]);
    check(r#"<dc:creator opf:role="trl">Ben</dc:creator>"#, &["Ben"]);
    check(
        r##"<dc:creator id="a">Ann</dc:creator><meta refines="#a" property="role" scheme="marc:relators">aut</meta>
        <dc:creator id="b">Ben</dc:creator><meta refines="#b" property="role" scheme="marc:relators">edt</meta>"##,
        &["Ann"],
    );
    check("", &[]);
}

#[test]
fn identifiers() {
    let check = |field: &str, scheme: &str, value: &str| {
        let found = metadata(field).identifiers;
        assert_eq!((found[0].scheme.as_str(), found[0].value.as_str()), (scheme, value));
    };
    check("<dc:identifier>urn:isbn:9780141439600</dc:identifier>", "isbn", "9780141439600");
    check(r#"<dc:identifier opf:scheme="ISBN">978-0-14-143960-0</dc:identifier>"#, "isbn", "978-0-14-143960-0");
    check("<dc:identifier>978-0-14-143960-0</dc:identifier>", "isbn", "978-0-14-143960-0");
    check(
        "<dc:identifier>URN:UUID:0b6f0a7c-0000-4000-8000-000000000000</dc:identifier>",
        "uuid",
        "0b6f0a7c-0000-4000-8000-000000000000",
    );
    check(r#"<dc:identifier opf:scheme="uuid">0b6f</dc:identifier>"#, "uuid", "0b6f");
    check("<dc:identifier>https://example.org/b</dc:identifier>", "url", "https://example.org/b");
    check(r#"<dc:identifier opf:scheme="URI">http://example.org/b</dc:identifier>"#, "url", "http://example.org/b");
    check("<dc:identifier>doi:10.1000/182</dc:identifier>", "doi", "10.1000/182");
    check(
        r##"<dc:identifier id="i">0141439602</dc:identifier><meta refines="#i" property="identifier-type" scheme="onix:codelist5">02</meta>"##,
        "isbn",
        "0141439602",
    );
    check("<dc:identifier>B0</dc:identifier>", "id", "B0");
}

#[test]
fn series() {
    let check = |fields: &str, expect: Option<(&str, Option<&str>)>| {
        let found = metadata(fields).series;
        let found = found.as_ref().map(|series| (series.name.as_str(), series.position.as_deref()));
        assert_eq!(found, expect);
    };
    check(
        r#"<meta name="calibre:series" content="Barsetshire"/><meta name="calibre:series_index" content="2.0"/>"#,
        Some(("Barsetshire", Some("2.0"))),
    );
    check(
        r#"<x-metadata><meta name="calibre:series" content="Old"/><meta name="calibre:series" content="New"/></x-metadata>"#,
        Some(("Old", None)),
    );
    check(
        r##"<meta property="belongs-to-collection" id="s">Best Novels</meta><meta refines="#s" property="collection-type">set</meta>
        <meta property="belongs-to-collection" id="c">Barsetshire</meta><meta refines="#c" property="collection-type">series</meta>
        <meta refines="#c" property="group-position">2</meta>"##,
        Some(("Barsetshire", Some("2"))),
    );
    check(
        r##"<meta property="belongs-to-collection" id="s">Best</meta><meta refines="#s" property="collection-type">set</meta>"##,
        None,
    );
    check(r#"<meta property="belongs-to-collection">Plain</meta>"#, Some(("Plain", None)));
}

#[test]
fn other_fields() {
    let found = metadata(
        r#"<dc:language>und</dc:language><dc:language>en_GB</dc:language><dc:publisher>P &amp; Q</dc:publisher>
        <dc:date opf:event="modification">2020</dc:date><dc:date opf:event="publication">1851-10-18</dc:date>
        <dc:subject>Sea</dc:subject><dc:subject>Whales</dc:subject><dc:subject>Sea</dc:subject>
        <dc:description>&lt;p&gt;A &lt;i&gt;whale&lt;/i&gt;.&lt;/p&gt;&lt;p&gt;Twice.&lt;/p&gt;</dc:description>"#,
    );
    assert_eq!(found.language, "en-gb");
    assert_eq!(found.publisher.as_deref(), Some("P & Q"));
    assert_eq!(found.published.as_deref(), Some("1851-10-18"));
    assert_eq!(found.subjects, ["Sea", "Whales"]);
    assert_eq!(found.description.as_deref(), Some("A whale. Twice."));
    assert!(!found.right_to_left);
}

#[test]
fn epub_metadata_is_limited_in_size_and_number() {
    let long = |field: &str, words: usize| format!("<dc:{field}>{}</dc:{field}>", "word ".repeat(words));
    let many = |field: &str| (0..3_000).map(|number| format!("<dc:{field}>{number}</dc:{field}>")).collect::<String>();
    let fields = ["title", "publisher", "date"].map(|field| long(field, 1_000)).concat();
    let found = metadata(&format!(
        "{fields}{}{}{}{}{}{}",
        long("description", 40_000),
        long("creator", 1_000),
        many("creator"),
        long("subject", 1_000),
        many("subject"),
        many("identifier"),
    ));
    for list in [&found.authors, &found.subjects] {
        assert_eq!((list.len(), list[1].as_str(), list[999].as_str()), (1_000, "0", "998"));
    }
    assert_eq!(found.identifiers.len(), 1_000);
    let values = [&found.authors[0], &found.subjects[0], &found.title];
    for value in values.into_iter().chain(&found.publisher).chain(&found.published) {
        assert!(value.len() <= 1 << 10 && value.starts_with("word word") && value.ends_with(" word…"), "{value}");
    }
    let description = found.description.unwrap_or_default();
    assert!((60_000..=64 << 10).contains(&description.len()) && description.ends_with(" word…"));
}

/// A refinement applies to every field with its id, so its size and number must not multiply.
#[test]
fn refinements_are_limited_and_the_first_of_two_wins() {
    let scheme = "x".repeat(5_000);
    let refine = |value: &str| format!("<meta refines='#i' property='scheme'>{value}</meta>");
    let many = r#"<dc:identifier id="i">1</dc:identifier>"#.repeat(10);
    let found = metadata(&format!("{many}{}{}", refine(&scheme), refine("isbn"))).identifiers;
    assert_eq!(found.len(), 10);
    assert!(found.iter().all(|found| found.scheme.len() <= 1 << 10 && found.scheme.starts_with("xxx")));
    let series = "<meta property='belongs-to-collection' id='s'>S</meta><meta refines='#s' property='group-position'>";
    let position = metadata(&format!("{series}{}</meta>", "7 ".repeat(2_000))).series.and_then(|found| found.position);
    assert!(position.is_some_and(|position| position.starts_with("7 7") && position.len() <= 1 << 10));
}

/// Label, target and depth of every entry.
fn flat(toc: &[TocEntry], depth: usize) -> Vec<(usize, String, Option<String>)> {
    let lines = |entry: &TocEntry| {
        let mut lines = vec![(depth, entry.label.clone(), entry.href.clone())];
        lines.extend(flat(&entry.children, depth + 1));
        lines
    };
    toc.iter().flat_map(lines).collect()
}

const TWO_PAGES: &str = r#"<manifest><item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
    <item id="x" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
    <item id="a" href="a%20b.xhtml" media-type="application/xhtml+xml"/><item id="b" href="B.xhtml" media-type="application/xhtml+xml"/>
    </manifest><spine toc="x" page-progression-direction="rtl"><itemref idref="a"/><itemref idref="b" linear="no"/><itemref idref="a"/><itemref idref="gone"/></spine>"#;

const NAV: &str = r##"<html xmlns:epub="http://www.idpf.org/2007/ops"><body><nav epub:type="landmarks"><ol><li><a href="x">L</a></li></ol></nav>
    <nav epub:type="toc"><h1>Contents</h1><ol><li><span>Part <b>One</b></span><ol><li><a href="a%20b.xhtml#s">Second</a></li>
    <li><a href="a b.xhtml">First</a></li></ol></li><li><a href="b.xhtml">Notes</a></li><li><a href="gone.xhtml">Gone</a></li></ol></nav></body></html>"##;

const NCX: &str = r#"<?xml version="1.0"?><!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://www.daisy.org/z3986/2005/ncx-2005-1.dtd">
    <ncx:ncx xmlns:ncx="http://www.daisy.org/z3986/2005/ncx/"><ncx:navMap><ncx:navPoint id="1"><ncx:navLabel><ncx:text>One &amp; all</ncx:text></ncx:navLabel>
    <ncx:content src="a%20b.xhtml"/><ncx:navPoint id="2"><ncx:navLabel><ncx:text>Deep</ncx:text></ncx:navLabel><ncx:content src="B.xhtml#x"/></ncx:navPoint></ncx:navPoint></ncx:navMap></ncx:ncx>"#;

#[test]
fn navigation_document() {
    let found = read(
        book(TWO_PAGES, &[("a b.xhtml", PAGE), ("B.xhtml", PAGE), ("nav.xhtml", NAV), ("toc.ncx", NCX)]),
        "x.epub",
    )
    .expect("reads");
    let want = [
        (0, "Part One", None),
        (1, "Second", Some("OPS/a b.xhtml#s")),
        (1, "First", Some("OPS/a b.xhtml")),
        (0, "Notes", Some("OPS/B.xhtml")),
    ];
    assert_eq!(
        flat(&found.toc, 0),
        want.map(|(depth, label, href)| (depth, label.to_owned(), href.map(str::to_owned)))
    );
    let sections: Vec<_> = found.sections.iter().map(|s| (s.href.as_str(), s.linear, s.toc_path.join("/"))).collect();
    assert_eq!(
        sections,
        [("OPS/a b.xhtml", true, "Part One/First".to_owned()), ("OPS/B.xhtml", false, "Notes".to_owned())]
    );
    assert!(found.metadata.right_to_left);
}

#[test]
fn toc_labels_and_paths_are_shortened() {
    let check = |contents: &str, depth: usize| {
        let nav = format!("<nav epub:type='toc'>{contents}</nav>");
        let files = [("nav.xhtml", nav.as_str()), ("a b.xhtml", PAGE), ("B.xhtml", PAGE)];
        let found = read(book(TWO_PAGES, &files), "x.epub").expect("reads");
        let entries = flat(&found.toc, 0);
        assert_eq!(entries.last().map(|(depth, _, _)| *depth), Some(depth));
        assert!(entries.iter().all(|(_, label, _)| (1..=label::MAX_BYTES).contains(&label.len())), "{entries:?}");
        let path = &found.sections[0].toc_path;
        let length: usize = path.iter().map(String::len).sum();
        assert!(length <= label::MAX_PATH_BYTES && path.last().is_some_and(|label| label == "End"), "{path:?}");
    };
    let leaf = "<ol><li><a href='a b.xhtml'>End</a></li></ol>";
    let long = format!("<span>{}</span>", "word ".repeat(5_000));
    check(&format!("<ol><li>{long}{leaf}</li></ol>"), 1);
    let levels = format!("<ol><li>{long}").repeat(20);
    check(&format!("{levels}{leaf}{}", "</li></ol>".repeat(20)), 20);
}

/// Each entry repeats the name of its file, so the total size is limited.
#[test]
fn toc_size_is_limited() {
    let name = format!("{}.xhtml", "x".repeat(4_000));
    let package = format!(
        "<manifest><item id='n' href='{name}' media-type='application/xhtml+xml' properties='nav'/></manifest>
        <spine><itemref idref='n'/></spine>"
    );
    let items = "<li><a href=''>x</a></li>".repeat(20_000);
    let nav = format!("<nav epub:type='toc'><ol>{items}</ol></nav>");
    let found = read(book(&package, &[(&name, &nav)]), "x.epub").expect("reads");
    assert!((1_000..10_000).contains(&found.toc.len()), "{}", found.toc.len());
    // Names that no file system allows are ignored.
    let name = format!("{}.xhtml", "x".repeat(5_000));
    let package = format!("<manifest><item id='n' href='{name}'/></manifest><spine><itemref idref='n'/></spine>");
    assert!(matches!(read(book(&package, &[(&name, PAGE)]), "x.epub"), Err(ExtractError::Malformed { .. })));
}

#[test]
fn manifest_items_are_limited_by_archive_entries() {
    let check = |copies: usize, expect: &str| {
        let items = "<item id='a' href='a.xhtml'/>".repeat(copies);
        let package =
            format!("<manifest>{items}<item id='b' href='b.xhtml'/></manifest><spine><itemref idref='b'/></spine>");
        let found = read(book(&package, &[("a.xhtml", PAGE), ("b.xhtml", PAGE)]), "x.epub").expect("reads");
        assert_eq!(found.sections.iter().map(|section| section.href.as_str()).collect::<Vec<_>>(), [expect]);
    };
    check(19_999, "OPS/b.xhtml");
    check(20_000, "OPS/a.xhtml");
}

#[test]
fn ncx_is_used_without_navigation_document() {
    let found =
        read(book(TWO_PAGES, &[("a b.xhtml", PAGE), ("b.xhtml", PAGE), ("toc.ncx", NCX)]), "x.epub").expect("reads");
    let want = [(0, "One & all", Some("OPS/a b.xhtml")), (1, "Deep", Some("OPS/b.xhtml#x"))];
    assert_eq!(
        flat(&found.toc, 0),
        want.map(|(depth, label, href)| (depth, label.to_owned(), href.map(str::to_owned)))
    );
}

#[test]
fn covers() {
    let png = "\u{89}PNG";
    let check = |package: &str, files: &[(&str, &str)], expect: Option<&str>| {
        let package = format!("<metadata></metadata>{package}<spine><itemref idref='a'/></spine>");
        let mut all = vec![("a.xhtml", PAGE)];
        all.extend_from_slice(files);
        let found = read(book(&package, &all), "x.epub").expect("reads").cover;
        assert_eq!(found.map(|cover| cover.media_type).as_deref(), expect, "{package}");
    };
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";
    let manifest = |more: &str| {
        format!("<manifest><item id='a' href='a.xhtml' media-type='application/xhtml+xml'/>{more}</manifest>")
    };
    check(
        &manifest("<item id='c' href='c.svg' media-type='image/svg+xml' properties='x cover-image'/>"),
        &[("c.svg", svg)],
        Some("image/svg+xml"),
    );
    check(
        &format!("<meta name='cover' content='c'/>{}", manifest("<item id='c' href='c.gif' media-type='image/png'/>")),
        &[("c.gif", "GIF89a")],
        Some("image/gif"),
    );
    check(
        &format!(
            "{}<guide><reference type='cover' href='t/cover.xhtml'/></guide>",
            manifest("<item id='c' href='t/cover.xhtml' media-type='application/xhtml+xml'/>")
        ),
        &[("t/cover.xhtml", "<body><svg><image xlink:href='../i.gif'/></svg></body>"), ("i.gif", "GIF89a")],
        Some("image/gif"),
    );
    check(
        &manifest("<item id='my-cover' href='c.gif' media-type='image/gif'/>"),
        &[("c.gif", "GIF89a")],
        Some("image/gif"),
    );
    check(
        &manifest("<item id='c' href='c.png' media-type='image/png' properties='cover-image'/>"),
        &[("c.png", png)],
        None,
    );
    check(&manifest(""), &[], None);
}

#[test]
fn invalid_packages_are_read_leniently() {
    let container =
        |path: &str| format!("<container><rootfiles><rootfile full-path='{path}'/></rootfiles></container>");
    let package = b"<package><manifest><item id='a' href='A.XHTML' media-type='text/xml'><item id='p' href='p.gif' media-type='image/gif'/></manifest><spine><itemref idref='zzz'/></spine></package>";
    let check = |files: &[(&str, &[u8])], expect: usize| {
        let found = read(archive(files), "x.epub").map(|found| found.sections.len());
        assert_eq!(found.unwrap_or_default(), expect, "{:?}", files.iter().map(|(name, _)| name).collect::<Vec<_>>());
    };
    let page = PAGE.as_bytes();
    check(&[("META-INF/container.xml", container("p.opf").as_bytes()), ("p.opf", package), ("a.xhtml", page)], 1);
    check(
        &[("meta-inf/CONTAINER.xml", container("wrong.opf").as_bytes()), ("x/p.opf", package), ("x/a.xhtml", page)],
        1,
    );
    check(&[("p.opf", package), ("a.xhtml", page)], 1);
    check(&[("p.opf", package)], 0);
    check(&[("a.xhtml", page)], 0);
    check(&[("p.opf", b"nonsense"), ("a.xhtml", page)], 0);
}

#[test]
fn images_in_the_spine_are_pages_without_text() {
    let package = r#"<manifest><item id="i" href="i 1.svg" media-type="image/svg+xml"/><item id="p" href="x.pdf" media-type="application/pdf" fallback="i"/></manifest>
        <spine><itemref idref="p"/></spine>"#;
    let bytes = book(package, &[("i 1.svg", "<svg/>"), ("x.pdf", "%PDF")]);
    assert!(read(bytes.clone(), "x.epub").expect("reads").sections[0].blocks.is_empty());
    let mut open = OpenPublication::open(Cursor::new(bytes), Format::Epub, &Limits::default()).expect("opens");
    let page = open.section_page("OPS/i 1.svg", "book://localhost/1").expect("a page");
    assert!(page.html.contains(r#"<img alt="" src="book://localhost/1/OPS/i%201.svg"/>"#), "{}", page.html);
}

#[test]
fn drm_protected_books_are_rejected() {
    let encryption = |method: &str| {
        format!(
            "<encryption xmlns:enc='http://www.w3.org/2001/04/xmlenc#'><enc:EncryptedData><enc:EncryptionMethod Algorithm='{method}'/>\
            <enc:CipherData><enc:CipherReference URI='OPS/a.xhtml'/></enc:CipherData></enc:EncryptedData></encryption>"
        )
    };
    let check = |name: &str, content: &str, protected: bool| {
        let container = "<container><rootfile full-path='p.opf'/></container>";
        let package =
            "<package><manifest><item id='a' href='a.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>";
        let files: [(&str, &[u8]); 4] = [
            ("META-INF/container.xml", container.as_bytes()),
            ("p.opf", package.as_bytes()),
            ("a.xhtml", PAGE.as_bytes()),
            (name, content.as_bytes()),
        ];
        let found = read(archive(&files), "x.epub");
        assert_eq!(matches!(found, Err(ExtractError::Protected { .. })), protected, "{name} {content}");
    };
    check("META-INF/encryption.xml", &encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc"), true);
    check("META-INF/encryption.xml", &encryption("http://www.idpf.org/2008/embedding"), false);
    check("META-INF/encryption.xml", &encryption("http://ns.adobe.com/pdf/enc#RC"), false);
    check("META-INF/encryption.xml", &encryption(""), true);
    check("META-INF/encryption.xml", "<encryption/>", false);
    check("META-INF/rights.xml", "<rights/>", true);
    check("META-INF/license.lcpl", "{}", true);
}

#[test]
fn resources_are_passive_files_of_the_archive() {
    let package = r#"<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/><item id="s" href="s.css" media-type="text/css"/>
        <item id="j" href="j.js" media-type="text/javascript"/><item id="f" href="f.bin" media-type="application/vnd.ms-opentype"/></manifest><spine><itemref idref="a"/></spine>"#;
    let css = "@import 'http://e.org/x.css';p{background:url(../i.png) url(//e.org/y)}";
    let files = [
        ("a.xhtml", PAGE),
        ("s.css", css),
        ("j.js", "alert(1)"),
        ("f.bin", "font"),
        ("pic.jpg", "jpeg"),
        ("x.html", "<p>"),
        ("by\\windows\\s.css", "p{background:url(../i.png)}"),
        ("..\\..\\above.jpg", "jpeg"),
    ];
    let mut open =
        OpenPublication::open(Cursor::new(book(package, &files)), Format::Epub, &Limits::default()).expect("opens");
    let mut check = |href: &str, expect: Option<(&str, &str)>| {
        let found =
            open.resource(href).ok().map(|found| (found.media_type, String::from_utf8(found.bytes).expect("text")));
        let found = found.as_ref().map(|(media_type, bytes)| (media_type.as_str(), bytes.as_str()));
        assert_eq!(found, expect, "{href}");
    };
    check("OPS/pic.jpg", Some(("image/jpeg", "jpeg")));
    check("ops/PIC.jpg", Some(("image/jpeg", "jpeg")));
    check("OPS/f.bin", Some(("application/vnd.ms-opentype", "font")));
    check("OPS/s.css", Some(("text/css", "p{background:url(\"../i.png\") url(\"data:,\")}")));
    check("OPS/by/windows/s.css", Some(("text/css", "p{background:url(\"../../../OPS/by/i.png\")}")));
    check("OPS/j.js", None);
    check("OPS/a.xhtml", None);
    check("OPS/x.html", None);
    check("OPS/p.opf", None);
    check("OPS/../OPS/pic.jpg", Some(("image/jpeg", "jpeg")));
    check("../OPS/pic.jpg", None);
    check("../above.jpg", None);
    check("%2e%2e/above.jpg", None);
    check("/etc/passwd", None);
    check("", None);
    // The href of a section whose archive has backslashes, as older versions stored it.
    for href in ["OPS/a.xhtml", "OPS\\a.xhtml"] {
        assert!(open.section_page(href, "book://localhost/1").is_ok(), "{href}");
    }
}

#[test]
fn missing_language_is_detected() {
    let bytes = book(
        "<manifest><item id='a' href='a.xhtml'/></manifest><spine><itemref idref='a'/></spine>",
        &[(
            "a.xhtml",
            "<p>Alle glücklichen Familien gleichen einander, jede unglückliche Familie ist auf ihre Weise unglücklich.</p>",
        )],
    );
    assert_eq!(read(bytes, "x.epub").expect("reads").metadata.language, "de");
    assert_eq!(read(book_of_page("<p>x</p>"), "x.epub").expect("reads").metadata.language, "en");
}

/// Only pages with a fixed layout keep their viewport.
#[test]
fn fixed_layout_pages_have_a_viewport() {
    const SIZED: &str = r#"<html><head><meta name="viewport" content="width=600, height=800"/></head><body><p>Words.</p></body></html>"#;
    let check = |layout: &str, properties: &str, expect: bool| {
        let package = format!(
            r#"<metadata><dc:title>T</dc:title>{layout}</metadata>
            <manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>
            <spine><itemref idref="a" properties="{properties}"/></spine>"#
        );
        let bytes = book(&package, &[("a.xhtml", SIZED)]);
        let mut open = OpenPublication::open(Cursor::new(bytes), Format::Epub, &Limits::default()).expect("opens");
        let page = open.section_page("OPS/a.xhtml", "book://localhost/1").expect("a page").html;
        assert_eq!(
            page.contains(r#"name="viewport" content="width=600, height=800""#),
            expect,
            "{layout} {properties}"
        );
    };
    let fixed = r#"<meta property="rendition:layout">pre-paginated</meta>"#;
    check(fixed, "", true);
    check(fixed, "page-spread-left", true);
    check(fixed, "rendition:layout-reflowable", false);
    check("", "", false);
    check("", "rendition:layout-pre-paginated", true);
    check(r#"<meta property="rendition:layout">reflowable</meta>"#, "", false);
}
