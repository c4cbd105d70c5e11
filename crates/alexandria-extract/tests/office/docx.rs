//! Word documents.

use std::io::Cursor;

use crate::support::{archive, docx, docx_with, lines, pages, png, read};
use alexandria_domain::{CodedError, ErrorCode, Format};
use alexandria_extract::{Defect, ExtractError, Limits, OpenPublication, ProtectionScheme};

/// A paragraph of one run, with the content of its properties.
fn p(properties: &str, text: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn text_of(body: &str) -> String {
    lines(&read(docx(body, &[]), "a.docx").expect("reads"))
}

/// The rendered page, without line breaks.
fn page_of(body: &str) -> String {
    pages(docx(body, &[]), "a.docx").replace('\n', "")
}

const STYLES: &str = r#"<w:styles><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="fr-FR"/></w:rPr></w:rPrDefault></w:docDefaults>
    <w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
    <w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
    <w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="berschrift2"/></w:style>
    <w:style w:type="paragraph" w:styleId="A"><w:name w:val="A"/><w:basedOn w:val="B"/></w:style>
    <w:style w:type="paragraph" w:styleId="B"><w:name w:val="B"/><w:basedOn w:val="A"/></w:style>
    <w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
    <w:style w:type="paragraph" w:styleId="Ghost"><w:name w:val="Ghost"/><w:rPr><w:vanish/></w:rPr></w:style>
    <w:style w:type="paragraph" w:styleId="toc1"><w:name w:val="toc 1"/></w:style>
    <w:style w:type="character" w:styleId="Unseen"><w:name w:val="Unseen"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>"#;

#[test]
fn headings_come_from_styles_and_outline_levels() {
    let check = |properties: &str, expect: &str| {
        let body = p(properties, "x");
        let found = read(docx(&body, &[("styles.xml", "styles", STYLES)]), "a.docx").expect("reads");
        assert_eq!(lines(&found), expect, "{properties}");
    };
    check(r#"<w:pStyle w:val="berschrift2"/>"#, "h2 x");
    check(r#"<w:pStyle w:val="Mine"/>"#, "h2 x");
    check(r#"<w:pStyle w:val="Mine"/><w:outlineLvl w:val="9"/>"#, "- x");
    check(r#"<w:outlineLvl w:val="0"/>"#, "h1 x");
    check(r#"<w:outlineLvl w:val="7"/>"#, "h6 x");
    check(r#"<w:pStyle w:val="A"/>"#, "- x");
    check(r#"<w:pStyle w:val="None"/>"#, "- x");
    check(r#"<w:pStyle w:val="Ghost"/>"#, "");
    // Contents are rendered, and are not part of the text.
    check(r#"<w:pStyle w:val="toc1"/>"#, "");
}

#[test]
fn title_and_language_come_from_the_document_where_it_has_no_properties() {
    let body = p(r#"<w:pStyle w:val="Titel"/>"#, "On  Whales");
    let found = read(docx(&body, &[("styles.xml", "styles", STYLES)]), "a.docx").expect("reads");
    assert_eq!((found.metadata.title.as_str(), found.metadata.language.as_str()), ("On Whales", "fr-fr"));
    let core = r#"<cp:coreProperties><dc:title>Moby &amp; Dick</dc:title><dc:creator>A; B;A</dc:creator><dc:language>en-US</dc:language><cp:keywords>sea, whales</cp:keywords><dc:description>Long</dc:description></cp:coreProperties>"#;
    let bytes = docx_with(&body, &[("styles.xml", "styles", STYLES)], "", &[("docProps/core.xml", core.as_bytes())]);
    let found = read(bytes, "a.docx").expect("reads").metadata;
    assert_eq!((found.title.as_str(), found.language.as_str()), ("Moby & Dick", "en-us"));
    assert_eq!(
        (found.authors, found.subjects),
        (vec!["A".to_owned(), "B".to_owned()], vec!["sea".to_owned(), "whales".to_owned()])
    );
    assert_eq!(found.description.as_deref(), Some("Long"));
}

#[test]
fn runs_keep_formatting_and_special_characters() {
    let check = |run: &str, expect: &str| {
        assert_eq!(page_of(&format!("<w:p><w:r>{run}</w:r></w:p>")), format!("<p>{expect}</p>"), "{run}");
    };
    check("<w:rPr><w:b/><w:i w:val='0'/></w:rPr><w:t>a &lt;b&gt;</w:t>", "<b>a &lt;b&gt;</b>");
    check("<w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>2</w:t>", "<sup>2</sup>");
    check("<w:rPr><w:lang w:val='la'/></w:rPr><w:t>et</w:t>", "<span lang=\"la\">et</span>");
    check("<w:t xml:space='preserve'>a </w:t><w:tab/><w:br/><w:noBreakHyphen/>", "a  <br/>\u{2011}");
    check("<w:sym w:font='Symbol' w:char='F061'/><w:sym w:font='Wingdings' w:char='F0FC'/>", "α✓");
    check("<w:rPr><w:rFonts w:ascii='Symbol'/></w:rPr><w:t>\u{f062}</w:t>", "β");
    check(
        "<w:ruby><w:rt><w:r><w:t>かん</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby>",
        "<ruby>漢<rt data-alx-skip=\"\">かん</rt></ruby>",
    );
}

/// "DOCX note, list continued after a table, deleted text, hidden text: as in the pandoc oracle; deleted text not
/// searchable."
#[test]
fn deleted_and_hidden_text_is_not_text() {
    let check = |inside: &str, expect: &str| assert_eq!(text_of(&format!("<w:p>{inside}</w:p>")), expect, "{inside}");
    let r = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    check(&format!("<w:del>{}</w:del>{}", r("gone"), r("stays")), "- stays");
    check("<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>", "");
    check(&format!("<w:ins>{}</w:ins>", r("new")), "- new");
    check(&format!("<w:moveFrom>{}</w:moveFrom><w:moveTo>{}</w:moveTo>", r("a"), r("b")), "- b");
    check("<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>", "");
    check("<w:r><w:rPr><w:vanish w:val='false'/></w:rPr><w:t>shown</w:t></w:r>", "- shown");
    let body = "<w:p><w:r><w:rPr><w:rStyle w:val='Unseen'/></w:rPr><w:t>hidden</w:t></w:r></w:p>";
    assert_eq!(lines(&read(docx(body, &[("styles.xml", "styles", STYLES)]), "a.docx").expect("reads")), "");
    let row = "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>gone</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    assert_eq!(text_of(row), "");
}

const NUMBERING: &str = r#"<w:numbering>
    <w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum>
    <w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
    <w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>
    <w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>"#;

fn item(list: u32, level: u32, text: &str) -> String {
    p(&format!(r#"<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr>"#), text)
}

/// "DOCX note, list continued after a table, deleted text, hidden text."
#[test]
fn lists_are_numbered_and_go_on_after_a_table() {
    let check = |body: &str, expect: &str| {
        let page = pages(docx(body, &[("numbering.xml", "numbering", NUMBERING)]), "a.docx");
        assert_eq!(page.replace('\n', ""), expect, "{body}");
    };
    check(
        &(item(1, 0, "a") + &item(1, 1, "b") + &item(1, 1, "c") + &item(1, 0, "d")),
        r#"<ol type="1"><li value="3">a<ol type="a"><li value="1">b</li><li value="2">c</li></ol></li><li value="4">d</li></ol>"#,
    );
    let table = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>t</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    check(
        &(item(1, 0, "a") + table + &item(1, 0, "b") + &p("", "x") + &item(3, 0, "c")),
        r#"<ol type="1"><li value="3">a</li></ol><table><tbody><tr><td>t</td></tr></tbody></table><ol type="1"><li value="4">b</li></ol><p>x</p><ol type="1"><li value="1">c</li></ol>"#,
    );
    check(&(item(2, 0, "a") + &item(9, 0, "b")), "<ul><li>a</li></ul><p>b</p>");
}

/// "DOCX note … as in the pandoc oracle."
#[test]
fn notes_are_linked_both_ways() {
    let body = r#"<w:p><w:r><w:t>One</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>, two</w:t></w:r><w:r><w:endnoteReference w:id="2"/></w:r><w:r><w:footnoteReference w:id="9"/></w:r><w:r><w:t>.</w:t></w:r></w:p>"#;
    let note = |name: &str, text: &str| {
        format!(
            r#"<w:x><w:{name} w:type="separator" w:id="0"><w:p><w:r><w:t>line</w:t></w:r></w:p></w:{name}><w:{name} w:id="2"><w:p><w:r><w:{name}Ref/></w:r><w:r><w:t>{text}</w:t></w:r></w:p></w:{name}></w:x>"#
        )
    };
    let (foot, end) = (note("footnote", "foot"), note("endnote", "end"));
    let bytes = docx(body, &[("footnotes.xml", "footnotes", &foot), ("endnotes.xml", "endnotes", &end)]);
    assert_eq!(lines(&read(bytes.clone(), "a.docx").expect("reads")), "- One, two.\n* foot\n* end");
    let page = pages(bytes, "a.docx");
    for part in [
        r#"id="alx-noteref-0" epub:type="noteref" role="doc-noteref" href="b:/part-1.xhtml#alx-note-0""#,
        r#"<aside id="alx-note-0" epub:type="footnote" role="doc-footnote"><a role="doc-backlink" href="b:/part-1.xhtml#alx-noteref-0""#,
        r#"<aside id="alx-note-1" epub:type="endnote""#,
        ">i</sup>",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
}

#[test]
fn fields_and_links_are_followed_and_never_run() {
    let char = |kind: &str| format!(r#"<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>"#);
    let field = |code: &str| {
        let code = format!("<w:r><w:instrText>{code}</w:instrText></w:r>");
        format!("<w:p>{}{code}{}<w:r><w:t>result</w:t></w:r>{}</w:p>", char("begin"), char("separate"), char("end"))
    };
    assert_eq!(text_of(&field("DDEAUTO c:\\\\cmd.exe &quot;/k calc&quot;")), "- result");
    assert_eq!(text_of(&field("INCLUDEPICTURE &quot;https://e.org/a.png&quot;")), "- result");
    let link = r#"<p><a href="https://e.org/" rel="noreferrer noopener" target="_blank">result</a></p>"#;
    assert_eq!(page_of(&field("HYPERLINK &quot;https://e.org/&quot;")), link);
    assert_eq!(page_of(&field("HYPERLINK &quot;javascript:x&quot;")), "<p><a>result</a></p>");
    let inside =
        r#"<w:p><w:bookmarkStart w:name="b"/><w:hyperlink w:anchor="b"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>"#;
    assert_eq!(page_of(inside), r#"<p><span id="b"></span><a href="b:/part-1.xhtml#b">x</a></p>"#);
    let simple = r#"<w:p><w:fldSimple w:instr="AUTHOR"><w:r><w:t>Ann</w:t></w:r></w:fldSimple></w:p>"#;
    assert_eq!(text_of(simple), "- Ann");
}

#[test]
fn tables_keep_spans_and_rows_are_blocks() {
    let cell = |properties: &str, text: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p("", text));
    let row = |cells: &str| format!("<w:tr>{cells}</w:tr>");
    let table = format!(
        "<w:tbl>{}{}{}</w:tbl>",
        format_args!("<w:tr><w:trPr><w:tblHeader/></w:trPr>{}</w:tr>", cell("<w:gridSpan w:val='2'/>", "h")),
        row(&(cell("<w:vMerge w:val='restart'/>", "a") + &cell("", "b"))),
        row(&(cell("<w:vMerge/>", "") + &cell("", "c"))),
    );
    let expect = r#"<table><tbody><tr><th colspan="2">h</th></tr><tr><td rowspan="2">a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>"#;
    assert_eq!(page_of(&table), expect);
    assert_eq!(text_of(&table), "- h\n- a b\n- c");
}

#[test]
fn text_boxes_follow_their_paragraph_and_occur_once() {
    let inner = p("", "box");
    let body = format!(
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>outer</w:t></w:r></w:p>"
    );
    assert_eq!(text_of(&body), "- outer\n- box");
}

#[test]
fn formulas_are_text() {
    let m = |text: &str| format!("<m:r><m:t>{text}</m:t></m:r>");
    let formula = format!(
        "<w:p><m:oMathPara><m:oMath><m:sSup><m:e>{}</m:e><m:sup>{}</m:sup></m:sSup><m:f><m:num>{}</m:num><m:den>{}</m:den></m:f><m:d>{}</m:d></m:oMath></m:oMathPara></w:p>",
        m("x"),
        m("2"),
        m("a"),
        m("b"),
        m("y")
    );
    assert_eq!(page_of(&formula), "<p>x<sup>2</sup>a / b(y)</p>");
}

const LINKS: &str = r#"<Relationship Id="p1" Type="t/image" Target="media/image1.png"/><Relationship Id="p2" Type="t/image" TargetMode="External" Target="https://e.org/track.png"/><Relationship Id="p3" Type="t/image" Target="media/image2.emf"/><Relationship Id="p4" Type="t/attachedTemplate" TargetMode="External" Target="https://e.org/t.dotm"/><Relationship Id="p5" Type="t/vbaProject" Target="vbaProject.bin"/>"#;

/// "DOCX external picture, template, DDE field, `vbaProject.bin`: no request; text intact; macro not stored as resource."
#[test]
fn pictures_are_those_of_the_package_and_macros_are_no_resource() {
    let drawing = |id: &str| {
        format!(r#"<w:p><w:r><w:drawing><wp:docPr descr="A whale"/><a:blip r:embed="{id}"/></w:drawing></w:r></w:p>"#)
    };
    let linked = r#"<w:p><w:r><w:drawing><a:blip r:link="p2"/></w:drawing></w:r><w:r><w:pict><v:imagedata r:id="p2"/></w:pict></w:r></w:p>"#;
    let body = drawing("p1") + &drawing("p2") + &drawing("p3") + &drawing("p5") + linked + &p("", "text");
    let picture = png(300, 400);
    let files: [(&str, &[u8]); 3] =
        [("word/media/image1.png", &picture), ("word/media/image2.emf", b"EMF"), ("word/vbaProject.bin", b"macro")];
    let bytes = docx_with(&body, &[], LINKS, &files);
    let page = pages(bytes.clone(), "a.docx");
    assert!(page.contains(r#"<img src="b:/picture-0" alt="A whale"/>"#), "{page}");
    assert!(page.contains(r#"<img alt="A whale"/>"#) && !page.contains("e.org"), "{page}");
    let found = read(bytes.clone(), "a.docx").expect("reads");
    assert_eq!(lines(&found), "- text");
    assert_eq!(found.cover.map(|cover| cover.bytes), Some(picture.clone()));
    let mut open = OpenPublication::open(Cursor::new(bytes), Format::Docx, &Limits::default()).expect("opens");
    assert_eq!(
        open.resource("picture-0").map(|found| (found.media_type, found.bytes)).expect("a picture"),
        ("image/png".to_owned(), picture)
    );
    for href in
        ["picture-1", "picture-2", "word/vbaProject.bin", "word/document.xml", "word/media/image1.png", "../picture-0"]
    {
        assert!(matches!(open.resource(href), Err(ExtractError::NotFound)), "{href}");
    }
}

#[test]
fn content_decides_the_format_and_not_the_extension() {
    for name in ["a.epub", "a.txt", "a.unknown", "a", "a.docm", "a.zip"] {
        assert_eq!(read(docx(&p("", "x"), &[]), name).expect("reads").format, Format::Docx, "{name}");
    }
    let refused = |bytes: &[u8], name: &str, expect: &str| {
        let error = read(bytes.to_vec(), name).expect_err("is refused");
        assert_eq!(error.to_string(), expect, "{name}");
    };
    let sheet =
        archive(&[("[Content_Types].xml", b"<Types>spreadsheetml.sheet.main+xml</Types>"), ("xl/workbook.xml", b"")]);
    refused(&sheet, "a.docx", "the file format is not supported: a spreadsheet, presentation or drawing");
    refused(b"%PDF-1.7", "a.epub", "the file format is not supported");
    refused(b"PK\x03\x04aaaaaaaaaaaaaaaaaa", "a.docx", "the file is malformed: damaged zip archive");
    refused(b"text", "a.docx", "the file is malformed: not a zip archive");
    refused(&archive(&[("a.txt", b"x")]), "a.docx", "the file is malformed: no document in the archive");
    refused(&archive(&[("a.txt", b"x")]), "a.zip", "the file format is not supported");
    refused(b"TPZ0", "a.azw", "the file is protected by DRM or a password (Amazon Kindle Topaz)");
    refused(b"Rar!\x1a\x07\x01\0", "a.cbr", "the file format is not supported: RAR archive");
}

/// An OLE container whose directory, in its second sector, has a stream of that name.
fn ole(stream: &str) -> Vec<u8> {
    let mut bytes = vec![0; 2048];
    bytes[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    bytes[30] = 9;
    bytes[48] = 1;
    let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes[1024..1024 + name.len()].copy_from_slice(&name);
    bytes
}

#[test]
fn encrypted_and_old_documents_are_refused_by_name() {
    let refused = |stream: &str, name: &str| read(ole(stream), name).expect_err("is refused");
    let password = refused("EncryptedPackage", "a.docx");
    assert!(matches!(password, ExtractError::Protected { scheme: ProtectionScheme::OfficePassword }), "{password}");
    assert_eq!(password.code(), ErrorCode::Protected);
    let old = refused("WordDocument", "a.doc");
    assert_eq!(old.to_string(), "the file format is not supported: Word 97 to 2003 (.doc)");
    assert_eq!(old.code(), ErrorCode::UnsupportedFormat);
    assert_eq!(
        refused("Workbook", "a").to_string(),
        "the file format is not supported: a binary file of Microsoft Office"
    );
}

#[test]
fn damaged_parts_beside_the_document_do_no_harm() {
    let found = read(
        docx(
            &p(r#"<w:pStyle w:val="x"/>"#, "x"),
            &[("styles.xml", "styles", "<w:styles><"), ("numbering.xml", "numbering", "\0\u{1}")],
        ),
        "a.docx",
    );
    assert_eq!(lines(&found.expect("reads")), "- x");
    // Unclosed elements end with the file.
    assert_eq!(text_of("<w:p><w:r><w:t>cut"), "- cut");
}

#[test]
fn two_files_of_one_name_are_refused() {
    let bytes = docx(&p("", "one"), &[("styles1.xml", "styles", ""), ("styles2.xml", "x", "")]);
    let error = read(replace(&bytes, b"styles2.xml", b"styles1.xml"), "a.docx").expect_err("is refused");
    assert!(matches!(error, ExtractError::Malformed { what: Defect::RepeatedEntry }), "{error}");
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let places: Vec<usize> =
        bytes.windows(from.len()).enumerate().filter(|(_, part)| *part == from).map(|(at, _)| at).collect();
    places.into_iter().for_each(|at| out[at..at + to.len()].copy_from_slice(to));
    out
}

#[test]
fn limits_hold() {
    let limits = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    let check = |body: &str, limits: &Limits| {
        let found = alexandria_extract::extract(Cursor::new(docx(body, &[])), "a.docx", limits);
        assert_eq!(
            found.expect_err("a limit").code(),
            ErrorCode::LimitExceeded,
            "{}",
            body.chars().take(80).collect::<String>()
        );
    };
    let deep = "<w:sdt><w:sdtContent>".repeat(2_000);
    check(&deep, &Limits::default());
    check(&p("", "x").repeat(2_000), &limits(|limits| limits.nodes = 1_000));
    check(&p("", "x").repeat(2_000), &limits(|limits| limits.blocks = 1_000));
    check(&p("", &"x".repeat(10_000)), &limits(|limits| limits.markup_bytes = 9_000));
    check(&p("", &"&lt;".repeat(10_000)), &limits(|limits| limits.text_bytes = 9_000));
    check(&p("", "x"), &limits(|limits| limits.archive_entries = 2));
    check(&p("", "x"), &limits(|limits| limits.expanded_bytes = 100));
}
